using System.Globalization;
using Innate.Scoring.Expressions;

namespace Innate.Tests.Scoring.Expressions;

/// <summary>What an expression is worth, counted by hand on three responses.</summary>
public class ExpressionValueTests
{
    [Theory]
    [InlineData("endogenous", "4 3 6")]
    [InlineData("endogenous(gamma=0.5)", "2.5 1.75 6")]
    [InlineData("endogenous(gamma=0.5, beta=1)", "4 3 6")]
    [InlineData("endogenous(first=1)", "2 1 6")]
    [InlineData("endogenous-logprob(gamma=0.5)", "-2 -1.75 -4")]
    [InlineData("log-likelihood", "-3 -3 -4")]
    [InlineData("mean-log-likelihood", "-1.5 -1 -4")]
    [InlineData("self-certainty", "4 2 10")]
    [InlineData("entropy", "-2 -2 -0.5")]
    [InlineData("entropy(first=1)", "-1 -2 -0.5")]
    [InlineData("implicit", "-1 1 0")]
    [InlineData("classifier", "0.25 -1 2")]
    [InlineData("verifiable", "1 0 0")]
    [InlineData("verifiable(boxed)", "0 0 0")]
    [InlineData("grade", "1 0 0")]
    [InlineData("majority", "1 0 0")]
    [InlineData("tokens", "2 3 1")]
    [InlineData("characters", "16 15 15")]
    [InlineData("repetition", "0 0 0")]
    [InlineData("length", "0 0 0")]
    [InlineData("length(max=2)", "-1 -1 0")]
    [InlineData("format(tags=b)", "0 0 0")]
    [InlineData("format(pattern=\"^(The|No)\")", "1 0 1")]
    [InlineData("command(run=x)", "1 - 3")]
    [InlineData("mine", "10 20 30")]
    [InlineData("check(numeric)", "1 1 0")]
    [InlineData("check(boxed)", "0 0 0")]
    [InlineData("check(one_line)", "1 1 0")]
    [InlineData("check(max_tokens=2)", "1 0 1")]
    [InlineData("check(max_words=4, numeric)", "1 0 0")]
    [InlineData("check(max_characters=15)", "0 1 1")]
    [InlineData("check(sentences=2)", "0 0 1")]
    [InlineData("check(pattern=i, one_line)", "1 1 0")]
    [InlineData("check(format(tags=b))", "0 0 0")]
    [InlineData("endogenous + 2*check(numeric) - 0.5*tokens", "5 3.5 5.5")]
    [InlineData("endogenous-tokens", "2 0 5")]
    [InlineData("2 - endogenous - tokens", "-4 -4 -5")]
    [InlineData("2 - (endogenous - tokens)", "0 2 -3")]
    [InlineData("-endogenous * 2 + 1", "-7 -5 -11")]
    [InlineData("12 / endogenous / 2", "1.5 2 1")]
    [InlineData("12 / (endogenous / 2)", "6 8 4")]
    [InlineData("endogenous / tokens", "2 1 6")]
    [InlineData("1 / (tokens - 2)", "- 1 -1")]
    [InlineData("--tokens * 1e1", "20 30 10")]
    [InlineData("- 2 * tokens - - 1", "-3 -5 -1")]
    [InlineData("clip(endogenous, 3.5, 5)", "4 3.5 5")]
    [InlineData("clip(entropy, -1, .5)", "-1 -1 -0.5")]
    [InlineData("gate(check(numeric), endogenous)", "4 3 2")]
    [InlineData("gate(verifiable, endogenous)", "4 3 3")]
    [InlineData("gate(verifiable(boxed), endogenous)", "0 0 0")]
    [InlineData("gate(check(numeric), tokens)", "2 3 1")]
    [InlineData("gate(check(numeric), command(run=x))", "1 - 0")]
    [InlineData("gate(command(run=x) - 2, tokens)", "0 - 1")]
    [InlineData("else(command(run=x), 0) * 2", "2 0 6")]
    [InlineData("else(command(run=x), tokens)", "1 3 3")]
    [InlineData("command(run=x) + 1", "2 - 4")]
    [InlineData("else(1 / (tokens - 2), 9)", "9 1 -1")]
    [InlineData("pmi(log-likelihood)", "1 1 2")]
    [InlineData("pmi(endogenous)", "-1 0 0")]
    [InlineData("pmi(2*log-likelihood + endogenous)", "1 2 4")]
    [InlineData("endogenous:0.5,gamma=0.5", "1.25 0.875 3")]
    [InlineData("endogenous:gamma=0.5,first=2", "2.5 1.5 6")]
    [InlineData("format,pattern=\"i|,\"", "1 1 1")]
    public void Is_what_a_hand_counts(string text, string values) => Assert.Equal(values, Text(ThreeResponses.Values(text)));

    [Fact]
    public void Z_is_mean_0_and_deviation_1_of_those_that_have_a_value()
    {
        // 4, 3, 6: mean 13/3, squares 1/9 + 16/9 + 25/9 = 42/9, sd sqrt(21/9).
        double scale = Math.Sqrt(21 / 9.0) + 1e-6;
        Assert.Equal([-1 / 3.0 / scale, -4 / 3.0 / scale, 5 / 3.0 / scale], Numbers("z(endogenous)"), Near);
        Assert.Equal([0, 0, 0], Numbers("z(check(boxed))"));
        Assert.Equal([0.0, 0.0, 0.0], Numbers("z(0.1*check(boxed) + 0.7)"));

        // 1 and 3: mean 2, sd sqrt 2.
        double?[] sparse = ThreeResponses.Values("z(command(run=x))");
        Assert.Equal(-1 / (Math.Sqrt(2) + 1e-6), sparse[0]!.Value, 1e-12);
        Assert.Null(sparse[1]);
    }

    [Fact]
    public void A_gates_failures_lie_below_whatever_passes()
    {
        // 4 and 3 pass: the other lies as far below 3. Of one alone, by 1; far from 0, at least by a step of its size.
        Assert.Equal([4, 3, 2], Numbers("gate(check(numeric), endogenous)"));
        double[] far = Numbers("gate(verifiable, 1e300*tokens)");
        Assert.True(far[1] < far[0] && far[1] == far[2]);
        double[] within = Numbers("z(gate(check(numeric), endogenous)) + 0*tokens");
        Assert.True(within[0] > within[1] && within[1] > within[2]);
    }

    [Fact]
    public void Shuffled_numbers_are_the_same_numbers()
    {
        Assert.Equal([3, 4, 6], Numbers("shuffled(endogenous)").Order());
        Assert.Equal(Numbers("shuffled(endogenous)"), Numbers("endogenous,shuffled"));
        double[] random = Numbers("random");
        Assert.All(random, x => Assert.InRange(x, 0, 1));
        Assert.Equal(random, Numbers("random"));
    }

    [Theory]
    [InlineData("One. Two! Three?", 3)]
    [InlineData("It is 3.5.", 1)]
    [InlineData("\"Go.\" (He went.) So", 3)]
    [InlineData("Wait... what?!", 2)]
    [InlineData("一。二！", 2)]
    [InlineData("...", 0)]
    [InlineData("", 0)]
    public void Sentences_are_counted(string text, int count) => Assert.Equal(count, CheckRules.CountSentences(text));

    [Theory]
    [InlineData("x = \\frac{1}{2}", 1)]
    [InlineData("The answer is Paris", 0)]
    [InlineData("about 1,000", 1)]
    [InlineData("no", 0)]
    public void Numeric_is_an_answer_that_is_a_number(string text, double kept) =>
        Assert.Equal(kept, new CheckRules { Numeric = true }.Of(text, 1, null));

    [Fact]
    public void Token_shares_add_up_to_the_reward()
    {
        RewardExpression expression = RewardExpression.Parse(
            "endogenous(gamma=0.5) - 0.5*entropy/2 + pmi(mean-log-likelihood) + 0.25*tokens - implicit(first=1)*3");
        Assert.Null(TokenShares.Unshared(expression.Node));
        ExpressionGroup group = expression.Compute(ThreeResponses.Group(expression));
        double[][] shares = TokenShares.Of(LinearForm.Of(expression.Node, TokenShares.IsOfTokens), group.Group, group.Value);
        Assert.Equal(group.Value.Of(expression.Node).Select(v => v!.Value), shares.Select(s => s.Sum()), Near);

        // Of the first response: 1 + 0.25*1/2 + (-1 + 2)/2 + 0.25 - 0, and 0.5*3 + 0.25*3/2 + (-2 + 2)/2 + 0.25.
        Assert.Equal([1 + 0.125 + 0.5 + 0.25, 1.5 + 0.375 + 0 + 0.25], shares[0], Near);
    }

    [Theory]
    [InlineData("endogenous + check(numeric)", "check(numeric)")]
    [InlineData("2*z(endogenous) + entropy", "z(endogenous)")]
    [InlineData("endogenous*entropy", "endogenous*entropy")]
    [InlineData("1 / endogenous", "1/endogenous")]
    [InlineData("endogenous + 1", "1")]
    [InlineData("-clip(endogenous, 0, 1)", "clip(endogenous, 0, 1)")]
    public void What_no_token_has_a_share_of_is_named(string text, string part) =>
        Assert.Equal(part, ExpressionText.Of(TokenShares.Unshared(RewardExpression.Parse(text).Node)!));

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static double[] Numbers(string text) => [.. ThreeResponses.Values(text).Select(v => v!.Value)];

    private static string Text(double?[] values) =>
        string.Join(' ', values.Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? "-"));
}
