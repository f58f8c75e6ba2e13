using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training.Report;

/// <summary>The page's style and script.</summary>
internal static class PageParts
{
    public const string Style = PageStyle.Base + PageStyle.Charts + Samples + PageStyle.Tokens + PageStyle.Print;

    private const string Samples = """

        .samples{margin-top:32px}.samples>h2{font-size:18px;margin-bottom:4px}
        .scroll{overflow-x:auto;margin-top:10px}
        table{border-collapse:collapse;width:100%}
        th{text-align:left;padding:10px 16px 8px}
        td{vertical-align:top;padding:10px 16px;border-top:1px solid var(--edge)}
        th:first-child,td:first-child{text-align:right;width:1%;font-variant-numeric:tabular-nums;color:var(--soft)}
        td:nth-child(2){width:34%;color:var(--soft)}
        .text{white-space:pre-wrap;overflow-wrap:anywhere;max-height:16em;overflow-y:auto;min-width:12em}
        .none{color:var(--soft);font-style:italic}
        """;

    /// <summary>Pointing at one chart shows the same step in all.</summary>
    public const string Script = """

        "use strict";
        const charts = [...document.querySelectorAll(".chart")].map(card => {
          const plot = card.querySelector(".plot"), now = card.querySelector(".now");
          const [low, high] = plot.dataset.x.split(" ").map(Number);
          const add = name => Object.assign(plot.appendChild(document.createElement("i")), { className: name, hidden: true });
          const hair = add("hair"), curves = [...plot.querySelectorAll("g")].map((g, i) => ({
            marks: g.dataset.m.split(";").map(m => m.split(" ")), dot: add("dot " + g.getAttribute("class")),
            value: now.children[i].querySelector("b"), rest: now.children[i].querySelector("b").textContent }));
          return { plot, low, high, hair, curves, tip: add("tip") };
        });
        const nearest = (marks, at) => {
          let a = 0, b = marks.length - 1;
          while (a < b) { const m = (a + b) >> 1; if (+marks[m][0] < at) a = m + 1; else b = m; }
          return a > 0 && at - marks[a - 1][0] < marks[a][0] - at ? marks[a - 1] : marks[a];
        };
        const show = at => charts.forEach(c => {
          c.hair.hidden = c.tip.hidden = at === null;
          c.curves.forEach((k, i) => {
            k.dot.hidden = at === null;
            if (at === null) { k.value.textContent = k.rest; return; }
            const [step, y, value, smooth] = nearest(k.marks, at), x = 100 * (step - c.low) / (c.high - c.low);
            if (i === 0) {
              c.hair.style.left = x + "%";
              c.tip.textContent = "step " + step + (smooth ? " · measured " + value : "");
              const room = c.plot.clientWidth, right = x / 100 * room + 8, left = right - 16 - c.tip.offsetWidth;
              c.tip.style.left = (right + c.tip.offsetWidth <= room ? right : Math.max(0, left)) + "px";
            }
            k.dot.style.left = x + "%"; k.dot.style.top = y / 10 + "%"; k.value.textContent = smooth || value;
          });
        });
        charts.forEach(c => {
          const point = e => {
            const box = c.plot.getBoundingClientRect();
            show(c.low + (c.high - c.low) * Math.min(1, Math.max(0, (e.clientX - box.left) / box.width)));
          };
          c.plot.addEventListener("pointermove", point);
          c.plot.addEventListener("pointerdown", point);
          c.plot.addEventListener("pointerleave", () => show(null));
        });

        """;
}
