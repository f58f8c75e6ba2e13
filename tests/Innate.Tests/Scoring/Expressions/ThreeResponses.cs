using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Traces;

namespace Innate.Tests.Scoring.Expressions;

/// <summary>
/// Three responses to a prompt whose gold answer is 7, with traces that are easy to count with: of 2, 3 and 1 tokens. The token
/// rewards are 1, 3; 1, 1, 1; and 6. A command gives 1, nothing, 3; the function mine 10, 20, 30.
/// </summary>
internal static class ThreeResponses
{
    public static string[] Texts { get; } = ["The answer is 7.", "I think it is 8", "No idea.\nSorry!"];

    public static IReadOnlyList<RewardFunction> Functions { get; } = [new("mine", q => q.Response.Length)];

    private static readonly TokenTrace[] Own =
    [
        Trace([2, 3], [1, 1], [-1, -2], [1, 3]), Trace([1, 1, 1], [0, 0, 0], [-1, -1, -1], [2, 2, 2]),
        Trace([6], [5], [-4], [0.5]),
    ];

    private static readonly TokenTrace[] Empty =
    [
        Trace([2, 3], [0, 0], [-2, -2], [1, 1]), Trace([1, 1, 1], [0, 0, 0], [-1, -1, -2], [1, 1, 1]),
        Trace([6], [5], [-6], [1]),
    ];

    private static readonly TokenTrace[] Reference =
    [
        Trace([2, 3], [1, 1], [-1, -1], [1, 3]), Trace([1, 1, 1], [0, 0, 0], [-2, -1, -1], [2, 2, 2]), Trace([6], [5], [-4], [1]),
    ];

    public static LeafGroup Group(RewardExpression expression) => new()
    {
        Texts = Texts,
        TokenIds = [[5, 6], [5, 5, 5], [9]],
        Gold = "7",
        Key = 11,
        MaxTokens = 4,
        Head = _ => [0.25, -1, 2],
        Traces = use => use.View.IsEmpty ? Empty : Own,
        References = _ => Reference,
        External = expression.Needs.External.ToDictionary(
            l => l, l => l.Kind == LeafKind.Function ? new double?[] { 10, 20, 30 } : [1, null, 3]),
    };

    public static double?[] Values(string text)
    {
        RewardExpression expression = RewardExpression.Parse(text, Functions);
        return expression.Compute(Group(expression)).Value.Of(expression.Node);
    }

    private static TokenTrace Trace(double[] q, double[] v, double[] logProbs, double[] entropy) => new()
    {
        Tokens = new int[q.Length], Q = q, V = v, LogProbability = logProbs, Entropy = entropy, MeanLogit = new double[q.Length],
    };
}
