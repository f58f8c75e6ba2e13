using Innate.Cli.Terminal;
using Spectre.Console;

namespace Innate.Tests.Cli;

public sealed class ScreenTests
{
    [Fact]
    public void Without_colours_a_table_is_plain_text_whose_lines_end_in_no_spaces()
    {
        Table table = Grids.Figures("name", "value");
        table.AddFigures("[red]a[/]", ("1.5", true));
        table.AddFigures("b", ("12", false));
        string text = Screen.Render(table, 80, ColourDepth.None);
        Assert.DoesNotContain('\e', text);
        Assert.Contains("[red]a[/]", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
        Assert.Contains("\e[1m1.5\e[0m", Screen.Render(table, 80, ColourDepth.TrueColour), StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_line_fits_its_terminal_leaves_the_cursor_alone_and_goes_without_a_trace()
    {
        StringWriter text = new() { NewLine = "\n" };
        LiveLine line = new(text, isTerminal: true, width: 40);
        line.Show(0.5, "short");
        string plain = text.ToString().Replace("\e[0m", "").Replace("\e[2m", "");
        Assert.Contains("━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ short", plain, StringComparison.Ordinal);
        line.Show(0.6, new string('x', 60));
        Assert.Contains(new string('x', 39), text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 40), text.ToString(), StringComparison.Ordinal);
        line.Clear();
        Assert.EndsWith("\r\e[2K", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[?25", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text.ToString());
    }
}
