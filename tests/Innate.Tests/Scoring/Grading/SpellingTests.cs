using Innate.Scoring.Grading;
using Xunit.Abstractions;

namespace Innate.Tests.Scoring.Grading;

/// <summary>In random spellings of random values none is paid that is not right, and hardly one that is right is not paid.</summary>
public sealed class SpellingTests(ITestOutputHelper log)
{
    private const int Pairs = 10_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_unequal_pair_is_paid(int seed)
    {
        AnswerSpellings spellings = new(seed);
        List<string> paid = [];
        for (int i = 0; i < Pairs; i++)
        {
            (Spelling answer, Spelling gold) = spellings.UnequalPair();
            string text = answer.Text;
            foreach (string response in (string[])[$@"\boxed{{{text}}}", $"The answer is {text}.", $"So it is ${text}$.", $"So it is {text}"])
            {
                if (VerifiableAnswer.Check(response, gold.Text).Reward == 1) paid.Add($"{answer} for {gold}: {response}");
            }
        }

        Assert.Empty(paid);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Equal_pairs_are_paid(int seed)
    {
        AnswerSpellings spellings = new(seed);
        SortedDictionary<string, (int Paid, int All)> kinds = new(StringComparer.Ordinal);
        for (int i = 0; i < Pairs; i++)
        {
            (Spelling answer, Spelling gold) = spellings.EqualPair();
            Count(answer.Kind, VerifiableAnswer.Check($@"\boxed{{{answer.Text}}}", gold.Text).Reward == 1);
            Count($"{answer.Kind}, in a sentence", VerifiableAnswer.Check($"So it is ${answer.Text}$.", gold.Text).Reward == 1);
        }

        foreach ((string kind, (int paid, int all)) in kinds) log.WriteLine($"{kind}: {paid} of {all} paid");
        Assert.InRange(kinds.Where(k => !k.Key.Contains(',')).Sum(k => k.Value.Paid), 0.99 * Pairs, Pairs);
        Assert.InRange(kinds.Where(k => k.Key.Contains(',')).Sum(k => k.Value.Paid), 0.99 * Pairs, Pairs);

        void Count(string kind, bool isPaid)
        {
            (int paid, int all) = kinds.GetValueOrDefault(kind);
            kinds[kind] = (paid + (isPaid ? 1 : 0), all + 1);
        }
    }

    [Fact]
    public void Noise_is_graded_without_a_throw()
    {
        AnswerSpellings spellings = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            string text = spellings.Noise();
            ExtractedAnswer? answer = VerifiableAnswer.Extract(text);
            Assert.Equal(0, VerifiableAnswer.Check(text, "no such answer").Reward);
            if (answer is not null) Assert.Equal(AnswerForm.Of(answer.Text), AnswerForm.Of(answer.Text));
        }
    }

    [Theory]
    [InlineData("9^9^9^9^9")]
    [InlineData("9^{9^{9^{9}}}")]
    [InlineData("(x+y+z+w)^{64}")]
    [InlineData("((x+1)^{60}+(y+1)^{60})^{60}")]
    [InlineData(@"\sqrt{123456789012345678901234567890123456789012345678901234567891}")]
    [InlineData("99999999!")]
    [InlineData("1e999999999")]
    [InlineData(@"\binom{99999999}{4999999}")]
    public void Costly_formulas_are_compared_as_they_are_written(string formula)
    {
        WorkBudget budget = new();
        _ = FormulaParser.Value(MathLexer.Read(formula), budget);
        Assert.InRange(budget.Left, 0, WorkBudget.Default);
        Assert.Equal(1, VerifiableAnswer.Check($@"\boxed{{{formula}}}", formula).Reward);
        Assert.Equal(0, VerifiableAnswer.Check($@"\boxed{{{formula}}}", "1").Reward);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("{")]
    [InlineData(@"\sqrt")]
    [InlineData(@"\sin")]
    [InlineData(@"\frac{")]
    [InlineData("-")]
    [InlineData("x^")]
    [InlineData("2!")]
    public void Nesting_has_an_end(string piece)
    {
        string deep = string.Concat(Enumerable.Repeat(piece, 1900 / piece.Length));
        Assert.Null(FormulaParser.Value(MathLexer.Read(deep + "1"), new WorkBudget()));
        Assert.Null(VerifiableAnswer.Extract(deep + "1") is { Source: not AnswerSource.LastNumber } found ? found : null);
    }
}
