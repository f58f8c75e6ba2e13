using Innate.Judges;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Judgements;

/// <summary>What rows of judgements are for.</summary>
public enum JudgementUse
{
    /// <summary>One judgement that is right: a conversation and its last turn.</summary>
    Sft,

    /// <summary>A judgement that is right and one that is not, to the same question.</summary>
    Dpo,

    /// <summary>The question with what is known, for a recipe that lets the model judge and rewards it.</summary>
    Rl,
}

/// <summary>Responses with known worth into rows that a judge learns from.</summary>
public sealed record JudgementSettings
{
    private static readonly JudgeKind[] Writing =
        [JudgeKind.GenRmCot, JudgeKind.ThinkPrm, JudgeKind.ReasonGrm, JudgeKind.Spct, JudgeKind.RewardAnything];

    /// <summary>
    /// The rows: <c>chosen</c> and <c>rejected</c>; <c>responses</c> with <c>scores</c>; or one solution in steps with
    /// <c>labels</c>. With <c>principle</c> the row's own.
    /// </summary>
    public required RowLocation Input { get; init; }

    /// <summary>The rows to learn from.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model that judges.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>Chat or raw.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>How it judges.</summary>
    public JudgeSettings Judge { get; init; } = new();

    /// <summary>What the rows are for.</summary>
    public JudgementUse Use { get; init; }

    /// <summary>GenRM: right responses as answers to their own prompts beside the judgements.</summary>
    public bool Solutions { get; init; }

    /// <summary>Refuses what no paper trains, or nothing could be read from.</summary>
    /// <exception cref="InputException">A judge without such rows.</exception>
    public void Check()
    {
        string name = JudgeNames.Of(Judge.Kind);
        JudgeKind[] trained = Use switch
        {
            JudgementUse.Sft => [JudgeKind.GenRm, .. Writing],
            JudgementUse.Dpo => Writing,
            _ => [JudgeKind.Spct, JudgeKind.RewardAnything],
        };
        if (!trained.Contains(Judge.Kind))
        {
            throw new InputException(
                nameof(Judge.Kind),
                $"{string.Join(", ", trained.Select(JudgeNames.Of))} for {Use.ToString().ToLowerInvariant()}", name);
        }

        if (Solutions && (Use != JudgementUse.Sft || Judge.Kind is not (JudgeKind.GenRm or JudgeKind.GenRmCot)))
        {
            throw new InputException(nameof(Solutions), "off but for sft with genrm and genrm-cot", "on");
        }
    }
}
