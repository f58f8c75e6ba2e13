namespace Innate.Reports;

/// <summary>The one style of all pages, light and dark, in pieces that a page joins in this order.</summary>
public static class PageStyle
{
    /// <summary>Colours, type, header, cards, facts.</summary>
    public const string Base = """

        :root{--page:#f6f5f2;--card:#fff;--edge:#e6e3dc;--grid:#eeece6;--ink:#1d1c1a;--soft:#68645d;--a:#2166ac;--b:#b05206}
        @media(prefers-color-scheme:dark){:root{--page:#121316;--card:#1a1c20;--edge:#2a2d33;--grid:#26292e;--ink:#e9e7e2;
        --soft:#93918b;--a:#6fb1f2;--b:#f0a050}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:1240px;margin:0 auto;padding:40px 24px 64px}
        header{margin-bottom:24px}
        h1{margin:0;font-size:28px;line-height:1.2;letter-spacing:-.02em;font-weight:650;overflow-wrap:anywhere}
        header p{margin:6px 0 0;color:var(--soft);font-size:16px;font-variant-numeric:tabular-nums}
        h2{margin:0;font-size:14px;font-weight:600}
        small,.note,dt,th,em,.legend{font-size:12px;color:var(--soft);font-weight:400;font-style:normal}
        .card{background:var(--card);border:1px solid var(--edge);border-radius:12px}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:14px 24px;margin:0 0 20px;
        padding:18px 20px}
        .facts .long{grid-column:1/-1}
        dd{margin:1px 0 0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        .long dd{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        """;

    /// <summary>Cards with a plot in them, and what pointing at a plot shows.</summary>
    public const string Charts = """

        .chart{margin:0;padding:14px 20px 34px 16px;min-width:0;display:flex;flex-direction:column}
        figcaption{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 12px;margin-bottom:12px;
        padding-left:2px}
        .note{margin:0;width:100%}.note:empty{display:none}
        .plot{position:relative;flex:1;min-height:170px;margin-left:44px;cursor:crosshair;touch-action:pan-y}
        svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
        path{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
        .grid{stroke:var(--grid);stroke-width:1}
        .line{stroke-width:2}.dots{stroke-width:5}
        .y,.x{position:absolute;font-size:11px;line-height:1;color:var(--soft);pointer-events:none;
        font-variant-numeric:tabular-nums}
        .y{right:100%;margin-right:9px;transform:translateY(-50%);white-space:nowrap}
        .x{top:100%;margin-top:9px;transform:translateX(-50%)}
        .hair{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);opacity:.6;pointer-events:none}
        .dot{position:absolute;width:9px;height:9px;margin:-4.5px 0 0 -4.5px;border-radius:50%;border:2px solid var(--card);
        background:var(--a);pointer-events:none}
        .tip{position:absolute;top:0;padding:2px 7px;border-radius:6px;background:var(--card);border:1px solid var(--edge);
        font-size:12px;font-style:normal;white-space:nowrap;font-variant-numeric:tabular-nums;pointer-events:none;opacity:.94}
        [hidden]{display:none}
        """;

    /// <summary>Text coloured by values, and its legend.</summary>
    public const string Tokens = """

        .p,.n{border-radius:3px;-webkit-box-decoration-break:clone;box-decoration-break:clone}
        .p{background:rgb(33 102 172/calc(var(--h)*.62))}.n{background:rgb(178 24 43/calc(var(--h)*.62))}
        .legend{margin:4px 0 0;display:flex;gap:8px;align-items:center;flex-wrap:wrap}
        .legend i{width:120px;height:10px;border-radius:5px;border:1px solid var(--edge);
        background:linear-gradient(90deg,rgb(178 24 43/.62),transparent,rgb(33 102 172/.62))}
        """;

    /// <summary>On paper.</summary>
    public const string Print = """

        @media print{body{background:none}.card{break-inside:avoid}.text{max-height:none}}

        """;
}
