using System.Text;
using Innate.Scoring.Expressions;

namespace Innate.Bench.Fuzzing;

/// <summary>Rewards as expressions, which are written and read again.</summary>
internal static class ExpressionTarget
{
    /// <summary>An expression.</summary>
    public static FuzzTarget Open()
    {
        string[] expressions =
        [
            "endogenous(gamma=0.95) + 2*check(numeric) - 0.01*tokens", "z(entropy)/tokens - -3 * (majority - 1e-3)",
            "gate(check(format(tags=think+answer), max_words=20), pmi(mean-log-likelihood(first=8)))",
            "else(command(run=\"python3 \"\"reward.py\"\"\", timeout=5, attempts=2), 0.5)", "clip(self-certainty, -1, .5)",
            "http(url=http://127.0.0.1:8080/x, dialect=innate, key-env=KEY) + shuffled(random)", "endogenous(gamma=recommended)",
            "endogenous:0.5,gamma=0.99,beta=0.1,normalized,shuffled", "format:0.2,tags=think+answer",
            "format,pattern=\"^a{1,2}\"\"b\\b.*$\",normalized", "endogenous:gamma=0.95,first=60", "length(max=64)*grade(boxed)",
        ];
        string[] words =
        [
            .. LeafNames.All, .. CheckRules.Names, "z(", "gate(", "clip(", "pmi(", "else(", "shuffled(", "(", ")", ",", "=", "+",
            "-", "*", "/", ":", "\"", "\"\"", "gamma=", "beta=", "alpha=", "first=", "pattern=", "tags=", "boxed", "max=", "run=",
            "url=", "timeout=", "attempts=", "normalized", "shuffled", "1e308", "-0", ".5", "1e", " ", "\0", "é", "\ud83d\ude00",
        ];
        return new FuzzTarget([.. expressions.Select(Encoding.UTF8.GetBytes)], words, Try, IsJson: false, Longest: 1 << 12);
    }

    private static void Try(byte[] input)
    {
        RewardExpression expression = RewardExpression.Parse(Encoding.UTF8.GetString(input));
        string text = expression.ToString();
        RewardExpression again = RewardExpression.Parse(text);
        if (!expression.Equals(again) || again.ToString() != text) throw new InvalidOperationException($"read otherwise: {text}");
        _ = LinearForm.Of(expression.Node, TokenShares.IsOfTokens);
    }
}
