using System.Text;
using System.Text.RegularExpressions;
using Innate.Reports;
using Innate.Tests.Support;

namespace Innate.Tests.Reports;

public sealed partial class TableTests
{
    [Fact]
    public void A_cell_shows_its_figure_and_its_interval()
    {
        Assert.Equal(new Cell("71.2 %", "[68.9, 73.4]", .712), Cell.Percent(.712, .689, .734));
        Assert.Equal(new Cell("1.50", "[1.25, 1.75]", 1.5), Cell.Number(1.5, "F2", 1.25, 1.75));
        Assert.Equal("–", Cell.Percent(double.NaN).Text);
        string html = Html(Table(Best.None, Cell.Percent(.712, .689, .734)));
        Assert.Contains("71.2 %<small style=\"min-width:12ch\">[68.9, 73.4]</small>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(Best.Largest), "0.90 0.90")]
    [InlineData(nameof(Best.Smallest), "0.10")]
    [InlineData(nameof(Best.None), "")]
    public void The_best_of_a_column_is_emphasised_and_all_that_read_the_same(string best, string expected)
    {
        DataTable table = Table(
            Enum.Parse<Best>(best), Cell.Number(.9, "F2"), Cell.Number(.8999, "F2"), Cell.Number(.1, "F2"),
            Cell.Number(double.NaN, "F2"), new Cell("0.90"));
        Assert.Equal(expected, string.Join(' ', Emphasised(Html(table))));
    }

    [Fact]
    public void Another_s_figure_is_never_the_best_and_a_lone_figure_is_no_choice()
    {
        Cell quoted = Cell.Number(.99, "F2") with { Tone = CellTone.Quoted };
        Assert.Equal(["0.80"], Emphasised(Html(Table(Best.Largest, quoted, Cell.Number(.8, "F2"), Cell.Number(.7, "F2")))));
        Assert.Empty(Emphasised(Html(Table(Best.Largest, quoted, Cell.Number(.8, "F2")))));
    }

    [Fact]
    public void A_row_that_does_not_fit_its_table_is_refused() => Assert.Throws<ArgumentException>(
        () => Html(new DataTable("t", [new("a"), new("b")], [[new Cell("1")]])));

    [Fact]
    public void A_table_without_rows_says_so() =>
        Assert.Contains(">nothing<", Html(new DataTable("t", [new("a")], [])), StringComparison.Ordinal);

    [Fact]
    public void A_heat_map_colours_by_value_and_prints_the_number()
    {
        HeatMap map = new("t", "r", "c", ["x", "y"], ["u", "v"], [[-1, 0], [.5, double.NaN]])
        { Scale = ColourScale.Diverging(0, 1) };
        Assert.Equal(
            ["<td class=\"cold\" style=\"--h:1\">-1.00</td>", "<td class=\"warm\" style=\"--h:0\">0.00</td>",
                "<td class=\"warm\" style=\"--h:0.5\">0.50</td>", "<td class=\"none\" style=\"--h:0\">–</td>"],
            Cells().Matches(Html(map)).Select(m => m.Value));
    }

    [Theory]
    [InlineData(nameof(HeatEmphasis.None), "")]
    [InlineData(nameof(HeatEmphasis.Diagonal), "1.00 –")]
    [InlineData(nameof(HeatEmphasis.LargestInColumn), "9.00 2.00")]
    [InlineData(nameof(HeatEmphasis.Largest), "9.00")]
    public void A_heat_map_emphasises_what_it_is_asked_to(string emphasis, string expected)
    {
        HeatMap map = new("t", "r", "c", ["x", "y"], ["u", "v"], [[1, 9], [2, double.NaN]])
        { Emphasis = Enum.Parse<HeatEmphasis>(emphasis) };
        Assert.Equal(expected, string.Join(' ', Emphasised(Html(map))));
    }

    [Fact]
    public void A_heat_map_s_values_must_fit_its_names()
    {
        Assert.Throws<ArgumentException>(() => Html(new HeatMap("t", "r", "c", ["x"], ["u"], [[1, 2]])));
        Assert.Throws<ArgumentException>(() => Html(new HeatMap("t", "r", "c", ["x", "y"], ["u"], [[1]])));
    }

    [Fact]
    public void A_heat_map_without_a_number_is_a_table_of_dashes()
    {
        string html = Html(new HeatMap("t", "r", "c", ["x"], ["u"], [[double.NaN]]) { Emphasis = HeatEmphasis.Largest });
        Assert.Contains("--h:0\">–", html, StringComparison.Ordinal);
        Assert.Empty(Emphasised(html));
        HtmlCheck.AssertBalanced(Html(new HeatMap("t", "r", "c", [], [], []) { Emphasis = HeatEmphasis.Largest }));
    }

    [Theory]
    [InlineData(-5, -1)]
    [InlineData(-1, -1)]
    [InlineData(1, -.5)]
    [InlineData(3, 0)]
    [InlineData(4, .5)]
    [InlineData(9, 1)]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Colour_grows_from_the_neutral_value_to_both_ends(double value, double strength) =>
        Assert.Equal(strength, new ColourScale(-1, 3, 5).Strength(value));

    private static DataTable Table(Best best, params Cell[] cells) =>
        new("t", [new("name"), new("figure", best)], [.. cells.Select(c => new Cell[] { new("row"), c })]);

    private static string Html(IPagePart part)
    {
        StringBuilder html = new();
        part.Write(html);
        return html.ToString();
    }

    private static IEnumerable<string> Emphasised(string html) => BestCell().Matches(html).Select(m => m.Groups[1].Value);

    [GeneratedRegex("<td class=\"[a-z ]*\\bbest\\b[a-z ]*\"[^>]*>([^<]*)<")]
    private static partial Regex BestCell();

    [GeneratedRegex("<td.*?</td>")]
    private static partial Regex Cells();
}
