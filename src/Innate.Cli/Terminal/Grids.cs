using Spectre.Console;
using Spectre.Console.Rendering;

namespace Innate.Cli.Terminal;

/// <summary>The one look of all tables: names on the left, figures on the right, a rule under the header.</summary>
internal static class Grids
{
    /// <summary>What a table without a limit is drawn in: a pipe has no width, and figures shall not be broken.</summary>
    public const int Unlimited = 10_000;

    /// <summary>A table whose first column names the rows.</summary>
    public static Table Figures(params ReadOnlySpan<string> header)
    {
        Table table = new() { Border = TableBorder.Simple, BorderStyle = Screen.Dim };
        for (int i = 0; i < header.Length; i++)
        {
            table.AddColumn(new TableColumn(Screen.Piece(header[i], Screen.Dim))
            {
                Alignment = i == 0 ? Justify.Left : Justify.Right, NoWrap = true, Padding = new Padding(1, 0, 1, 0),
            });
        }

        return table;
    }

    /// <summary>Columns of words without lines or header, two spaces between them.</summary>
    public static Table Bare(int columns)
    {
        Table table = new() { Border = TableBorder.None, ShowHeaders = false };
        for (int i = 0; i < columns; i++)
        {
            table.AddColumn(new TableColumn("") { Padding = new Padding(i == 0 ? 2 : 0, 0, 2, 0) });
        }

        return table;
    }

    /// <summary>A row of figures under their names.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">What the row is of.</param>
    /// <param name="cells">The figures, and which of them are emphasised.</param>
    public static void AddFigures(this Table table, string name, params IEnumerable<(string Text, bool IsBest)> cells) =>
        table.AddRow(
        [
            Screen.Piece(name), .. cells.Select(c => (IRenderable)Screen.Piece(c.Text, c.IsBest ? Screen.Bold : Style.Plain)),
        ]);
}
