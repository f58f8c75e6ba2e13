using Innate.Judges;
using Innate.Rewards;
using Innate.Scoring.Expressions;

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

    /// <summary>Several rewards in one expression.</summary>
    Expression,
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

    /// <summary>Of <see cref="ScorerKind.Expression"/>: which.</summary>
    public RewardExpression? Expression { get; init; }

    /// <summary>Of <see cref="ScorerKind.Judge"/>: which.</summary>
    public JudgeKind Judge { get; init; }

    /// <summary>The judges' names.</summary>
    public static IReadOnlyList<string> Judges { get; } = [.. JudgeNames.All.Select(n => "judge-" + n)];

    /// <summary>Every scorer's name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. RewardNames.All, .. Judges, "random", "shorter-wins", "longer-wins"];

    /// <summary>Whether two weights max(gamma^(h-1), beta) belong to it.</summary>
    public bool IsWeighted => Kind == ScorerKind.Trace && Reward is RewardKind.Endogenous or RewardKind.EndogenousLogProb;

    /// <summary>Whether it knows nothing of a model: what rewards are held against.</summary>
    public bool IsBaseline => Kind is ScorerKind.Random or ScorerKind.ShorterWins or ScorerKind.LongerWins;

    /// <summary>Reads a scorer.</summary>
    /// <param name="text">
    /// A judge, a baseline or a reward by its name; a reward's options follow with commas between, or in brackets; or an
    /// expression of several rewards.
    /// </param>
    /// <exception cref="InputException">The name or an option is unknown, a value out of range, or it cannot be read.</exception>
    public static ScorerSpec Parse(string text)
    {
        string head = text.Split(',', ':')[0];
        ScorerSpec? named = head switch
        {
            "random" => new ScorerSpec(head, ScorerKind.Random),
            "shorter-wins" => new ScorerSpec(head, ScorerKind.ShorterWins),
            "longer-wins" => new ScorerSpec(head, ScorerKind.LongerWins),
            _ when Judges.Contains(head) =>
                new ScorerSpec(head, ScorerKind.Judge) { Judge = JudgeNames.Parse(head["judge-".Length..])!.Value },
            _ => null,
        };
        if (named is not null)
        {
            return text == head
                ? named
                : throw new InputException($"Scorers: {head}", "no options", $"'{text[head.Length..]}'");
        }

        bool isWord = head.Length > 0 && head.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        if (isWord && LeafNames.Find(head) is null && head.Split('-').All(p => LeafNames.Find(p) is null))
        {
            throw new InputException("Scorers", $"one of {string.Join(", ", Names)}", $"'{head}'{NearestName.Hint(head, Names)}");
        }

        RewardExpression expression = RewardExpression.Parse(text, "Scorers");
        if (expression.Node is LeafNode leaf && expression.AsReward() is { } one)
        {
            ScorerSpec plain = OfReward(one.Kind);
            return plain with { Name = NameOf(plain.Name, leaf.Options), Options = one.Options };
        }

        ExpressionChecks.Require(
            expression, hasReference: true, "in eval, whose items have no gold answer in words", isAlone: false);
        return expression.Needs.Recommended is null
            ? new ScorerSpec(expression.ToString(), ScorerKind.Expression) { Expression = expression }
            : throw new InputException("Scorers", "gamma as a number", "gamma=recommended");
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
        new(RewardNames.NameOf(kind), RewardNames.IsOfHead(kind) ? ScorerKind.Classifier : ScorerKind.Trace) { Reward = kind };

    // The name says what was asked for, in one order, so that one scorer has one name.
    private static string NameOf(string name, LeafOptions options) => string.Join(
        ',', ((string[])["alpha", "gamma", "beta", "first", "steps"]).SelectMany(k => options.Given().Where(o => o.Name == k))
            .Select(o => $"{o.Name}={o.Value}").Prepend(name));
}
