using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Innate.Cli.Terminal;

/// <summary>
/// Spectre.Console over a writer of ours, with the width and the colours that <see cref="CliIo"/> knows: nothing is asked of the
/// console or the environment, so that a test sees what a terminal would, and commands that draw nothing pay nothing.
/// </summary>
internal static class Screen
{
    /// <summary>What stands back.</summary>
    public static Style Dim { get; } = new(decoration: Decoration.Dim);

    /// <summary>What stands out.</summary>
    public static Style Bold { get; } = new(decoration: Decoration.Bold);

    /// <summary>A console.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="width">Columns.</param>
    /// <param name="depth">Colours; none: no bold or dim text either, unless lines are redrawn.</param>
    /// <param name="isLive">Whether lines are redrawn, so that there are escape codes without colours too.</param>
    public static IAnsiConsole Over(TextWriter writer, int width, ColourDepth depth, bool isLive = false) =>
        AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isLive || depth != ColourDepth.None ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = depth switch
            {
                ColourDepth.TrueColour => ColorSystemSupport.TrueColor,
                ColourDepth.Palette256 => ColorSystemSupport.EightBit,
                _ => ColorSystemSupport.NoColors,
            },
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            EnvironmentVariables = [],
            Out = new WriterOutput(writer, width),
        });

    /// <summary>What would be seen, as lines that end in <c>\n</c> and in no spaces; the last is not empty.</summary>
    public static string Render(IRenderable what, int width, ColourDepth depth)
    {
        using StringWriter text = new();
        Over(text, width, depth).Write(what);
        string[] lines = text.ToString().ReplaceLineEndings("\n").Split('\n');
        return string.Join('\n', lines.Select(l => l.TrimEnd(' '))).TrimEnd('\n') + "\n";
    }

    /// <summary>The columns that something takes where it is not broken.</summary>
    public static int WidthOf(IRenderable what)
    {
        IAnsiConsole console = Over(TextWriter.Null, Grids.Unlimited, ColourDepth.None);
        return what.Measure(RenderOptions.Create(console), Grids.Unlimited).Max;
    }

    /// <summary>A colour as Spectre has it.</summary>
    public static Color ToColor(this Rgb colour) => new(colour.R, colour.G, colour.B);

    /// <summary>A piece of text in one style; never read as markup.</summary>
    public static Paragraph Piece(string text, Style? style = null) => new(text, style);

    private sealed class WriterOutput(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => false;

        public int Width => width;

        public int Height => 50;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
