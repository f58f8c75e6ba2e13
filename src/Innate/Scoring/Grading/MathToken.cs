namespace Innate.Scoring.Grading;

/// <summary>What a piece of an answer's text is.</summary>
internal enum MathTokenKind
{
    /// <summary>Digits with their point, commas and exponent; <see cref="MathToken.Text"/> has no commas any more.</summary>
    Number,

    /// <summary>One letter, a variable.</summary>
    Letter,

    /// <summary>Letters of natural language, or letters and digits of a name such as H2.</summary>
    Word,

    /// <summary>A LaTeX command without its backslash, and whatever has one: <c>frac</c>, <c>pi</c>, <c>times</c>.</summary>
    Command,

    /// <summary>Any other character, or <c>\{</c>, <c>\}</c>, <c>\\</c>.</summary>
    Symbol,
}

/// <summary>One piece of an answer's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">In one spelling: full-width signs are plain, U+2212 is -, × is the command times.</param>
/// <param name="Start">Where it starts in the text.</param>
/// <param name="End">Where it ends.</param>
internal sealed record MathToken(MathTokenKind Kind, string Text, int Start, int End)
{
    /// <summary>Whether white space stands before it.</summary>
    public bool IsSpaced { get; init; }

    /// <summary>Whether it begins a line.</summary>
    public bool IsNewLine { get; init; }

    /// <summary>Whether it stands in <c>\text{...}</c> and its like.</summary>
    public bool IsText { get; init; }

    /// <summary>A number with commas between its thousands, as it was written: 1,234. Else null.</summary>
    public string? Grouped { get; init; }

    /// <summary>A number written in characters, or with one (3万), as a fraction; else null.</summary>
    public ExactNumber? Value { get; init; }

    public bool Is(string symbol) => Kind == MathTokenKind.Symbol && Text == symbol;

    public bool IsCommand(string name) => Kind == MathTokenKind.Command && Text == name;

    public bool IsWord => Kind == MathTokenKind.Word;

    public bool IsNumber => Kind == MathTokenKind.Number;

    public bool IsLetter => Kind == MathTokenKind.Letter;

    /// <summary>Whether digits alone make it up: no point, no exponent.</summary>
    public bool IsWhole => IsNumber && Value is null && !Text.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>The number's value; null where it is too long to be read.</summary>
    public ExactNumber? Number => Value ?? ExactNumber.Read(Text);
}
