namespace Innate.Judges;

/// <summary>What a judge's prompt shows, beside the conversation.</summary>
internal enum JudgedShape
{
    /// <summary>One response.</summary>
    One,

    /// <summary>Two responses.</summary>
    Pair,

    /// <summary>All responses.</summary>
    All,
}

/// <summary>What sets the kinds of judges apart.</summary>
/// <param name="Prompt">The judge whose prompts it asks with.</param>
/// <param name="Shape">What its prompt shows.</param>
/// <param name="Labels">
/// How many labels a verdict has; 0: it is read from what the judge writes. Null: two or more grades.
/// </param>
/// <param name="Tokens">Tokens that it writes in where nothing else is said; 0: it answers at once.</param>
/// <param name="Votes">Judgements where nothing else is said.</param>
internal sealed record JudgeTraits(JudgeKind Prompt, JudgedShape Shape, int? Labels, int Tokens = 0, int Votes = 1)
{
    private static readonly JudgeTraits[] Known =
    [
        new(JudgeKind.Verifier, JudgedShape.One, 2),
        new(JudgeKind.Pointwise, JudgedShape.One, null),
        new(JudgeKind.Pairwise, JudgedShape.Pair, 2),
        new(JudgeKind.Verifier, JudgedShape.One, 2),
        new(JudgeKind.Verifier, JudgedShape.One, 2, Tokens: 512, Votes: 32),
        new(JudgeKind.ThinkPrm, JudgedShape.One, 2, Tokens: 4096),
        new(JudgeKind.Pairwise, JudgedShape.Pair, 2, Tokens: 1024, Votes: 4),
        new(JudgeKind.Spct, JudgedShape.All, 0, Tokens: 1024, Votes: 8),
        new(JudgeKind.RewardAnything, JudgedShape.All, 0, Tokens: 1024),
        new(JudgeKind.Proxy, JudgedShape.One, 3, Tokens: 256),
    ];

    /// <summary>Whether it writes before its verdict, whatever the options.</summary>
    public bool Writes => Tokens > 0;

    /// <summary>A judge's.</summary>
    public static JudgeTraits Of(JudgeKind kind) => Known[(int)kind];

    /// <summary>Whether a judge asks with another's prompt.</summary>
    public static bool Shares(JudgeKind kind, JudgeKind prompt) => Of(kind).Prompt == Of(prompt).Prompt;
}
