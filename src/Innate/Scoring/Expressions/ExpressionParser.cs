using System.Globalization;
using Innate.Scoring.Profiles;

namespace Innate.Scoring.Expressions;

/// <summary>
/// Reads an expression: sums, products and signs of numbers, leaves and functions, or one leaf in the form
/// <c>NAME[:WEIGHT][,OPTION=VALUE...]</c> (<see cref="OneTermParser"/>). What is wrong is told with its place, counted from 1.
/// </summary>
internal sealed partial class ExpressionParser
{
    // What is deeper or longer was written by no one, and must not end the process.
    private const int MaxDepth = 64;
    private const int MaxNodes = 1000;

    // What a person reads at once.
    private const int MaxProblems = 4;
    private const int MaxQuote = 400;

    private static readonly string[] FunctionNames = ["z", "gate", "clip", "pmi", "else", "shuffled", "profile"];

    private readonly ExpressionScanner _scanner;
    private readonly string _field;
    private readonly IReadOnlyList<string> _functions;
    private readonly Func<string, RewardProfile> _profiles;
    private readonly List<InputProblem> _problems;
    private int _depth;
    private int _nodes;
    private int _told;

    private ExpressionParser(
        string text, string field, IReadOnlyList<string> functions, Func<string, RewardProfile> profiles,
        List<InputProblem> problems) =>
        (_scanner, _field, _functions, _profiles, _problems) =
            (new ExpressionScanner(text), field, functions, profiles, problems);

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text.</param>
    /// <param name="field">The setting that it is, for messages.</param>
    /// <param name="functions">Names of the user's own.</param>
    /// <param name="profiles">A profile by its name or file; what it throws is told in the profile's place.</param>
    /// <exception cref="InputException">All that is wrong with values; or the first place that cannot be read.</exception>
    public static RewardNode Parse(
        string text, string field, IReadOnlyList<string> functions, Func<string, RewardProfile> profiles)
    {
        List<InputProblem> problems = [];
        RewardNode? node = Parse(text, field, functions, profiles, problems);
        return problems.Count == 0 ? node! : throw new InputException(problems);
    }

    /// <summary>The same, where problems of several texts are told together.</summary>
    /// <returns>Null where something is wrong.</returns>
    public static RewardNode? Parse(
        string text, string field, IReadOnlyList<string> functions, Func<string, RewardProfile> profiles,
        List<InputProblem> problems)
    {
        int before = problems.Count;
        try
        {
            RewardNode node = new ExpressionParser(text, field, functions, profiles, problems).Whole();
            return problems.Count == before ? node : null;
        }
        catch (InputException e)
        {
            problems.AddRange(e.Problems);
            return null;
        }
    }

    private RewardNode Whole()
    {
        if (_scanner.IsAtEnd) throw Fault(0, "a reward such as endogenous or z(entropy) + 2*verifiable", "nothing");
        if (_scanner.Name() is { } name && _scanner.Next is ':' or ',' && _scanner.Text[.._scanner.At].Trim() == name)
        {
            int start = _scanner.At - name.Length;
            return OneTermParser.Parse(_scanner.Text, _scanner.At, LeafOf(name, start), start, Add);
        }

        _scanner.Return(0);
        RewardNode node = Sum();
        if (!_scanner.IsAtEnd) throw Fault(_scanner.At, "an operator or the end", _scanner.Found());
        return node.All.OfType<LeafNode>().Any() || _problems.Count > 0
            ? node
            : throw Fault(0, "the name of a reward", "numbers alone");
    }

    private RewardNode Sum()
    {
        if (++_depth > MaxDepth) throw Fault(_scanner.At, $"at most {MaxDepth} brackets within each other", "more");
        RewardNode left = Product();
        while (_scanner.Next is '+' or '-' && _scanner.Next is var sign && _scanner.Take(sign))
        {
            left = Counted(new BinaryNode(sign, left, Product()));
        }

        _depth--;
        return left;
    }

    private RewardNode Product()
    {
        RewardNode left = Signed();
        while (_scanner.Next is '*' or '/' && _scanner.Next is var sign && _scanner.Take(sign))
        {
            left = Counted(new BinaryNode(sign, left, Signed()));
        }

        return left;
    }

    private RewardNode Signed()
    {
        if (!_scanner.Take('-')) return Atom();
        if (_scanner.IsNumberNext) return Number(negative: true);
        if (++_depth > MaxDepth) throw Fault(_scanner.At, $"at most {MaxDepth} signs and brackets within each other", "more");
        RewardNode term = Signed();
        _depth--;
        return Counted(new NegativeNode(term));
    }

    private RewardNode Atom()
    {
        if (_scanner.IsNumberNext) return Number(negative: false);
        if (_scanner.Take('('))
        {
            RewardNode inner = Sum();
            Close();
            return inner;
        }

        int at = _scanner.Start;
        if (_scanner.Name() is not { } name) throw Fault(at, "a number, a reward's name or '('", _scanner.Found());
        name = KnownPart(name, at);
        if (name == "profile") return Counted(Profile());
        if (name == "pmi" && _scanner.Next != '(') return Counted(new PmiNode(LeafOf("log-likelihood", at)));
        if (FunctionNames.Contains(name)) return Counted(Function(name, at));
        return Leaf(name, at);
    }

    private RewardNode Number(bool negative)
    {
        int at = _scanner.At;
        double value = _scanner.Number()!.Value;
        if (!double.IsFinite(value)) throw Fault(at, "a finite number", $"'{_scanner.Text[at.._scanner.At].Trim()}'");
        return Counted(new NumberNode(negative ? -value : value));
    }

    private RewardNode Function(string name, int at)
    {
        Open(name);
        int first = _scanner.Start;
        RewardNode term = Sum();
        RewardNode node;
        switch (name)
        {
            case "z":
                node = new NormalizedNode(term);
                break;
            case "shuffled":
                node = new ShuffledNode(term);
                break;
            case "pmi":
                RequireOfPrompt(term, first);
                node = new PmiNode(term);
                break;
            case "gate":
                Comma("gate's reward");
                node = new GateNode(term, Sum());
                break;
            case "else":
                Comma("what stands in");
                node = new ElseNode(term, Sum());
                break;
            default:
                double low = Bound("the lower bound"), high = Bound("the upper bound");
                if (low > high)
                {
                    throw Fault(
                        at, "clip with a lower bound that is not above the upper one",
                        $"{ExpressionText.Of(low)} and {ExpressionText.Of(high)}");
                }

                node = new ClipNode(term, low, high);
                break;
        }

        Close();
        return node;
    }

    private double Bound(string what)
    {
        Comma(what);
        int at = _scanner.Start;
        return Signed() is NumberNode number ? number.Value : throw Fault(at, $"a number, {what} of clip", "an expression");
    }

    private void RequireOfPrompt(RewardNode term, int at)
    {
        if (term.All.FirstOrDefault(n => n is PmiNode) is not null) throw Fault(at, "no pmi within pmi", "one");
        if (term.All.FirstOrDefault(n => n is ProfileNode) is not null)
        {
            throw Fault(at, "no profile within pmi, which has a prompt of its own", "one");
        }

        LeafNode[] leaves = [.. term.All.OfType<LeafNode>()];
        if (leaves.FirstOrDefault(l => !LeafNames.IsOfTraces(l.Kind)) is { } other)
        {
            throw Fault(at, "rewards of a model's traces within pmi, which an empty prompt changes", $"'{other.Name}'");
        }

        if (leaves.Length == 0 && _problems.Count == 0) throw Fault(at, "a reward of a model's traces within pmi", "numbers");
    }

    private void Open(string name)
    {
        if (!_scanner.Take('(')) throw Fault(_scanner.At, $"'(' after {name}", _scanner.Found());
    }

    private void Close(string expected = "')'")
    {
        if (!_scanner.Take(')')) throw Fault(_scanner.At, expected, _scanner.Found());
    }

    private void Comma(string before)
    {
        if (!_scanner.Take(',')) throw Fault(_scanner.At, $"',' and {before}", _scanner.Found());
    }

    private RewardNode Counted(RewardNode node) => ++_nodes <= MaxNodes
        ? node
        : throw Fault(_scanner.At, $"at most {MaxNodes} terms and operators", "more");

    private void Add(int at, string expected, string found)
    {
        if (++_told <= MaxProblems) _problems.Add(Problem(at, expected, found));
    }

    private InputException Fault(int at, string expected, string found) => new([Problem(at, expected, found)]);

    private InputProblem Problem(int at, string expected, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_field}: at {at + 1}"), expected,
            found.Length <= MaxQuote ? found : $"{found[..MaxQuote]} ...");
}
