using System.Globalization;
using System.Text;
using Innate.Reinforcement.Rewards.External;
using Innate.Rewards;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// A part of a reward as it is written in one word: <c>NAME[:WEIGHT][,OPTION[=VALUE]...]</c>, such as
/// <c>endogenous:0.5,gamma=0.99,normalized</c> or <c>format:0.2,tags=think+answer</c>. A value with a comma stands in double
/// quotes.
/// </summary>
internal static class RewardText
{
    private static readonly RewardSource[] Sources = Enum.GetValues<RewardSource>();

    /// <summary>The names that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Sources.Select(RewardTerm.NameOf)];

    /// <summary>Reads one.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="problems">All that is wrong with it is added here, as problems of <see cref="RlRecipe.Rewards"/>.</param>
    /// <returns>Null where something is wrong.</returns>
    public static RewardTerm? Parse(string text, List<InputProblem> problems)
    {
        int before = problems.Count;
        List<string> parts = Parts(text);
        string[] head = parts[0].Split(':', 2);
        int at = Array.FindIndex(Sources, s => RewardTerm.NameOf(s) == head[0]);
        if (at < 0)
        {
            problems.Add(new InputProblem(
                nameof(RlRecipe.Rewards), $"NAME[:WEIGHT][,OPTION=VALUE...] with one of {string.Join(", ", Names)}",
                $"'{text}'"));
            return null;
        }

        RewardTerm term = new(Sources[at]);
        if (head.Length == 2)
        {
            if (Number(head[1]) is { } weight) term = term with { Weight = weight };
            else problems.Add(Problem(term, "a number as its weight", $"'{head[1]}'"));
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string part in parts.Skip(1))
        {
            string[] option = part.Split('=', 2);
            if (!seen.Add(option[0])) problems.Add(Problem(term, $"{option[0]} once", "it twice"));
            term = With(term, option[0], option.Length == 2 ? Unquoted(option[1]) : null, problems);
        }

        if (problems.Count == before && Missing(term) is { } missing) problems.Add(missing);
        return problems.Count == before ? term : null;
    }

    /// <summary>A part in this form, its defaults left out.</summary>
    public static string Of(RewardTerm term)
    {
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
            if (external.KeyEnvironment is { } key) yield return ("key-env", key);
            if (external.TimeoutSeconds != usual.TimeoutSeconds) yield return ("timeout", Text(external.TimeoutSeconds));
            if (external.Attempts != usual.Attempts) yield return ("attempts", Text(external.Attempts));
        }

        if (term.Normalized) yield return ("normalized", null);
        if (term.Shuffled) yield return ("shuffled", null);
    }

    private static RewardTerm With(RewardTerm term, string name, string? value, List<InputProblem> problems)
    {
        switch (term.Source, name, value)
        {
            case (_, "normalized", null):
                return term with { Normalized = true };
            case (not RewardSource.Random, "shuffled", null):
                return term with { Shuffled = true };
            case (RewardSource.Verifiable or RewardSource.Majority, "boxed", null):
                return term with { BoxOnly = true };
            case (RewardSource.Endogenous, "gamma", { } text):
                return WithEndogenous(e => e with { Gamma = Ranged(text, x => x is >= 0 and <= 1, "a number from 0 to 1") });
            case (RewardSource.Endogenous, "beta", { } text):
                return WithEndogenous(e => e with { Beta = Ranged(text, x => x >= 0, "a number of at least 0") });
            case (RewardSource.Endogenous, "alpha", { } text):
                return WithEndogenous(
                    e => e with { Alpha = Ranged(text, x => x is >= 1e-6 and <= 1e6, "a number from 0.000001 to 1000000") });
            case (RewardSource.Format, "pattern", { } text):
                return WithPattern(term, text, problems);
            case (RewardSource.Format, "tags", { } text):
                return WithTags(term, text, problems);
            case (RewardSource.Command, "run", { } text) when text.Length > 0:
                return WithExternal(e => e with { Run = text });
            case (RewardSource.Http, "url", { } text):
                return Address(term, text, problems) is { } url ? WithExternal(e => e with { Url = url }) : term;
            case (RewardSource.Http, "key-env", { Length: > 0 } text):
                return WithExternal(e => e with { KeyEnvironment = text });
            case (RewardSource.Command or RewardSource.Http, "timeout", { } text):
                return WithExternal(
                    e => e with { TimeoutSeconds = Ranged(text, x => x is > 0 and <= 86400, "seconds above 0, at most 86400") });
            case (RewardSource.Command or RewardSource.Http, "attempts", { } text):
                return WithExternal(e => e with
                {
                    Attempts = (int)Ranged(text, x => x is >= 1 and <= 100 && x == Math.Floor(x), "a whole number from 1 to 100"),
                });
            default:
                problems.Add(Problem(
                    term, $"{Known(term.Source)} (a value with a comma stands in double quotes)",
                    $"'{(value is null ? name : $"{name}={value}")}'"));
                return term;
        }

        RewardTerm WithEndogenous(Func<RewardOptions, RewardOptions> change) =>
            term with { Endogenous = change(term.Endogenous) };

        RewardTerm WithExternal(Func<ExternalRewardOptions, ExternalRewardOptions> change) =>
            term with { External = change(term.External ?? new ExternalRewardOptions()) };

        double Ranged(string text, Func<double, bool> allowed, string range)
        {
            if (Number(text) is { } x && allowed(x)) return x;
            problems.Add(Problem(term, $"{name} to be {range}", $"'{text}'"));
            return 1;
        }
    }

    private static RewardTerm WithPattern(RewardTerm term, string text, List<InputProblem> problems)
    {
        try
        {
            return term with { Pattern = FormatReward.Pattern(text) };
        }
        catch (InputException e)
        {
            string reason = (e.InnerException ?? e).Message.TrimEnd('.');
            problems.Add(Problem(term, "pattern to be a regular expression", $"'{text}' ({reason})"));
            return term;
        }
    }

    private static RewardTerm WithTags(RewardTerm term, string text, List<InputProblem> problems)
    {
        string[] tags = text.Split('+');
        if (tags.Any(t => t.Length == 0 || !t.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
        {
            problems.Add(Problem(term, "tags to be names such as think+answer", $"'{text}'"));
        }

        return term with { Tags = tags };
    }

    private static Uri? Address(RewardTerm term, string text, List<InputProblem> problems)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            problems.Add(Problem(term, "url to be an address such as http://127.0.0.1:8080/get_reward", $"'{text}'"));
            return null;
        }

        if (url.UserInfo.Length > 0)
        {
            problems.Add(Problem(
                term, "url without a password, as key-env=NAME names an environment variable that holds a key",
                "one with a password"));
        }

        return url;
    }

    private static string Known(RewardSource source) => source switch
    {
        RewardSource.Endogenous => "the options gamma=X, beta=X, alpha=X, normalized and shuffled",
        RewardSource.Format => "the options pattern=REGEX or tags=A+B, normalized and shuffled",
        RewardSource.Verifiable or RewardSource.Majority => "the options boxed, normalized and shuffled",
        RewardSource.Command => "the options run=COMMAND, timeout=SECONDS, attempts=N, normalized and shuffled",
        RewardSource.Http => "the options url=URL, key-env=NAME, timeout=SECONDS, attempts=N, normalized and shuffled",
        RewardSource.Random => "the option normalized",
        _ => "the options normalized and shuffled",
    };

    private static InputProblem? Missing(RewardTerm term) => term.Source switch
    {
        RewardSource.Format when term.Pattern is null == (term.Tags.Count == 0) =>
            Problem(term, "either pattern=REGEX or tags=A+B", term.Pattern is null ? "neither" : "both"),
        RewardSource.Command when term.External?.Run is null => Problem(term, "run=COMMAND", "no command"),
        RewardSource.Http when term.External?.Url is null => Problem(term, "url=URL", "no address"),
        _ => null,
    };

    private static InputProblem Problem(RewardTerm term, string expected, string found) =>
        new($"{nameof(RlRecipe.Rewards)}: {term.Name}", expected, found);

    // At commas, but for those inside a value in quotes: an opening quote follows the '=', a closing one ends the part.
    private static List<string> Parts(string text)
    {
        List<string> parts = [];
        int start = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (!quoted) quoted = i > 0 && text[i - 1] == '=' && text.IndexOf('=', start) == i - 1 && start > 0;
                else if (i + 1 == text.Length || text[i + 1] == ',') quoted = false;
            }
            else if (text[i] == ',' && !quoted)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string Unquoted(string value) => value is ['"', .., '"'] ? value[1..^1] : value;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x) ? x : null;

    private static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
