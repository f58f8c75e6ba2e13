namespace Innate.Judges;

/// <summary>Which judge is asked, and how.</summary>
public sealed record JudgeSettings
{
    /// <summary>The judge.</summary>
    public JudgeKind Kind { get; init; } = JudgeKind.Verifier;

    /// <summary>
    /// The name of a prompt that is shipped, or a file; null: <c>arithmetic</c> for innate-tiny, which learned to judge in words
    /// of its own, else <c>default</c>.
    /// </summary>
    public string? JudgePrompt { get; init; }

    /// <summary>What to judge by, in words; null: nothing of its own.</summary>
    public string? Principle { get; init; }

    /// <summary>
    /// Tokens that the model may reason in first; 0: it answers at once, or of a judge that always writes as many as its kind
    /// takes, or the context has room for.
    /// </summary>
    public int ReasoningTokens { get; init; }

    /// <summary>Judgements to sample, of which the verdict is made; 0: one, or as many as the kind takes.</summary>
    public int Votes { get; init; }

    /// <summary>The temperature of the reasoning.</summary>
    public double ReasoningTemperature { get; init; } = 1;

    /// <summary>GenRM-CoT: the share of critiques with p(Yes) above 1/2 in place of the mean of p(Yes).</summary>
    public bool Majority { get; init; }

    /// <summary>ThinkPRM: rounds of second thoughts after the first chain; each may write as many tokens again.</summary>
    public int SecondThoughts { get; init; }

    /// <summary>The judge writes as it likes; false: where the model runs here it is held to its format.</summary>
    public bool AnyFormat { get; init; }

    /// <summary>SPCT: a reward, or an expression, by which judgements are chosen; null: all vote.</summary>
    public string? Meta { get; init; }

    /// <summary>SPCT: how many are chosen; null: half of them.</summary>
    public int? MetaKept { get; init; }

    /// <summary>Decides the reasoning.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether it asks which of two is better.</summary>
    internal bool Compares => JudgeTraits.Of(Kind).Shape == JudgedShape.Pair;

    /// <summary>The same of one kind among several: less what that kind does not read.</summary>
    internal JudgeSettings For(JudgeKind kind) => this with
    {
        Kind = kind,
        ReasoningTokens = kind == JudgeKind.GenRm ? 0 : ReasoningTokens,
        Votes = kind == JudgeKind.GenRm ? 0 : Votes,
        Majority = Majority && kind == JudgeKind.GenRmCot,
        SecondThoughts = kind == JudgeKind.ThinkPrm ? SecondThoughts : 0,
        Meta = kind == JudgeKind.Spct ? Meta : null,
        MetaKept = kind == JudgeKind.Spct ? MetaKept : null,
    };
}
