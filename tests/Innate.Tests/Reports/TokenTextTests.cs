using System.Text;
using Innate.Reports;

namespace Innate.Tests.Reports;

public sealed class TokenTextTests
{
    [Fact]
    public void Tokens_are_coloured_by_their_values_and_say_them()
    {
        ColouredPiece[] pieces = [new("bad", -2), new("so", 0), new("good", 2, "r 2, Q 7 & V 5"), new("plain", null)];
        string html = Html(new TokenText(pieces, new DivergingScale(0, 2)));
        Assert.Contains(
            "<span class=\"n\" style=\"--h:1\" title=\"-2\">bad</span><span title=\"0\">so</span>"
            + "<span class=\"p\" style=\"--h:1\" title=\"r 2, Q 7 &amp; V 5\">good</span>plain<", html, StringComparison.Ordinal);
        Assert.Contains("class=\"legend\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_responses_share_one_scale()
    {
        ShownResponse chosen = new("chosen", "1.0", [new("a", 4), new("b", 0)]);
        SideBySide pair = new("Hi?", chosen, new ShownResponse("rejected", "", [new("c", -2)]));
        Assert.Equal(new DivergingScale(0, 2), TokenText.ScaleOf(pair.Left.Pieces, pair.Right.Pieces));
        string html = Html(pair);
        Assert.Contains("title=\"4\">a</span><span title=\"0\">b</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"n\" style=\"--h:1\" title=\"-2\">c</span>", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("class=\"legend\"").Length - 1);
    }

    [Fact]
    public void An_empty_response_is_shown_as_nothing()
    {
        Assert.Contains(">nothing<", Html(new TokenText([], new DivergingScale(0, 1))), StringComparison.Ordinal);
        string html = Html(new SideBySide("", new("a", "", []), new("b", "", [new("", 1)])));
        Assert.Equal(2, html.Split(">nothing<").Length - 1);
    }

    [Fact]
    public void An_item_is_closed_until_it_is_opened()
    {
        Disclosure item = new("s", "h");
        Assert.Contains("<details class=\"card\" data-part=\"item\">", Html(item), StringComparison.Ordinal);
        Assert.Contains("data-part=\"item\" open>", Html(item with { IsOpen = true }), StringComparison.Ordinal);
    }

    private static string Html(IPagePart part)
    {
        StringBuilder html = new();
        part.Write(html);
        return html.ToString();
    }
}
