using System.CommandLine;
using Innate.Rewards;

namespace Innate.Cli.Commands;

/// <summary>The options that name a reward.</summary>
internal sealed class RewardChoice
{
    public Option<string?> Name { get; } = Opt.Text(
        "--reward", "NAME", $"The reward: {string.Join(", ", RewardNames.All)}", "endogenous");

    public Option<double> Alpha { get; } = Opt.Number(
        "--alpha", "Temperature of V(s) = alpha logsumexp(Q/alpha), in nats", 1, x => x > 0, "a number above 0");

    public Option<double> Gamma { get; } = Opt.Number(
        "--gamma", "Discount a token: the weight of token h is max(gamma^(h-1), beta); 1: no discount", 1,
        x => x is >= 0 and <= 1, "a number from 0 to 1");

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
    public RewardOptions Options(ParseResult parsed) => new()
    {
        Alpha = parsed.GetValue(Alpha),
        Gamma = parsed.GetValue(Gamma),
        Beta = parsed.GetValue(Beta),
        First = parsed.GetValue(First),
    };
}
