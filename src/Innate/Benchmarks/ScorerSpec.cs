using System.Globalization;
using Innate.Judges;
using Innate.Rewards;

namespace Innate.Benchmarks;

/// <summary>The families of scorers: what each needs to score.</summary>
public enum ScorerKind
{
    /// <summary>A reward that is a function of traces.</summary>
    Trace,

    /// <summary>A trained reward model's head.</summary>
    Classifier,

    /// <summary>A judge that is asked in words.</summary>
    Judge,

    /// <summary>A number drawn for each response.</summary>
    Random,

    /// <summary>Minus the response's length in characters.</summary>
    ShorterWins,

    /// <summary>The response's length in characters.</summary>
    LongerWins,
}

/// <summary>A scorer as it is named on the command line: <c>endogenous,gamma=0.95,beta=0.1</c>.</summary>
/// <param name="Name">Its name in tables: the scorer with the options that were given, in one order and notation.</param>
/// <param name="Kind">Its family.</param>
public sealed record ScorerSpec(string Name, ScorerKind Kind)
{
    /// <summary>Of <see cref="ScorerKind.Trace"/> and <see cref="ScorerKind.Classifier"/>: which reward.</summary>
    public RewardKind Reward { get; init; }

    /// <summary>alpha, gamma and beta of the endogenous rewards, and how many tokens count.</summary>
    public RewardOptions Options { get; init; } = new();

    /// <summary>Of <see cref="ScorerKind.Judge"/>: which.</summary>
    public JudgeKind Judge { get; init; }

    /// <summary>The judges' names.</summary>
    public static IReadOnlyList<string> Judges { get; } = [.. JudgeNames.All.Select(n => "judge-" + n)];

    /// <summary>Every scorer's name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. RewardNames.All, .. Judges, "random", "shorter-wins", "longer-wins"];

    /// <summary>Whether two weights max(gamma^(h-1), beta) belong to it.</summary>
    public bool IsWeighted => Kind == ScorerKind.Trace && Reward is RewardKind.Endogenous or RewardKind.EndogenousLogProb;

    /// <summary>Reads a scorer.</summary>
    /// <param name="text">Its name, then its options, with commas between; a colon may stand after the name.</param>
    /// <exception cref="InputException">The name or an option is unknown, or a value out of range.</exception>
    public static ScorerSpec Parse(string text)
    {
        string[] parts = text.Split(',');
        int colon = parts[0].IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0) parts = [parts[0][..colon], parts[0][(colon + 1)..], .. parts[1..]];
        string name = parts[0];
        List<KeyValuePair<string, string>> options = [];
        foreach (string part in parts.Skip(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new InputException($"Scorers: {text}", "options as KEY=VALUE", $"'{part}'");
            if (options.Any(o => o.Key == part[..equals]))
            {
                throw new InputException($"Scorers: {text}", $"the option {part[..equals]} once", "it twice");
            }

            options.Add(new(part[..equals], part[(equals + 1)..]));
        }

        ScorerSpec plain = name switch
        {
            "random" => new ScorerSpec(name, ScorerKind.Random),
            "shorter-wins" => new ScorerSpec(name, ScorerKind.ShorterWins),
            "longer-wins" => new ScorerSpec(name, ScorerKind.LongerWins),
            _ when Judges.Contains(name) =>
                new ScorerSpec(name, ScorerKind.Judge) { Judge = JudgeNames.Parse(name["judge-".Length..])!.Value },
            _ when RewardNames.All.Contains(name) => OfReward(RewardNames.Parse(name)),
            _ => throw new InputException("Scorers", $"one of {string.Join(", ", Names)}", $"'{name}'"),
        };
        return options.Count == 0 ? plain : plain.WithOptions(options);
    }

    /// <summary>Reads scorers, whose names must differ.</summary>
    /// <exception cref="InputException">As for <see cref="Parse"/>; or two have one name.</exception>
    public static IReadOnlyList<ScorerSpec> ParseAll(IEnumerable<string> texts)
    {
        ScorerSpec[] specs = [.. texts.Select(Parse)];
        return specs.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new InputException("Scorers", "different scorers or options", $"{twice.Key} twice")
            : specs;
    }

    /// <summary>A scorer of a reward, with its defaults.</summary>
    public static ScorerSpec OfReward(RewardKind kind) =>
        new(RewardNames.NameOf(kind), kind == RewardKind.Classifier ? ScorerKind.Classifier : ScorerKind.Trace) { Reward = kind };

    // The name says what was asked for, in one order, so that one scorer has one name.
    private ScorerSpec WithOptions(List<KeyValuePair<string, string>> options)
    {
        string[] known = Kind != ScorerKind.Trace ? []
            : !IsWeighted ? ["first"]
            : Reward == RewardKind.Endogenous ? ["alpha", "gamma", "beta", "first"]
            : ["gamma", "beta", "first"];
        RewardOptions result = Options;
        foreach ((string key, string value) in options)
        {
            if (!known.Contains(key))
            {
                throw new InputException(
                    $"Scorers: {Name}", known.Length == 0 ? "no options" : string.Join(", ", known), $"the option {key}");
            }

            if (key == "first")
            {
                result = result with
                {
                    First = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int tokens)
                        ? tokens
                        : throw new InputException($"Scorers: {Name}: {key}", "a whole number of at least 1", $"'{value}'"),
                };
                continue;
            }

            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                throw new InputException($"Scorers: {Name}: {key}", "a number", $"'{value}'");
            }

            result = key switch
            {
                "alpha" => result with { Alpha = number },
                "gamma" => result with { Gamma = number },
                _ => result with { Beta = number },
            };
        }

        try
        {
            result.Check();
        }
        catch (InputException e)
        {
            throw e.Within($"Scorers: {Name}");
        }

        IEnumerable<string> given = known.Where(k => options.Any(o => o.Key == k))
            .Select(k => string.Create(CultureInfo.InvariantCulture, $"{k}={ValueOf(k):R}"));
        return this with { Name = string.Join(',', given.Prepend(Name)), Options = result };

        double ValueOf(string key) => key switch
        {
            "alpha" => result.Alpha,
            "gamma" => result.Gamma,
            "beta" => result.Beta,
            _ => result.First!.Value,
        };
    }
}
