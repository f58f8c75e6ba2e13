using Innate.Scoring.Expressions;

namespace Innate.Tests.Scoring.Expressions;

/// <summary>What is wrong with an expression is said with its place, before anything is loaded.</summary>
public class ExpressionErrorTests
{
    [Theory]
    [InlineData("", "at 1: expected a reward such as endogenous or z(entropy) + 2*verifiable, found nothing")]
    [InlineData("  ", "at 1: expected a reward such as")]
    [InlineData("3", "at 1: expected the name of a reward, found numbers alone")]
    [InlineData("clip(endogenous, -1)", "at 20: expected ',' and the upper bound, found ')'")]
    [InlineData("z(endogenous, entropy)", "at 13: expected ')', found ','")]
    [InlineData("z(endogenous", "at 13: expected ')', found the end")]
    [InlineData("z endogenous", "at 3: expected '(' after z, found 'endogenous'")]
    [InlineData("(endogenous", "at 12: expected ')', found the end")]
    [InlineData("endogenous)", "at 11: expected an operator or the end, found ')'")]
    [InlineData("endogenous entropy", "at 12: expected an operator or the end, found 'entropy'")]
    [InlineData("endogenous +", "at 13: expected a number, a reward's name or '(', found the end")]
    [InlineData("endogenous + * 2", "at 14: expected a number, a reward's name or '(', found '*'")]
    [InlineData("endogenous ^ 2", "at 12: expected an operator or the end, found '^'")]
    [InlineData("endogenous + 😀", "at 14: expected a number, a reward's name or '(', found '😀'")]
    [InlineData("+endogenous", "at 1: expected a number, a reward's name or '(', found '+'")]
    [InlineData("2**endogenous", "at 3: expected a number, a reward's name or '(', found '*'")]
    [InlineData("1e999*endogenous", "at 1: expected a finite number, found '1e999'")]
    [InlineData("endogenus", "at 1: expected a reward's name, found 'endogenus' (did you mean endogenous?)")]
    [InlineData("2*verifyable + 1", "at 3: expected a reward's name, found 'verifyable' (did you mean verifiable?)")]
    [InlineData("Entropy + 1", "(did you mean entropy?)")]
    [InlineData("self_certainty", "(did you mean self-certainty?)")]
    [InlineData("luck", "at 1: expected one of endogenous, endogenous-logprob, log-likelihood")]
    [InlineData("zz(entropy)", "(did you mean z?)")]
    [InlineData("endogenous(gamma=2)", "at 12: expected gamma to be a number from 0 to 1, found '2'")]
    [InlineData("endogenous(gamma=x)", "at 12: expected gamma to be a number from 0 to 1, found 'x'")]
    [InlineData("endogenous(gamma=)", "at 12: expected gamma to be a number from 0 to 1, found ''")]
    [InlineData("endogenous(gamma)", "at 12: expected endogenous's gamma=X, beta=X, alpha=X, first=N, found 'gamma'")]
    [InlineData("endogenous(gama=1)", "at 12: expected endogenous's gamma=X, beta=X, alpha=X, first=N, found 'gama=1'")]
    [InlineData("endogenous(gamma=1, gamma=1)", "at 21: expected gamma once, found it twice")]
    [InlineData("endogenous(beta=-1)", "at 12: expected beta to be a number of at least 0, found '-1'")]
    [InlineData("endogenous(alpha=0)", "at 12: expected alpha to be a number from 0.000001 to 1000000, found '0'")]
    [InlineData("entropy(first=0)", "at 9: expected first to be a whole number of at least 1, found '0'")]
    [InlineData("entropy(first=1.5)", "at 9: expected first to be a whole number of at least 1, found '1.5'")]
    [InlineData("tokens(first=2)", "at 8: expected no options of tokens, found 'first=2'")]
    [InlineData("endogenous(0.95)", "at 12: expected an option's name, found '0.95'")]
    [InlineData("endogenous(gamma=1 beta=2)", "at 20: expected ',' or ')', found 'beta'")]
    [InlineData("1 + format", "at 5: expected format with either pattern=REGEX or tags=A+B, found neither")]
    [InlineData("format(tags=a, pattern=b)", "at 1: expected format with either pattern=REGEX or tags=A+B, found both")]
    [InlineData("format(tags=a+)", "at 8: expected tags to be names such as think+answer, found 'a+'")]
    [InlineData("format(pattern=\"(a\")", "at 8: expected pattern to be a regular expression, found '(a' (")]
    [InlineData("format(pattern=\"a)", "at 16: expected a quote that ends the value, found the end")]
    [InlineData("1 + command", "at 5: expected command with run=COMMAND, found no command")]
    [InlineData("1 + http", "at 5: expected http with url=URL, found no address")]
    [InlineData("http(url=ftp://x)", "at 6: expected url to be an address such as http://127.0.0.1:8080/get_reward")]
    [InlineData("http(url=http://u:p@x)", "at 6: expected url without a password")]
    [InlineData("http(url=http://x, dialect=trl)", "at 20: expected dialect to be one of openrlhf, innate, slime")]
    [InlineData("command(run=x, timeout=0)", "at 16: expected timeout to be seconds above 0, at most 86400, found '0'")]
    [InlineData("command(run=x, attempts=1000)", "at 16: expected attempts to be a whole number from 1 to 100")]
    [InlineData("check", "at 6: expected '(' after check, found the end")]
    [InlineData("check()", "at 1: expected check with a rule such as numeric or max_words=20, found none")]
    [InlineData("check(numerc)", "at 7: expected a rule: numeric, boxed, one_line")]
    [InlineData("check(numerc)", "found 'numerc' (did you mean numeric?)")]
    [InlineData("check(max_words=x)", "at 7: expected max_words to be a whole number of at least 0, found 'x'")]
    [InlineData("check(max_tokens=0)", "at 7: expected max_tokens to be a whole number of at least 1, found '0'")]
    [InlineData("check(numeric, numeric)", "at 16: expected numeric once, found it twice")]
    [InlineData(
        "clip(endogenous, 2, 1)", "at 1: expected clip with a lower bound that is not above the upper one, found 2 and 1")]
    [InlineData("clip(endogenous, tokens, 1)", "at 18: expected a number, the lower bound of clip, found an expression")]
    [InlineData("gate(verifiable)", "at 16: expected ',' and gate's reward, found ')'")]
    [InlineData("else(verifiable)", "at 16: expected ',' and what stands in, found ')'")]
    [InlineData("pmi(tokens)",
        "at 5: expected rewards of a model's traces within pmi, which an empty prompt changes, found 'tokens'")]
    [InlineData("pmi(3)", "at 5: expected a reward of a model's traces within pmi, found numbers")]
    [InlineData("pmi(pmi(entropy))", "at 5: expected no pmi within pmi, found one")]
    [InlineData("endogenous:x", "at 12: expected a number as the weight, found 'x'")]
    [InlineData("entropy,colour=red", "at 9: expected the options first=N, normalized and shuffled (a value with a comma")]
    [InlineData("random,shuffled", "at 8: expected the options normalized (a value with a comma")]
    [InlineData("check:2", "at 1: expected check(RULE, ...), with its rules in brackets, found none")]
    [InlineData("luck:2", "at 1: expected one of endogenous")]
    public void Is_said_with_its_place(string text, string sentence)
    {
        InputException e = Assert.Throws<InputException>(() => RewardExpression.Parse(text));
        Assert.StartsWith("Reward: at ", e.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.Equal("Reward", e.Problems[0].Field.Split(':')[0]);
    }

    [Fact]
    public void All_that_is_wrong_with_values_is_said_at_once()
    {
        InputException e = Assert.Throws<InputException>(
            () => RewardExpression.Parse("endogenous(gamma=2, beta=-1) + check(max_words=x) + 1 * format"));
        Assert.Equal([12, 21, 38, 57], e.Problems.Select(p => int.Parse(p.Field["Reward: at ".Length..])));
    }

    [Fact]
    public void What_is_missing_because_it_was_refused_is_not_said_twice() => Assert.Single(
        Assert.Throws<InputException>(() => RewardExpression.Parse("format(pattern=\"(a\")")).Problems);

    [Fact]
    public void What_nests_too_deep_or_never_ends_is_refused()
    {
        string[] texts =
        [
            new string('(', 100_000) + "entropy", new string('-', 100_000) + "entropy",
            string.Concat(Enumerable.Repeat("z(", 100_000)), string.Join('+', Enumerable.Repeat("entropy", 100_000)),
            "check(" + string.Concat(Enumerable.Repeat("format(", 100_000)),
            "entropy(" + string.Join(',', Enumerable.Repeat("x", 9_000)),
        ];
        Assert.All(texts, text =>
        {
            InputException e = Assert.Throws<InputException>(() => RewardExpression.Parse(text));
            Assert.True(e.Message.Length < 4000);
        });
    }
}
