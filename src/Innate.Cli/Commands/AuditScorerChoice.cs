using System.CommandLine;
using Innate.Judges;
using Innate.Rewards;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options that name several rewards and judges of one model.</summary>
internal sealed class AuditScorerChoice
{
    private readonly RewardChoice _reward = new();
    private readonly JudgeChoice _judge = new("--judge", null);

    /// <param name="fallback">What scores where none is named, in words.</param>
    public AuditScorerChoice(string fallback) => Rewards = Opt.Many(
        "--reward", "NAME",
        $"A reward: {string.Join(", ", RewardNames.All)}, or an expression (docs/expressions.md); repeatable "
        + $"[default: {fallback}]");

    public Option<string[]> Rewards { get; }

    public Option<string[]> Judges { get; } = Opt.Many(
        "--judge", "KIND", $"A judge: {string.Join(", ", JudgeNames.All)}; repeatable [off: none]");

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [Rewards, .. _reward.All.Skip(1), Judges, .. _judge.Own, _judge.Principle];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    /// <summary>The rewards and judges that are named, none where there are none.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">Says how the reference is run.</param>
    /// <param name="source">The model that scores.</param>
    /// <param name="io">Opens it where a reward's parameters hang on it.</param>
    /// <param name="seed">Decides judges' reasoning.</param>
    /// <param name="fallback">The reward where none is named and no judge; null: none.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public ScorerSettings[] Settings(
        ParseResult parsed, ModelOptions model, ModelSource source, CliIo io, ulong seed, string? fallback)
    {
        string[] judges = parsed.GetValue(Judges) ?? [], rewards = parsed.GetValue(Rewards) ?? [];
        if (judges.Length == 0 && _judge.Own.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle)
        {
            throw new InputException($"{idle.Name}: expected a judge in {Judges.Name}, found none.");
        }

        if (judges.Length == 0 && rewards.Length == 0 && fallback is not null) rewards = [fallback];
        string? principle = JudgeChoice.PrincipleOf(parsed.GetValue(_judge.Principle));
        ModelSource? reference = model.Other(parsed, parsed.GetValue(_reward.Reference));
        ScorerSettings[] named =
        [
            .. rewards.Select(text =>
            {
                (RewardKind kind, RewardOptions options, RewardExpression? expression) = _reward.Of(text, parsed, source, io);
                bool compares = expression?.NeedsReference ?? kind == RewardKind.Implicit;
                return new ScorerSettings
                {
                    Reward = kind, Options = options, Expression = expression, Reference = compares ? reference : null,
                    Principle = principle,
                };
            }),
        ];
        if (reference is not null && named.All(s => s.Reference is null))
        {
            throw new InputException($"{_reward.Reference.Name}: expected none without {Rewards.Name} implicit, found one.");
        }

        return
        [
            .. named,
            .. judges.Select(name => new ScorerSettings
            {
                Judge = _judge.Settings(parsed, seed, JudgeNames.Parse(name) ?? throw new InputException(
                    $"{Judges.Name}: expected {string.Join(", ", JudgeNames.All)}, "
                    + $"found '{name}'{NearestName.Hint(name, JudgeNames.All)}.")),
            }),
        ];
    }

    /// <summary>Options that only a named reward or judge reads.</summary>
    public IEnumerable<Option> Idle => [.. _reward.All.Skip(1), .. _judge.Own, _judge.Principle];
}
