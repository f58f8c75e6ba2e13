using Innate.Scoring.Profiles;

namespace Innate.Scoring.Expressions;

/// <summary>Names, and what stands in their brackets.</summary>
internal sealed partial class ExpressionParser
{
    /// <summary>Tells what a leaf lacks, where nothing else is wrong with it.</summary>
    internal static void RequireWhole(LeafNode leaf, int at, Action<int, string, string> add)
    {
        if (LeafOptionReader.Missing(leaf) is { } missing) add(at, missing.Expected, missing.Found);
    }

    private RewardNode Leaf(string name, int at)
    {
        int told = _told;
        LeafNode leaf = LeafOf(name, at);
        if (leaf.Kind == LeafKind.Check)
        {
            Open("check");
            leaf = leaf with { Rules = Rules(new CheckRules(), at, "check with a rule such as numeric or max_words=20") };
            return Counted(leaf);
        }

        if (_scanner.Take('('))
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            Arguments((option, value, place) =>
            {
                if (!seen.Add(option)) Add(place, $"{option} once", "it twice");
                else leaf = LeafOptionReader.With(leaf, option, value, (expected, found) => Add(place, expected, found));
            });
        }

        if (_told == told) RequireWhole(leaf, at, Add);
        return Counted(leaf);
    }

    // check(format(tags=a+b)) is check(tags=a+b); nothing nests deeper.
    private CheckRules Rules(CheckRules rules, int at, string expected, bool isWithin = false)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        bool any = false;
        Arguments((rule, value, place) =>
        {
            any = true;
            if (!seen.Add(rule)) Add(place, $"{rule} once", "it twice");
            else if (isWithin && rule is not ("tags" or "pattern")) Add(place, "pattern=REGEX or tags=A+B", $"'{rule}'");
            else if (rule == "format" && value is null && !isWithin && _scanner.Take('('))
            {
                rules = Rules(rules, place, "format with either pattern=REGEX or tags=A+B", isWithin: true);
            }
            else rules = rules.With(rule, value, (expected, found) => Add(place, expected, found));
        });
        if (!any) Add(at, expected, "none");
        return rules;
    }

    // A profile's name or file stands alone in the brackets.
    private ProfileNode Profile()
    {
        Open("profile");
        int at = _scanner.Start;
        string place = _scanner.Value() ?? throw Fault(at, "a quote that ends the value", "the end");
        if (place.Length == 0) throw Fault(at, "a profile's name or file", _scanner.Found());
        ProfileNode node;
        try
        {
            node = _profiles(place).Node(place);
        }
        catch (InputException e)
        {
            throw Fault(at, "a profile that can be read", e.Message.TrimEnd('.'));
        }

        Close();
        return node;
    }

    // NAME or NAME=VALUE, with commas between them, up to the bracket.
    private void Arguments(Action<string, string?, int> add)
    {
        if (_scanner.Take(')')) return;
        do
        {
            int at = _scanner.Start;
            string name = _scanner.Name() ?? throw Fault(at, "an option's name", _scanner.Found());
            string? value = null;
            if (_scanner.Take('='))
            {
                int start = _scanner.At;
                value = _scanner.Value() ?? throw Fault(start, "a quote that ends the value", "the end");
            }

            add(name, value, at);
        }
        while (_scanner.Take(','));
        Close("',' or ')'");
    }

    // A minus without spaces: of endogenous-tokens the longest beginning that is a name.
    private string KnownPart(string name, int at)
    {
        string part = name;
        while (!IsKnown(part))
        {
            int hyphen = part.LastIndexOf('-');
            if (hyphen < 0) return name;
            part = part[..hyphen];
        }

        _scanner.Return(at + part.Length);
        return part;
    }

    private bool IsKnown(string name) =>
        FunctionNames.Contains(name) || LeafNames.Find(name) is not null || _functions.Contains(name);

    private LeafNode LeafOf(string name, int at)
    {
        if (LeafNames.Find(name) is { } kind) return new LeafNode(kind);
        if (_functions.Contains(name)) return new LeafNode(LeafKind.Function) { FunctionName = name };
        string[] names = [.. LeafNames.All, .. _functions, .. FunctionNames];
        string hint = NearestName.Hint(name, names);
        throw Fault(at, hint.Length > 0 ? "a reward's name" : $"one of {string.Join(", ", names)}", $"'{name}'{hint}");
    }
}
