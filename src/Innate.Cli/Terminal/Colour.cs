using System.Globalization;

namespace Innate.Cli.Terminal;

/// <summary>How many colours a terminal shows.</summary>
internal enum ColourDepth
{
    None,
    Palette256,
    TrueColour,
}

/// <summary>A colour, 0..255 a channel.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Black or white, whichever contrasts more by WCAG's relative luminance.</summary>
    public Rgb ReadableText => Luminance > 0.179 ? new Rgb(0, 0, 0) : new Rgb(255, 255, 255);

    /// <summary>WCAG 2 relative luminance, 0..1.</summary>
    public double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

    public static Rgb Mix(Rgb a, Rgb b, double t) => new(Lerp(a.R, b.R, t), Lerp(a.G, b.G, t), Lerp(a.B, b.B, t));

    /// <summary>The nearest entry of the 6x6x6 cube of the 256-colour palette.</summary>
    public int Palette256 => 16 + (36 * Level(R)) + (6 * Level(G)) + Level(B);

    private static byte Lerp(byte a, byte b, double t) => (byte)Math.Round(a + ((b - a) * t));

    // The cube's levels are 0, 95, 135, 175, 215, 255.
    private static int Level(byte x) => x < 48 ? 0 : x < 115 ? 1 : Math.Min(5, (x - 35) / 40);

    private static double Linear(byte x) => x <= 10 ? x / 255.0 / 12.92 : Math.Pow(((x / 255.0) + 0.055) / 1.055, 2.4);
}

/// <summary>Escape codes, and whether to write them at all.</summary>
internal static class Colour
{
    public const string Reset = "\e[0m";

    /// <summary>What the terminal of this environment shows; none where NO_COLOR is set (no-color.org).</summary>
    public static ColourDepth DepthOf(Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(environment("NO_COLOR"))) return ColourDepth.None;
        if (environment("TERM") is "dumb") return ColourDepth.None;
        bool trueColour = environment("COLORTERM") is "truecolor" or "24bit" || environment("WT_SESSION") is not null;
        return trueColour ? ColourDepth.TrueColour : ColourDepth.Palette256;
    }

    public static string Background(Rgb c, ColourDepth depth) => Code(48, c, depth);

    public static string Foreground(Rgb c, ColourDepth depth) => Code(38, c, depth);

    public static string Bold(string text, ColourDepth depth) => depth == ColourDepth.None ? text : $"\e[1m{text}{Reset}";

    public static string Dim(string text, ColourDepth depth) => depth == ColourDepth.None ? text : $"\e[2m{text}{Reset}";

    private static string Code(int kind, Rgb c, ColourDepth depth) => depth switch
    {
        ColourDepth.TrueColour => string.Create(CultureInfo.InvariantCulture, $"\e[{kind};2;{c.R};{c.G};{c.B}m"),
        ColourDepth.Palette256 => string.Create(CultureInfo.InvariantCulture, $"\e[{kind};5;{c.Palette256}m"),
        _ => "",
    };
}
