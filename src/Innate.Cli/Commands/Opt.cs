using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Innate.Cli.Commands;

/// <summary>Makers of options, so that all numbers parse alike: invariant, whole, checked, one sentence when wrong.</summary>
internal static class Opt
{
    public static Option<string?> Text(string name, string value, string description, string? fallback = null)
    {
        Option<string?> option = new(name) { Description = description, HelpName = value };
        if (fallback is not null) option.DefaultValueFactory = _ => fallback;
        return option;
    }

    /// <summary>A file's own names of fields.</summary>
    public static Option<string?> Columns() => Text(
        "--columns", "FIELD=COLUMN,...",
        "The file's own names of fields: prompt=question,response=answer [off: the usual names]");

    /// <summary>A text that may be given several times.</summary>
    public static Option<string[]> Many(string name, string value, string description, params string[] aliases) =>
        new(name, aliases)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The place of an option's word among those that it may be.</summary>
    /// <exception cref="InputException">It is none of them.</exception>
    public static int OneOf(Option<string?> option, ParseResult parsed, IReadOnlyList<string> words)
    {
        string? word = parsed.GetValue(option);
        int at = words.ToList().IndexOf(word!);
        return at >= 0 ? at
            : throw new InputException(
                $"{option.Name}: expected {string.Join(", ", words)}, found '{word}'{NearestName.Hint(word!, words)}.");
    }

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<double> Number(
        string name, string description, double fallback, Func<double, bool> allowed, string range) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => fallback,
        CustomParser = result => Parse(
            result,
            name,
            range,
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
                && double.IsFinite(x) && allowed(x)
                ? x
                : null,
            fallback),
    };

    /// <summary>A number, or a word in its place, which is read as no number (NaN).</summary>
    public static Option<double> NumberOr(
        string name, string word, string description, double fallback, Func<double, bool> allowed, string range) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => fallback,
        CustomParser = result => result.Tokens is [{ Value: { } text }] && text == word
            ? double.NaN
            : Parse<double>(
                result,
                name,
                $"{range}, or {word}",
                value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
                    && double.IsFinite(x) && allowed(x)
                    ? x
                    : null,
                fallback),
    };

    public static Option<int> Whole(string name, string description, int fallback, int minimum, string range) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => fallback,
        CustomParser = result => Parse<int>(
            result,
            name,
            range,
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int x) && x >= minimum
                ? x
                : null,
            fallback),
    };

    /// <summary>A number that may be left out; what is out of range is the caller's to say.</summary>
    public static Option<double?> OptionalNumber(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse<double>(
            result,
            name,
            "a number",
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) ? x : null,
            0),
    };

    /// <summary>A whole number that may be left out; what is out of range is the caller's to say.</summary>
    public static Option<int?> OptionalWhole(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse<int>(
            result,
            name,
            "a whole number",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int x) ? x : null,
            0),
    };

    public static Option<ulong> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "S",
        DefaultValueFactory = _ => 0,
        CustomParser = result => Parse<ulong>(
            result,
            name,
            "a whole number of at least 0",
            text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong x) ? x : null,
            0),
    };

    /// <summary>Whether an option stands in the command line.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static T Parse<T>(ArgumentResult result, string name, string range, Func<string, T?> parse, T fallback)
        where T : struct
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (parse(text) is T value) return value;
        result.AddError($"{name}: expected {range}, found '{text}'");
        return fallback;
    }
}
