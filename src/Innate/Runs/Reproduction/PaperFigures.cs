namespace Innate.Runs.Reproduction;

/// <summary>A figure that the paper prints.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The figure, as a share of 1.</param>
internal readonly record struct PaperFigure(string What, double Value);

/// <summary>
/// What "Generalist Reward Models: Found Inside Large Language Models" (arXiv 2506.23235) reports, to stand beside ours, marked
/// as theirs. Only figures that could be confirmed are here; they were measured with other models on other data.
/// </summary>
internal static class PaperFigures
{
    /// <summary>Question 1: RM-Bench with Qwen2.5-7B-Instruct.</summary>
    public static IReadOnlyList<PaperFigure> Rewards { get; } = [new("EndoRM, RM-Bench average (Qwen2.5-7B-Instruct)", 0.702)];

    /// <summary>Question 2: DSP with the academy prompt.</summary>
    public static IReadOnlyList<PaperFigure> Prompts { get; } =
        [new("EndoRM-Academy on DSP's academy (Qwen2.5-7B-Instruct)", 0.7689)];

    /// <summary>Question 3: mean accuracy on five mathematics sets.</summary>
    public static IReadOnlyList<PaperFigure> Learning { get; } =
    [
        new("before (Qwen2.5-Math-7B, mean of five sets)", 0.330), new("after RL on the endogenous reward", 0.388),
    ];
}
