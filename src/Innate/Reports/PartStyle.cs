namespace Innate.Reports;

/// <summary>The style of a page's parts.</summary>
internal static class PartStyle
{
    /// <summary>What comes after the style that all pages share.</summary>
    public const string All = """

        :root{--s0:#2166ac;--s1:#b05206;--s2:#1b7f5c;--s3:#8250b0;--s4:#b2182b;--s5:#0b7f95;--s6:#7d5a1e;--s7:#5c6570;
        --good:#1b7f5c;--bad:#b2182b;--warm:33 102 172;--cold:178 24 43}
        @media(prefers-color-scheme:dark){:root{--s0:#6fb1f2;--s1:#f0a050;--s2:#5cc79f;--s3:#c29bf0;--s4:#f2827f;--s5:#56c7dc;
        --s6:#d2ad6c;--s7:#a9b1bb;--good:#5cc79f;--bad:#f2827f;--warm:58 128 206;--cold:206 62 72}}
        nav{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0 0 8px;font-size:14px}
        a{color:var(--a);text-decoration:none}a:hover{text-decoration:underline}
        section{margin-top:40px;scroll-margin-top:16px}
        section>h2{font-size:19px;letter-spacing:-.01em;margin-bottom:12px}
        section>h2+.prose{margin-top:-8px;color:var(--soft)}
        .prose{max-width:76ch;margin:0 0 14px;white-space:pre-wrap;overflow-wrap:anywhere}
        section>.card,section>.tiles,section>.pair{margin:0 0 16px}
        h3{margin:0;font-size:14px;font-weight:600;overflow-wrap:anywhere}
        h4{margin:0 0 6px;font-size:12px;font-weight:400;color:var(--soft);display:flex;gap:10px;align-items:baseline}
        h4 b{font-size:15px;font-weight:600;color:var(--ink);font-variant-numeric:tabular-nums}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(380px,100%),1fr));gap:16px}
        .data,.heat{margin:0;padding:14px 0 8px;min-width:0}
        .data figcaption,.heat figcaption{display:block;padding:0 18px;margin-bottom:4px}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:7px 18px;text-align:right;white-space:nowrap}
        tbody th,tbody td{border-top:1px solid var(--grid)}
        tbody th{font-size:inherit;color:var(--ink)}.scroll tr>:first-child{position:sticky;left:0;background:var(--card)}
        .word{text-align:left}td.word{white-space:normal;min-width:12em}
        .data small{display:inline-block;margin-left:8px;text-align:left;font-style:normal}
        .data .best{font-weight:650}.data .best::before{content:"";display:inline-block;width:6px;height:6px;border-radius:50%;
        background:var(--a);margin-right:7px;vertical-align:.1em}
        td.good{color:var(--good)}td.bad{color:var(--bad)}.quoted{color:var(--soft);font-style:italic}
        .foot{margin:6px 18px 4px;font-size:12px;color:var(--soft);max-width:100ch}
        .heat table{border-collapse:separate;border-spacing:3px;padding:0 12px 4px 15px}
        .heat th,.heat td{border:0;padding:6px 10px}.heat thead th{text-align:center}.heat tbody th{text-align:left;width:1%}
        .heat td{text-align:center;border-radius:6px;padding:11px 10px;min-width:4.5em}
        .axes{font-size:11px}
        .warm{background:rgb(var(--warm)/calc(.04 + var(--h)*.62))}.cold{background:rgb(var(--cold)/calc(.04 + var(--h)*.62))}
        .heat .best{font-weight:700;box-shadow:inset 0 0 0 2px var(--ink)}
        .chart.lines,.chart.scatter{padding-bottom:54px}
        .chart.lines .plot,.chart.scatter .plot{min-height:230px;border-radius:4px}
        section>.lines.chart .plot,section>.scatter.chart .plot{min-height:320px}
        .plot:focus-visible{outline:2px solid var(--a);outline-offset:6px}
        .axis{position:absolute;top:100%;right:0;margin-top:28px;font-size:11px;line-height:1;color:var(--soft)}
        .series{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:0;padding:0;font-size:12px}
        .series li:not([hidden]){display:flex;align-items:center;gap:6px;min-width:0;overflow-wrap:anywhere}
        .series i{flex:none;width:16px;height:0;border-top:2px solid currentColor}.series .dashed i{border-top-style:dashed}
        .scatter .series i{width:8px;height:8px;border-radius:50%;border:0;background:currentColor}
        .series span{color:var(--ink)}.series li{color:var(--soft)}
        .s0{--s:var(--s0)}.s1{--s:var(--s1)}.s2{--s:var(--s2)}.s3{--s:var(--s3)}
        .s4{--s:var(--s4)}.s5{--s:var(--s5)}.s6{--s:var(--s6)}.s7{--s:var(--s7)}
        li[class^=s]{color:var(--s)}g[class^=s]{stroke:var(--s)}
        .dot[class*=" s"],.key[class*=" s"]{background:var(--s)}
        .band{fill:var(--s);stroke:none;opacity:.15}.bars{stroke-width:1.25}.dashed .line{stroke-dasharray:6 5;stroke-width:1.5}
        .faint .line{stroke-width:1;opacity:.28}.dot.faint{opacity:.5}.key.faint{opacity:.5}
        .series b{font-size:16px;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums}
        .level{stroke:var(--soft);stroke-dasharray:3 4}.cloud{stroke-width:6;opacity:.5}
        .tip.reading{padding:6px 10px;border-radius:8px;z-index:1;line-height:1.5;opacity:1;box-shadow:0 2px 10px rgb(0 0 0/.12)}
        .tip i{font-style:normal}.where{display:block;color:var(--soft);max-width:36ch;overflow:hidden;text-overflow:ellipsis}
        .row{display:flex;align-items:center;gap:7px}.row .value{margin-left:auto;padding-left:12px;font-weight:600}
        .key{width:8px;height:8px;border-radius:50%}
        .name{max-width:30ch;overflow:hidden;text-overflow:ellipsis}
        .text{white-space:pre-wrap;overflow-wrap:anywhere;max-height:26em;overflow-y:auto}
        .none{color:var(--soft);font-style:italic}
        section>.legend{margin:0 0 12px}
        .pair>*+*{margin-top:14px}.asked .text{color:var(--soft)}
        .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(340px,100%),1fr));gap:16px 32px}
        details{margin:0 0 10px}
        summary{display:flex;justify-content:space-between;align-items:baseline;gap:16px;padding:11px 18px;cursor:pointer;
        overflow-wrap:anywhere;list-style:none;border-radius:12px}
        summary::-webkit-details-marker{display:none}
        summary>span::before{content:"";display:inline-block;width:6px;height:6px;margin:0 12px 2px 2px;color:var(--soft);
        border:solid;border-width:0 1.5px 1.5px 0;transform:rotate(-45deg);transition:transform .15s}
        details[open]>summary>span::before{transform:translateY(-2px) rotate(45deg)}
        summary:focus-visible{outline:2px solid var(--a)}summary small{flex:none;font-variant-numeric:tabular-nums}
        .inside{padding:4px 18px 16px}
        .inside>*+*{margin-top:14px}.inside>.legend+.text{margin-top:6px}
        .pictures{display:flex;flex-wrap:wrap;gap:12px 18px;align-items:flex-end;margin:0 0 20px}.pictures h4{flex:100%;margin:0}
        .pixels{margin:0;width:120px}.pixels figcaption{font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
        .pixels svg{position:static;height:auto;display:block;width:100%;border-radius:4px}
        .pixels .light{fill:#e9e6df}.pixels .dark{fill:#4b4f57}
        .pixels .warm{fill:rgb(var(--warm)/calc(.15 + var(--h)*.85))}.pixels .cold{fill:rgb(var(--cold)/calc(.15 + var(--h)*.85))}
        @media(max-width:600px){main{padding:24px 12px 48px}th,td{padding:7px 12px}.data figcaption{padding:0 12px}
        .data small{display:block;margin:0;text-align:right}.heat table{border-spacing:2px;padding:0 6px 4px}
        .heat th{padding:6px}.heat td{padding:10px 2px;min-width:3.6em;font-size:14px}summary{padding:11px 12px}
        .inside{padding:4px 12px 12px}}
        """;
}
