namespace Innate.Benchmarks.Arithmetic;

/// <summary>What a system prompt says.</summary>
internal static class SystemPrompts
{
    private static readonly string[] Concise =
    [
        "Answer briefly.", "Give only the answer.", "Be concise.", "Just the number, please.", "Reply with the answer alone.",
        "No explanation, only the result.",
    ];

    private static readonly string[] Plain =
    [
        "Show your steps in plain text.", "Explain step by step, without markdown.", "Work it out in plain sentences.",
        "Think step by step, in plain text.", "Write out each step as plain text.", "Explain your work, no formatting.",
    ];

    private static readonly string[] Markdown =
    [
        "Show your steps in markdown.", "Explain step by step, with markdown.", "Work it out as a markdown list.",
        "Think step by step, in markdown.", "Write out each step as a bullet point.", "Explain your work, use formatting.",
    ];

    /// <summary>Those that ask for no style.</summary>
    public static IReadOnlyList<string> Neutral { get; } =
    [
        "You are a helpful assistant.", "You are a patient math tutor.", "You answer arithmetic questions.",
    ];

    /// <summary>Those that ask for a style.</summary>
    public static IReadOnlyList<string> Asking(AnswerStyle style) => style switch
    {
        AnswerStyle.Concise => Concise,
        AnswerStyle.Plain => Plain,
        _ => Markdown,
    };
}
