using System.CommandLine;
using System.Globalization;
using Innate.Models;
using Innate.Rewards;
using Innate.Rewards.Discounts;
using Innate.Scoring.Expressions;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options that name a reward.</summary>
internal sealed class RewardChoice
{
    public Option<string?> Name { get; } = Opt.Text(
        "--reward", "REWARD", $"The reward: {string.Join(", ", RewardNames.All)}, or an expression such as "
        + "\"endogenous(gamma=0.95) + 2*check(numeric) - 0.01*tokens\" (docs/expressions.md)", "endogenous");

    public Option<double> Alpha { get; } = Opt.Number(
        "--alpha", "Temperature of V(s) = alpha logsumexp(Q/alpha), in nats", 1, x => x > 0, "a number above 0");

    public Option<double> Gamma { get; } = Opt.NumberOr(
        "--gamma", "recommended", "Discount a token: the weight of token h is max(gamma^(h-1), beta); 1: no discount; "
        + "recommended: what was measured for a model of this family and size (docs/real-models.md)", 1, x => x is >= 0 and <= 1,
        "a number from 0 to 1");

    public Option<double> Beta { get; } = Opt.Number(
        "--beta", "The least weight of a token; 0: no floor", 0, x => x >= 0, "a number of at least 0");

    public Option<int?> First { get; } = Opt.OptionalWhole(
        "--first", "Only so many tokens of a response count, as if it ended after them [off: all]");

    public Option<string?> Reference { get; } = Opt.Text(
        "--reference", "DIR", "The reference model of the implicit reward [off: none]");

    public ProfileChoice Profile { get; } = new();

    /// <summary>Options that say what a profile says.</summary>
    private static string[] OfProfile => ["--reward", "--alpha", "--gamma", "--beta", "--first", "--raw"];

    public IReadOnlyList<Option> All => [Name, Alpha, Gamma, Beta, First, Reference];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
        command.Add(Profile.Profile);
    }

    /// <summary>What is asked for: one reward with its parameters, or an expression in its place.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">The model, for a discount that hangs on it.</param>
    /// <param name="io">Opens it, and is told which discount it is.</param>
    /// <param name="samples">Whether responses are sampled: a system prompt is then theirs alone.</param>
    /// <exception cref="InputException">
    /// An expression that cannot be read, or parameters beside it; or a discount is to be looked up, and the model's shape is not
    /// here.
    /// </exception>
    public (RewardKind Kind, RewardOptions Options, RewardExpression? Expression) Of(
        ParseResult parsed, ModelSource model, CliIo io, bool samples = false)
    {
        string[] contradicting = [.. OfProfile, "--principle", .. samples ? (string[])[] : ["--system"]];
        if (Profile.Of(parsed, contradicting) is { } profile)
        {
            RewardExpression steered = profile.Profile.ExpressionAt(profile.Place);
            if (steered.NeedsRecommendedGamma) steered = steered.WithRecommended(Recommended(model, io));
            return (RewardKind.Endogenous, new RewardOptions(), steered);
        }

        return Of(parsed.GetValue(Name)!, parsed, model, io);
    }

    /// <summary>The same of a reward that another option names.</summary>
    /// <param name="text">A name, or an expression.</param>
    /// <param name="parsed">The options.</param>
    /// <param name="model">The model, for a discount that hangs on it.</param>
    /// <param name="io">Opens it, and is told which discount it is.</param>
    public (RewardKind Kind, RewardOptions Options, RewardExpression? Expression) Of(
        string text, ParseResult parsed, ModelSource model, CliIo io)
    {
        RewardExpression expression = RewardExpression.Parse(text);
        if (expression.AsName() is { } name) return (name, Options(parsed, model, io), null);
        if (((Option[])[Alpha, Gamma, Beta, First]).FirstOrDefault(o => parsed.IsGiven(o)) is { } idle)
        {
            throw new InputException(
                $"{idle.Name}: expected none beside an expression, whose rewards have their own in brackets, found one.");
        }

        if (expression.NeedsRecommendedGamma) expression = expression.WithRecommended(Recommended(model, io));
        return expression.AsReward() is { } one ? (one.Kind, one.Options, null)
            : (RewardKind.Endogenous, new RewardOptions(), expression);
    }

    /// <summary>The reward's parameters.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">The model, for a discount that hangs on it.</param>
    /// <param name="io">Opens it, and is told which discount it is.</param>
    /// <exception cref="InputException">A discount is to be looked up, and the model's shape is not here.</exception>
    private RewardOptions Options(ParseResult parsed, ModelSource model, CliIo io) => new()
    {
        Alpha = parsed.GetValue(Alpha),
        Gamma = parsed.GetValue(Gamma) is var gamma && double.IsNaN(gamma) ? Recommended(model, io) : gamma,
        Beta = parsed.GetValue(Beta),
        First = parsed.GetValue(First),
    };

    private double Recommended(ModelSource model, CliIo io)
    {
        using ModelSession session = io.OpenSource(model, io.Cancellation);
        if (session.Config is not { } config)
        {
            throw new InputException(
                $"{Gamma.Name}: expected a number with an engine, whose model's shape is not told, found recommended.");
        }

        RecommendedDiscount? row = RecommendedDiscount.Of(config);
        string told = row?.ToString()
            ?? string.Create(
                CultureInfo.InvariantCulture,
                $"gamma 1, for no {config.Family} of about {RecommendedDiscount.ParametersOf(config):N0} values was measured");
        io.Error.WriteLine($"innate: recommended: {told}.");
        return row?.Gamma ?? 1;
    }
}
