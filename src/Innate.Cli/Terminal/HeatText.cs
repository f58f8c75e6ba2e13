using System.Globalization;
using System.Text;

namespace Innate.Cli.Terminal;

/// <summary>A piece of one line in one colour.</summary>
/// <param name="Text">Visible text: no control character.</param>
/// <param name="Background">Null: the terminal's own.</param>
internal readonly record struct HeatSegment(string Text, Rgb? Background);

/// <summary>Tokens with values to coloured, wrapped lines: a pure function, drawn by <see cref="Draw"/>.</summary>
internal static class HeatText
{
    /// <summary>Lines of at most <paramref name="width"/> columns.</summary>
    /// <param name="tokens">Each token's text; newlines and other control characters become visible signs.</param>
    /// <param name="values">Each token's value.</param>
    /// <param name="scale">What colour a value has.</param>
    /// <param name="width">Columns.</param>
    public static List<List<HeatSegment>> Lines(
        IReadOnlyList<string> tokens, IReadOnlyList<double> values, HeatScale scale, int width)
    {
        List<List<HeatSegment>> lines = [[]];
        int column = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            Rgb? colour = scale.ColourOf(values[i]);
            string visible = Visible(tokens[i]);
            int wide = WidthOf(visible);
            if (column > 0 && column + wide > width && wide <= width) NewLine();
            StringBuilder piece = new();
            foreach (Rune rune in visible.EnumerateRunes())
            {
                int w = WidthOf(rune);
                if (column + w > width)
                {
                    Flush(piece, colour);
                    NewLine();
                }

                piece.Append(rune);
                column += w;
            }

            Flush(piece, colour);

            // The text's own line breaks stay line breaks, after their sign.
            if (tokens[i].Contains('\n', StringComparison.Ordinal) && i < tokens.Count - 1) NewLine();
        }

        return lines;

        void NewLine()
        {
            lines.Add([]);
            column = 0;
        }

        void Flush(StringBuilder piece, Rgb? colour)
        {
            if (piece.Length == 0) return;
            lines[^1].Add(new HeatSegment(piece.ToString(), colour));
            piece.Clear();
        }
    }

    /// <summary>One line with escape codes, or without any at depth none.</summary>
    public static string Draw(IEnumerable<HeatSegment> line, ColourDepth depth)
    {
        StringBuilder text = new();
        foreach (HeatSegment segment in line)
        {
            if (segment.Background is { } colour && depth != ColourDepth.None)
            {
                text.Append(Colour.Background(colour, depth)).Append(Colour.Foreground(colour.ReadableText, depth));
                text.Append(segment.Text).Append(Colour.Reset);
            }
            else
            {
                text.Append(segment.Text);
            }
        }

        return text.ToString();
    }

    /// <summary>Text in which nothing is invisible or acts on the terminal.</summary>
    public static string Visible(string text)
    {
        StringBuilder visible = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\n':
                    visible.Append('↵');
                    break;
                case '\t':
                    visible.Append('→');
                    break;
                case '\r':
                    visible.Append('␍');
                    break;
                case < 0x20:
                    visible.Append((char)(0x2400 + rune.Value)); // the control pictures
                    break;
                case 0x7f:
                    visible.Append('␡');
                    break;
                default:
                    // C1 controls, and marks that reorder or hide text.
                    visible.Append(
                        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                        && rune.Value != 0x200d ? "·" : rune.ToString());
                    break;
            }
        }

        return visible.ToString();
    }

    /// <summary>Columns of a text.</summary>
    public static int WidthOf(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes()) width += WidthOf(rune);
        return width;
    }

    // East Asian wide and emoji blocks take two columns, marks that combine take none: near enough for wrapping.
    private static int WidthOf(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        return rune.Value switch
        {
            >= 0x1100 and <= 0x115f => 2,
            >= 0x2e80 and <= 0xa4cf => 2,
            >= 0xac00 and <= 0xd7a3 => 2,
            >= 0xf900 and <= 0xfaff => 2,
            >= 0xfe30 and <= 0xfe6f => 2,
            >= 0xff00 and <= 0xff60 => 2,
            >= 0xffe0 and <= 0xffe6 => 2,
            >= 0x1f300 and <= 0x1faff => 2,
            >= 0x20000 and <= 0x3fffd => 2,
            _ => 1,
        };
    }
}
