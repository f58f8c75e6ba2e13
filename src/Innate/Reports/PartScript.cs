namespace Innate.Reports;

/// <summary>The script of a page of parts.</summary>
internal static class PartScript
{
    /// <summary>Pointing at a chart, or the arrow keys on it, reads what lies there, in all charts linked to it.</summary>
    public const string All = """

        "use strict";
        const linked = {}, live = document.querySelector("[data-part=live] input");
        if (live) setInterval(() => { if (live.checked && !document.hidden) location.reload(); }, 10000);
        document.querySelectorAll(".plot[data-reading]").forEach(plot => {
          const names = [...plot.closest("figure").querySelectorAll(".series span")].map(s => s.textContent);
          const axis = plot.querySelector(".axis"), up = plot.closest("figure").querySelector("h3 small");
          const add = (kind, under) => (under || plot).appendChild(
            Object.assign(document.createElement("i"), { className: kind, hidden: !under }));
          const hair = add("hair"), groups = [...plot.querySelectorAll("g[data-m]")].map((g, i) => {
            const said = g.dataset.names ? g.dataset.names.split("\n") : [];
            return { kind: g.getAttribute("class"), name: names[i], dot: add("dot " + g.getAttribute("class")),
              marks: g.dataset.m ? g.dataset.m.split(";").map((m, k) => {
                const [x, y, readX, readY] = m.split("|");
                return { x: +x, y: +y, readX, readY, said: said[k] || "" };
              }) : [] };
          });
          const tip = add("tip reading"), places = [...new Set(groups.flatMap(g => g.marks.map(m => m.x)))].sort((a, b) => a - b);
          let at = -1;
          const row = (kind, name, value) => {
            const line = add("row", tip);
            add("key " + kind, line);
            add("name", line).textContent = name;
            add("value", line).textContent = value;
          };
          const hide = () => { hair.hidden = tip.hidden = true; groups.forEach(g => g.dot.hidden = true); };
          const place = (x, y) => {
            const room = plot.clientWidth, right = x / 2000 * room + 12, left = right - 24 - tip.offsetWidth;
            tip.style.left = (right + tip.offsetWidth <= room ? right : Math.max(-40, left)) + "px";
            tip.style.top = Math.max(0, Math.min(plot.clientHeight - tip.offsetHeight, y)) + "px";
          };
          const put = (g, m) => { g.dot.hidden = false; g.dot.style.left = m.x / 20 + "%"; g.dot.style.top = m.y / 10 + "%"; };
          const start = text => { hide(); tip.replaceChildren(); tip.hidden = false; add("where", tip).textContent = text; };
          const readColumn = x => {
            const found = groups.map(g => g.marks.find(m => m.x === x));
            start((axis ? axis.textContent + " " : "") + found.find(m => m).readX);
            found.forEach((m, i) => {
              if (!m) return;
              put(groups[i], m);
              row(groups[i].kind, groups[i].name, m.readY);
            });
            hair.hidden = false;
            hair.style.left = x / 20 + "%";
            place(x, 0);
          };
          const readPoint = (x, y) => {
            const across = plot.clientWidth / 2000, down = plot.clientHeight / 1000;
            let best = null, least = Infinity;
            groups.forEach(g => g.marks.forEach(m => {
              const far = ((m.x - x) * across) ** 2 + ((m.y - y) * down) ** 2;
              if (far < least) { least = far; best = { g, m }; }
            }));
            if (!best || least > 900) { hide(); return; }
            start(best.g.name + (best.m.said ? " · " + best.m.said : ""));
            put(best.g, best.m);
            row(best.g.kind, axis ? axis.textContent : "across", best.m.readX);
            row(best.g.kind, up ? up.textContent : "up", best.m.readY);
            place(best.m.x, best.m.y * down - tip.offsetHeight / 2);
          };
          const nearest = x => {
            places.forEach((p, i) => { if (i === 0 || Math.abs(p - x) < Math.abs(places[at] - x)) at = i; });
            if (places.length) readColumn(places[at]);
          };
          const self = { nearest, hide }, link = plot.dataset.link;
          const all = link ? (linked[link] = linked[link] || []) : [];
          all.push(self);
          const hideAll = () => all.forEach(c => c.hide());
          const isColumn = plot.dataset.reading === "column";
          const point = e => {
            const box = plot.getBoundingClientRect();
            const x = (e.clientX - box.left) / box.width * 2000, y = (e.clientY - box.top) / box.height * 1000;
            if (!isColumn) { readPoint(x, y); return; }
            all.forEach(c => c.nearest(x));
          };
          plot.addEventListener("pointermove", point);
          plot.addEventListener("pointerdown", point);
          plot.addEventListener("pointerleave", hideAll);
          plot.addEventListener("blur", hideAll);
          plot.addEventListener("keydown", e => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
            if (e.key === "Escape") hideAll();
            if (!step || !isColumn || !places.length) return;
            e.preventDefault();
            const next = places[Math.min(places.length - 1, Math.max(0, at + step))];
            all.forEach(c => c.nearest(next));
          });
        });

        """;
}
