using System.CommandLine;
using System.Globalization;
using Innate.Models;
using Innate.Rewards;
using Innate.Rewards.Discounts;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options that name a reward.</summary>
internal sealed class RewardChoice
{
    public Option<string?> Name { get; } = Opt.Text(
        "--reward", "NAME", $"The reward: {string.Join(", ", RewardNames.All)}", "endogenous");

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

    public IReadOnlyList<Option> All => [Name, Alpha, Gamma, Beta, First, Reference];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    /// <summary>The reward that is named.</summary>
    public RewardKind Kind(ParseResult parsed) => RewardNames.Parse(parsed.GetValue(Name)!);

    /// <summary>The reward's parameters.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">The model, for a discount that hangs on it.</param>
    /// <param name="io">Opens it, and is told which discount it is.</param>
    /// <exception cref="InputException">A discount is to be looked up, and the model's shape is not here.</exception>
    public RewardOptions Options(ParseResult parsed, ModelSource model, CliIo io) => new()
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
