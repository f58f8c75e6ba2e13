using System.Globalization;
using Innate.Rewards;
using Innate.Scoring.External;
using Innate.Scoring.Rules;

namespace Innate.Scoring.Expressions;

/// <summary>Which options a leaf takes, what they may be, and what is missing.</summary>
internal static class LeafOptionReader
{
    /// <summary>The options of a leaf.</summary>
    public static IReadOnlyList<string> Known(LeafKind kind) => kind switch
    {
        LeafKind.Endogenous => ["gamma", "beta", "alpha", "first"],
        LeafKind.EndogenousLogProb => ["gamma", "beta", "first"],
        _ when LeafNames.IsOfTraces(kind) => ["first"],
        LeafKind.Process => ["steps"],
        LeafKind.RewardModel => ["model", "steps"],
        LeafKind.Majority or LeafKind.Verifiable or LeafKind.Grade => ["boxed"],
        LeafKind.Format => ["pattern", "tags"],
        LeafKind.Length => ["max"],
        LeafKind.Command => ["run", "timeout", "attempts"],
        LeafKind.Http => ["url", "dialect", "key-env", "timeout", "attempts"],
        _ => [],
    };

    /// <summary>Whether a leaf takes an option in this form: <c>boxed</c> stands alone, the others have a value.</summary>
    public static bool Takes(LeafKind kind, string name, string? value) =>
        Known(kind).Contains(name) && (value is null) == (name == "boxed");

    /// <summary>A leaf with one more option.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">Its value; null: it stands alone.</param>
    /// <param name="fault">Is told what is expected and what was found; the leaf then stays as it is.</param>
    public static LeafNode With(LeafNode leaf, string name, string? value, Action<string, string> fault)
    {
        if (!Takes(leaf.Kind, name, value))
        {
            IReadOnlyList<string> known = Known(leaf.Kind);
            fault(
                known.Count == 0 ? $"no options of {leaf.Name}" : $"{leaf.Name}'s {string.Join(", ", known.Select(Form))}",
                $"'{(value is null ? name : $"{name}={value}")}'");
            return leaf;
        }

        LeafOptions options = leaf.Options;
        LeafOptions? changed = name switch
        {
            "gamma" when value == "recommended" => options with { RecommendedGamma = true },
            "gamma" => Ranged(x => x is >= 0 and <= 1, "a number from 0 to 1") is { } x ? options with { Gamma = x } : null,
            "beta" => Ranged(x => x >= 0, "a number of at least 0") is { } x ? options with { Beta = x } : null,
            "alpha" => Ranged(x => x is >= 1e-6 and <= 1e6, "a number from 0.000001 to 1000000") is { } x
                ? options with { Alpha = x } : null,
            "first" => Whole(1, int.MaxValue, "a whole number of at least 1") is { } n ? options with { First = n } : null,
            "max" => Whole(1, int.MaxValue, "a whole number of at least 1") is { } n ? options with { Max = n } : null,
            "steps" => StepScores.Find(value!) is { } rule ? options with { Steps = rule } : Refused(
                string.Join(", ", StepScores.Rules)),
            "boxed" => options with { Boxed = true },
            "pattern" => IsPattern(value!, fault) ? options with { Pattern = value } : null,
            "tags" => IsTags(value!, fault) ? options with { Tags = value } : null,
            "model" => Text("a folder") is { } text ? options with { Model = text } : null,
            "run" => Text("a command") is { } text ? options with { Run = text } : null,
            "url" => IsAddress(value!, fault) ? options with { Url = value } : null,
            "dialect" => RewardDialects.Names.Contains(value) ? options with { Dialect = value } : Refused(
                string.Join(", ", RewardDialects.Names)),
            "key-env" => Text("the name of an environment variable") is { } text
                ? options with { KeyEnvironment = text } : null,
            "timeout" => Ranged(x => x is > 0 and <= 86400, "seconds above 0, at most 86400") is { } x
                ? options with { Timeout = x } : null,
            _ => Whole(1, 100, "a whole number from 1 to 100") is { } n ? options with { Attempts = n } : null,
        };
        return changed is null ? leaf : leaf with { Options = changed };

        double? Ranged(Func<double, bool> allowed, string range)
        {
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x)
                && allowed(x)) return x;
            fault($"{name} to be {range}", $"'{value}'");
            return null;
        }

        int? Whole(int low, int high, string range) => Ranged(x => x >= low && x <= high && x == Math.Floor(x), range) is { } x
            ? (int)x : null;

        string? Text(string what)
        {
            if (value!.Length > 0) return value;
            fault($"{name} to be {what}", "nothing");
            return null;
        }

        LeafOptions? Refused(string expected)
        {
            fault($"{name} to be one of {expected}", $"'{value}'");
            return null;
        }
    }

    /// <summary>What a leaf lacks: expected and found; null: nothing.</summary>
    public static (string Expected, string Found)? Missing(LeafNode leaf) => leaf.Kind switch
    {
        LeafKind.Format when leaf.Options.Pattern is null == leaf.Options.Tags is null =>
            ("format with either pattern=REGEX or tags=A+B", leaf.Options.Pattern is null ? "neither" : "both"),
        LeafKind.Command when leaf.Options.Run is null => ("command with run=COMMAND", "no command"),
        LeafKind.RewardModel when leaf.Options.Model is null => ("reward-model with model=DIR", "no model"),
        LeafKind.Http when leaf.Options.Url is null => ("http with url=URL", "no address"),
        _ => null,
    };

    /// <summary>Whether a text is a regular expression; what is wrong with it is told.</summary>
    public static bool IsPattern(string text, Action<string, string> fault)
    {
        try
        {
            _ = FormatReward.Pattern(text);
            return true;
        }
        catch (InputException e)
        {
            string reason = (e.InnerException ?? e).Message.TrimEnd('.');
            fault("pattern to be a regular expression", $"'{text}' ({reason})");
            return false;
        }
    }

    /// <summary>Whether a text names tags; if not, that is told.</summary>
    public static bool IsTags(string text, Action<string, string> fault)
    {
        bool good = text.Split('+').All(t => t.Length > 0 && t.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
        if (!good) fault("tags to be names such as think+answer", $"'{text}'");
        return good;
    }

    private static bool IsAddress(string text, Action<string, string> fault)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            fault("url to be an address such as http://127.0.0.1:8080/get_reward", $"'{text}'");
            return false;
        }

        if (url.UserInfo.Length == 0) return true;
        fault(
            "url without a password, as key-env=NAME names an environment variable that holds a key", "one with a password");
        return false;
    }

    /// <summary>An option as messages show it.</summary>
    public static string Form(string name) => name switch
    {
        "boxed" => name,
        "pattern" => "pattern=REGEX",
        "steps" => "steps=RULE",
        "tags" => "tags=A+B",
        "run" => "run=COMMAND",
        "url" => "url=URL",
        "model" => "model=DIR",
        "dialect" or "key-env" => name + "=NAME",
        "timeout" => "timeout=SECONDS",
        "first" or "max" or "attempts" => name + "=N",
        _ => name + "=X",
    };
}
