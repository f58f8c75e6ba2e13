using System.Globalization;

namespace Innate.Scoring.Expressions;

/// <summary>
/// One leaf as one word: <c>NAME[:WEIGHT][,OPTION[=VALUE]...]</c>, such as <c>endogenous:0.5,gamma=0.99,normalized</c> or
/// <c>format:0.2,tags=think+answer</c>. A value with a comma stands in double quotes; what stands between quotes is taken as it
/// is. An option may follow the colon.
/// </summary>
internal static class OneTermParser
{
    /// <summary>Reads what follows the name.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="from">Where the name ended.</param>
    /// <param name="leaf">The name's leaf.</param>
    /// <param name="start">Where the name began.</param>
    /// <param name="add">Is told a place, what was expected there, and what was found.</param>
    public static RewardNode Parse(string text, int from, LeafNode leaf, int start, Action<int, string, string> add)
    {
        List<(string Text, int At)> parts = Parts(text, from);
        double? weight = null;
        bool normalized = false, shuffled = false, isGood = true;
        HashSet<string> seen = new(StringComparer.Ordinal);
        string head = parts[0].Text.Trim();
        if (head.StartsWith(':'))
        {
            int at = parts[0].At + parts[0].Text.IndexOf(':', StringComparison.Ordinal) + 1;
            string told = text[at..(parts[0].At + parts[0].Text.Length)];
            if (told.Contains('=', StringComparison.Ordinal)) parts.Insert(1, (told, at));
            else if (Number(told) is { } number) weight = number;
            else Fault(at, "a number as the weight", $"'{told}'");
        }

        foreach ((string part, int at) in parts.Skip(1))
        {
            string[] option = part.Split('=', 2);
            (string name, string? value) = (option[0].Trim(), option.Length == 2 ? Unquoted(option[1]) : null);
            if (!seen.Add(name)) Fault(at, $"{name} once", "it twice");
            if (name == "normalized" && value is null) normalized = true;
            else if (name == "shuffled" && value is null && leaf.Kind != LeafKind.Random) shuffled = true;
            else if (LeafOptionReader.Takes(leaf.Kind, name, value))
            {
                leaf = LeafOptionReader.With(leaf, name, value, (expected, found) => Fault(at, expected, found));
            }
            else
            {
                Fault(
                    at, $"the options {Known(leaf.Kind)} (a value with a comma stands in double quotes)",
                    $"'{(value is null ? name : $"{name}={value}")}'");
            }
        }

        if (leaf.Kind == LeafKind.Check) Fault(start, "check(RULE, ...), with its rules in brackets", "none");
        if (isGood) ExpressionParser.RequireWhole(leaf, start, add);
        RewardNode node = leaf;
        if (shuffled) node = new ShuffledNode(node);
        if (normalized) node = new NormalizedNode(node);
        return weight is { } w ? new BinaryNode('*', new NumberNode(w), node) : node;

        void Fault(int at, string expected, string found)
        {
            isGood = false;
            add(at, expected, found);
        }
    }

    private static string Known(LeafKind kind)
    {
        IEnumerable<string> own = LeafOptionReader.Known(kind).Select(LeafOptionReader.Form);
        return $"{string.Join(", ", own.Append("normalized"))}{(kind == LeafKind.Random ? "" : " and shuffled")}";
    }

    // At commas, but for those inside a value in quotes: an opening quote follows the '=', a closing one ends the part.
    private static List<(string Text, int At)> Parts(string text, int from)
    {
        List<(string, int)> parts = [];
        int start = from;
        bool quoted = false;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (!quoted) quoted = i > start && text[i - 1] == '=' && text.IndexOf('=', start) == i - 1;
                else if (i + 1 == text.Length || text[i + 1] == ',') quoted = false;
            }
            else if (text[i] == ',' && !quoted)
            {
                parts.Add((text[start..i], start));
                start = i + 1;
            }
        }

        parts.Add((text[start..], start));
        return parts;
    }

    private static string Unquoted(string value) => value is ['"', .., '"'] ? value[1..^1] : value;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x) ? x : null;
}
