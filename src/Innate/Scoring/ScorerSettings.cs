using Innate.Judges;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>What compares responses: a reward, or a judge in its place.</summary>
public sealed record ScorerSettings
{
    /// <summary>The reward; a judge takes its place.</summary>
    public RewardKind Reward { get; init; } = RewardKind.Endogenous;

    /// <summary>Several rewards in one expression, in the reward's place; null: the reward alone.</summary>
    public RewardExpression? Expression { get; init; }

    /// <summary>The reward's parameters.</summary>
    public RewardOptions Options { get; init; } = new();

    /// <summary>The implicit reward's reference model; null: none.</summary>
    public ModelSource? Reference { get; init; }

    /// <summary>Guidance, and the null prompt of rows that give none; null: neither.</summary>
    public GuidanceSettings? Guided { get; init; }

    /// <summary>The judge; null: the reward scores.</summary>
    public JudgeSettings? Judge { get; init; }

    /// <summary>
    /// What to judge by, in words, of a reward: its system prompt. A judge has it in <see cref="JudgeSettings"/>.
    /// </summary>
    public string? Principle { get; init; }

    /// <summary>Refuses a reward without the reference that it needs, and a reference that nothing reads.</summary>
    /// <exception cref="InputException">One without the other.</exception>
    public void Check()
    {
        Options.Check();
        if (Options.First is { } first && (Judge is not null || RewardNames.IsOfHead(Reward)))
        {
            throw new InputException(
                nameof(RewardOptions.First), "none but with a reward of traces, which has one number a token", $"{first}");
        }

        if (Judge is not null)
        {
            if (Guided is null) return;
            throw new InputException(
                nameof(GuidanceSettings.Guidance), "none with a judge, which is asked in words",
                Guided.Guidance?.ToString() ?? "a null prompt");
        }

        Guided?.Check(Reward, Expression);
        if (Expression is not null)
        {
            ExpressionChecks.Require(Expression, Reference is not null);
            return;
        }

        if (Reward == RewardKind.Implicit && Reference is null)
        {
            throw new InputException(nameof(Reference), "a model, which {Reward} implicit compares with", "none");
        }

        if (Reward != RewardKind.Implicit && Reference is not null)
        {
            throw new InputException(nameof(Reference),
                $"none with {{Reward}} {RewardNames.NameOf(Reward)}: it belongs to implicit", "one");
        }
    }

    /// <summary>How a reward reads its text: a principle is its system prompt.</summary>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <exception cref="InputException">Both are given.</exception>
    public ChatFormatOptions RewardFormat(ChatFormatOptions format)
    {
        if (Principle is not { } principle) return format;
        if (format.System is not null)
        {
            throw new InputException(nameof(Principle), "none beside {System}, for it is a reward's system prompt", "both");
        }

        return format with { System = principle };
    }
}
