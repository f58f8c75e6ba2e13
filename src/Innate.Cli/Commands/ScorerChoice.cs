using System.CommandLine;
using Innate.Judges;
using Innate.Rewards;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options that say what scores: a reward, or a judge in its place.</summary>
internal sealed class ScorerChoice
{
    public RewardChoice Reward { get; } = new();

    public JudgeChoice Judge { get; } = new("--judge", null);

    public void AddTo(Command command)
    {
        Reward.AddTo(command);
        Judge.AddTo(command);
    }

    /// <summary>What scores.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">Says how the reference is run.</param>
    /// <param name="source">The model that scores.</param>
    /// <param name="io">Opens it where a reward's parameters hang on it.</param>
    /// <param name="seed">Decides a judge's reasoning.</param>
    /// <param name="samples">Whether responses are sampled: a system prompt is then theirs.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public ScorerSettings Settings(
        ParseResult parsed, ModelOptions model, ModelSource source, CliIo io, ulong seed, bool samples = false)
    {
        JudgeSettings? judge = Judge.Settings(parsed, seed);
        if (judge is not null && Reward.All.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle)
        {
            throw new InputException(
                $"{idle.Name}: expected none beside {Judge.Kind.Name}, which takes a reward's place, found one.");
        }

        // A judge is told a profile's words; its reward is not asked for.
        if (judge is not null && Reward.Profile.Of(parsed, "--principle") is { } profile)
        {
            judge = judge with { Principle = profile.Profile.Prefers };
        }

        (RewardKind kind, RewardOptions options, RewardExpression? expression) =
            judge is null ? Reward.Of(parsed, source, io, samples) : (RewardKind.Endogenous, new RewardOptions(), null);
        ScorerSettings settings = new()
        {
            Reward = kind,
            Options = options,
            Expression = expression,
            Reference = model.Other(parsed, parsed.GetValue(Reward.Reference)),
            Judge = judge,
            Principle = judge is null ? JudgeChoice.PrincipleOf(parsed.GetValue(Judge.Principle)) : null,
        };
        settings.Check();
        return settings;
    }
}
