using System.Globalization;
using System.Text;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Scoring.Rules;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// A part of a recipe's reward as it is written: an expression. One leaf, its weight before it and <c>z</c> or <c>shuffled</c>
/// around it, is a part with a source of its own, and is written as <c>NAME[:WEIGHT][,OPTION[=VALUE]...]</c>: the settings in
/// checkpoints have this form.
/// </summary>
internal static class RewardText
{
    private static readonly RewardSource[] Sources =
        [.. Enum.GetValues<RewardSource>().Where(s => s is not (RewardSource.Expression or RewardSource.Recipe))];

    /// <summary>The names of the sources, without those that an expression alone has.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Sources.Select(RewardTerm.NameOf)];

    /// <summary>Reads one.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="problems">All that is wrong with it is added here, as problems of <see cref="RlRecipe.Rewards"/>.</param>
    /// <returns>Null where something is wrong.</returns>
    public static RewardTerm? Parse(string text, List<InputProblem> problems)
    {
        if (RewardExpression.Parse(text, nameof(RlRecipe.Rewards), problems) is not { } expression) return null;
        RewardTerm term = Of(expression);
        InputProblem[] found = [.. term.Expression is { } own ? ExpressionConflicts.Of(own) : []];
        problems.AddRange(found);
        return found.Length == 0 ? term : null;
    }

    /// <summary>The part that an expression is.</summary>
    public static RewardTerm Of(RewardExpression expression)
    {
        (RewardNode node, double weight) = expression.Node is BinaryNode { Operator: '*', Left: NumberNode number } product
            ? (product.Right, number.Value)
            : (expression.Node, 1);
        bool normalized = node is NormalizedNode;
        if (node is NormalizedNode z) node = z.Term;
        bool shuffled = node is ShuffledNode;
        if (node is ShuffledNode dealt) node = dealt.Term;
        return node is LeafNode leaf && SourceOf(leaf) is { } source
            ? new RewardTerm(source, weight, normalized)
            {
                Shuffled = shuffled,
                Endogenous = LeafGroup.OptionsOf(leaf),
                Pattern = leaf.Options.Pattern is { } pattern ? FormatReward.Pattern(pattern) : null,
                Tags = leaf.Options.Tags?.Split('+') ?? [],
                BoxOnly = leaf.Options.Boxed,
                External = LeafNames.IsExternal(leaf.Kind) ? ExternalRewardOptions.Of(leaf.Options) : null,
            }
            : new RewardTerm(RewardSource.Expression) { Expression = expression };
    }

    /// <summary>A part in its form, its defaults left out.</summary>
    public static string Of(RewardTerm term)
    {
        if (term.Expression is { } expression) return expression.ToString();
        StringBuilder text = new(term.Name);
        if (term.Weight != 1) text.Append(CultureInfo.InvariantCulture, $":{term.Weight:R}");
        foreach ((string name, string? value) in OptionsOf(term))
        {
            text.Append(CultureInfo.InvariantCulture, $",{name}");
            if (value is not null) text.Append('=').Append(value.AsSpan().ContainsAny(',', '"') ? $"\"{value}\"" : value);
        }

        return text.ToString();
    }

    /// <summary>The options that are not at their defaults; a flag has no value.</summary>
    public static IEnumerable<(string Name, string? Value)> OptionsOf(RewardTerm term)
    {
        RewardOptions inner = term.Endogenous;
        if (inner.Gamma != 1) yield return ("gamma", Text(inner.Gamma));
        if (inner.Beta != 0) yield return ("beta", Text(inner.Beta));
        if (inner.Alpha != 1) yield return ("alpha", Text(inner.Alpha));
        if (term.Pattern is { } pattern) yield return ("pattern", pattern.ToString());
        if (term.Tags.Count > 0) yield return ("tags", string.Join('+', term.Tags));
        if (term.BoxOnly) yield return ("boxed", null);
        if (term.External is { } external)
        {
            ExternalRewardOptions usual = new();
            if (external.Run is { } run) yield return ("run", run);
            if (external.Url is { } url) yield return ("url", url.OriginalString);
            if (external.Dialect is { } dialect) yield return ("dialect", dialect);
            if (external.KeyEnvironment is { } key) yield return ("key-env", key);
            if (external.TimeoutSeconds != usual.TimeoutSeconds) yield return ("timeout", Text(external.TimeoutSeconds));
            if (external.Attempts != usual.Attempts) yield return ("attempts", Text(external.Attempts));
        }

        if (term.Normalized) yield return ("normalized", null);
        if (term.Shuffled) yield return ("shuffled", null);
    }

    // A leaf with an option that no source has is a part of an expression.
    private static RewardSource? SourceOf(LeafNode leaf)
    {
        if (leaf.Options is not { First: null, Max: null, RecommendedGamma: false }) return null;

        // Which that form has no way to write.
        if (leaf.Options.Given().Any(o => o.Value?.Contains("\",", StringComparison.Ordinal) == true)) return null;
        int at = Array.FindIndex(Sources, s => RewardTerm.NameOf(s) == leaf.Name);
        return at < 0 || leaf.FunctionName is not null ? null : Sources[at];
    }

    private static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
