namespace Innate.Benchmarks.Arithmetic;

/// <summary>The names of families, styles and slips in files and tables.</summary>
public static class ArithmeticNames
{
    /// <summary>The families, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Families { get; } =
    [
        "add-subtract", "three-operands", "products", "one-step", "two-step",
    ];

    /// <summary>The styles, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Styles { get; } = ["concise", "plain", "markdown"];

    /// <summary>The slips, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Slips { get; } =
    [
        "forgotten-carry", "off-by-one", "off-by-ten", "transposed-digits", "wrong-operation", "wrong-order",
    ];

    /// <summary>The judging turns, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Judgings { get; } = ["judge-yes-no", "judge-a-b", "judge-grade"];

    /// <summary>A family's name.</summary>
    public static string Of(ArithmeticFamily family) => Families[(int)family];

    /// <summary>A style's name.</summary>
    public static string Of(AnswerStyle style) => Styles[(int)style];

    /// <summary>A slip's name.</summary>
    public static string Of(SlipKind slip) => Slips[(int)slip];

    /// <summary>A judging turn's name.</summary>
    public static string Of(JudgingKind kind) => Judgings[(int)kind];

    /// <summary>The family of a name; null where there is none.</summary>
    public static ArithmeticFamily? Family(string name) => Place(Families, name) is { } i ? (ArithmeticFamily)i : null;

    /// <summary>The style of a name; null where there is none.</summary>
    public static AnswerStyle? Style(string name) => Place(Styles, name) is { } i ? (AnswerStyle)i : null;

    private static int? Place(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }

        return null;
    }
}
