using FsCheck;
using FsCheck.Fluent;
using Innate.Reports;
using Innate.Tests.Support;

namespace Innate.Tests.Reports;

public sealed class ReportPageTests
{
    private static readonly string[] Code = [ReportPage.Style, PartScript.All];

    [Fact]
    public void A_page_has_its_sections_in_order_with_contents_that_lead_to_them()
    {
        string html = SampleReport.Page().ToHtml();
        string[] ids = ["scorers", "styles", "curves", "items"];
        int[] places = [.. ids.Select(id => html.IndexOf($"<section id=\"{id}\"", StringComparison.Ordinal))];
        Assert.All(places, p => Assert.True(p > 0));
        Assert.Equal(places.Order(), places);
        Assert.Contains("<a href=\"#curves\">Curves</a>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>model</dt><dd>innate-tiny</dd>", html, StringComparison.Ordinal);
        foreach (string part in new[] { "table", "heat", "lines", "scatter", "tokens", "pair", "item", "prose", "tiles" })
        {
            Assert.Contains($"data-part=\"{part}\"", html, StringComparison.Ordinal);
        }
    }

    // Whatever a data set or a model says, in whichever place, it stays text.
    [Fact]
    public void Any_text_stays_text_in_every_part()
    {
        Gen<string> nasty = Gen.Elements(
            "<", ">", "&", "\"", "'", "</div>", "</style>", "<script>alert(1)</script>", "-->", "\0", "\u202e", "\ud800", "a",
            "\n", "\r\n", "|", ";", "#", "http://x.y", "url(x)").ArrayOf().Select(string.Concat);
        string[] usual = [.. HtmlCheck.Tags(SampleReport.Page("x").ToHtml(), Code)];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Arb.From(nasty), text =>
        {
            string html = SampleReport.Page("x" + text).ToHtml();
            Assert.Equal(usual, HtmlCheck.Tags(html, Code));
            HtmlCheck.AssertBalanced(html, Code);
            Assert.DoesNotContain('\0', html);
            Assert.DoesNotContain('\u202e', html);
        }));
    }

    [Fact]
    public void A_page_needs_nothing_beside_it()
    {
        string html = SampleReport.Page().ToHtml();
        Assert.DoesNotMatch("(?i)(src|srcset|action|data)=|href=\"[^#]|https?:|url\\(|@import|fetch|XMLHttp|WebSocket", html);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_content_makes_the_same_bytes_on_disk()
    {
        using TemporaryFolder folder = new();
        SampleReport.Page().Write(folder["a.html"]);
        SampleReport.Page().Write(folder["b.html"]);
        Assert.Equal(File.ReadAllBytes(folder["a.html"]), File.ReadAllBytes(folder["b.html"]));
        Assert.Equal(["a.html", "b.html"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("twice")]
    public void A_section_needs_an_anchor_of_its_own(string id) => Assert.Throws<ArgumentException>(
        () => new ReportPage("t", "s", [], [new Section("twice", "a", ""), new Section(id, "b", "")]).ToHtml());
}
