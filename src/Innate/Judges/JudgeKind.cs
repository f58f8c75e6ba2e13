namespace Innate.Judges;

/// <summary>What a judge asks the model.</summary>
public enum JudgeKind
{
    /// <summary>Is this a good response? <see cref="GenerativeVerifier"/>.</summary>
    Verifier,

    /// <summary>Which grade does it deserve? <see cref="PointwiseJudge"/>.</summary>
    Pointwise,

    /// <summary>Which of two is better? <see cref="PairwiseJudge"/>.</summary>
    Pairwise,

    /// <summary>Is this a good response, Yes or No, over the whole vocabulary? <see cref="GenRmJudge"/>.</summary>
    GenRm,

    /// <summary>The same after sampled critiques.</summary>
    GenRmCot,

    /// <summary>Which step is wrong, and is the solution correct? <see cref="ThinkPrmJudge"/>.</summary>
    ThinkPrm,

    /// <summary>Which of two is better, by the paths of reasoning that are likely? <see cref="ReasonGrmJudge"/>.</summary>
    ReasonGrm,

    /// <summary>Principles, critiques, a list of scores; judgements vote. <see cref="SpctJudge"/>.</summary>
    Spct,

    /// <summary>Scores and a ranking by a principle. <see cref="RewardAnythingJudge"/>.</summary>
    RewardAnything,

    /// <summary>Which proxy questions are answered rightly from it? <see cref="ProxyJudge"/>.</summary>
    Proxy,
}

/// <summary>The judges' names on the command line and in files.</summary>
public static class JudgeNames
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["verifier", "pointwise", "pairwise", "genrm", "genrm-cot", "thinkprm", "reasongrm", "spct", "rewardanything",
        "proxy"];

    /// <summary>Those that look at each response on its own.</summary>
    public static IReadOnlyList<string> OfOne { get; } =
        [.. Enum.GetValues<JudgeKind>().Where(k => JudgeTraits.Of(k).Shape == JudgedShape.One).Select(Of)];

    /// <summary>A judge's name.</summary>
    public static string Of(JudgeKind kind) => All[(int)kind];

    /// <summary>The judge of a name; null where there is none.</summary>
    public static JudgeKind? Parse(string name)
    {
        int at = All.ToList().IndexOf(name);
        return at < 0 ? null : (JudgeKind)at;
    }
}
