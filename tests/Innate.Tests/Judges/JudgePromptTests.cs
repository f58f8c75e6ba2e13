using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks.Arithmetic;
using Innate.Judges;

namespace Innate.Tests.Judges;

/// <summary>The files that say what a judge asks.</summary>
public class JudgePromptTests
{
    private const string Small = "# mine\n=== labels\nYes\nNo\n=== user\nQ {question}\nR {response}\n{principle}\n=== ask\nGood?";

    [Fact]
    public void The_arithmetic_prompts_are_the_words_that_innate_tiny_was_trained_on()
    {
        JudgedText judged = new("2 + 2?", "4", "5");
        Assert.Equal(JudgingTurns.AskYesNo("2 + 2?", "4"), Only(JudgeKind.Verifier));
        Assert.Equal(JudgingTurns.AskGrade("2 + 2?", "4"), Only(JudgeKind.Pointwise));
        Assert.Equal(JudgingTurns.AskPair("2 + 2?", "4", "5"), Only(JudgeKind.Pairwise));
        foreach (JudgeKind kind in Enum.GetValues<JudgeKind>().Where(k => JudgeTraits.Of(k).Labels is null or 2))
        {
            JudgingKind turn = JudgeTraits.Of(kind) switch
            {
                { Labels: null } => JudgingKind.Grade,
                { Shape: JudgedShape.Pair } => JudgingKind.Pair,
                _ => JudgingKind.YesNo,
            };
            Assert.Equal(JudgingTurns.VerdictsOf(turn), JudgePrompt.Load(kind, "arithmetic").Labels);
        }

        string Only(JudgeKind kind) =>
            Assert.Single(JudgePrompt.Load(kind, "arithmetic").Ask(judged, null, reasons: false)).Content;
    }

    [Fact]
    public void Shipped_prompts_hold_all_that_they_are_given()
    {
        foreach (JudgeKind kind in Enum.GetValues<JudgeKind>())
        {
            foreach (string name in JudgePrompt.Shipped)
            {
                JudgePrompt prompt = JudgePrompt.Load(kind, name);
                JudgedText judged = new("<q>", "<1>", "<2>") { All = [("a", "<1>"), ("b", "<2>")] };
                string asked = string.Concat(prompt.Ask(judged, "<p>", reasons: false).Select(m => m.Content + "\n"));
                string[] parts = JudgeTraits.Of(kind).Shape == JudgedShape.One
                    ? ["<q>", "<1>", "<p>"] : ["<q>", "<1>", "<2>", "<p>"];
                Assert.All(parts, p => Assert.Contains(p, asked, StringComparison.Ordinal));
                Assert.DoesNotContain("{", asked, StringComparison.Ordinal);
                Assert.DoesNotContain("principle:", string.Concat(prompt.Ask(new JudgedText("q", "1", "2"), null, false)),
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void What_is_filled_in_is_never_filled_again()
    {
        JudgePrompt prompt = JudgePrompt.Parse(Small, JudgeKind.Verifier, "mine.txt");
        string asked = prompt.Ask(new JudgedText("{response} {{", "{question} } {principle}"), "{response}",
            reasons: false)[0].Content;
        Assert.Equal("Q {response} {{\nR {question} } {principle}\n{response}\nGood?", asked);
    }

    [Theory]
    [InlineData("a\n{principle}\nb", "a\nP\nb", "a\nb")]
    [InlineData("a\n{principle}", "a\nP", "a")]
    [InlineData("{principle}\nb", "P\nb", "b")]
    [InlineData("{principle}", "P", "")]
    [InlineData("a {principle} b", "a P b", "a  b")]
    [InlineData("{{{principle}}}", "{P}", "{}")]
    [InlineData("a\n{principle}\n", "a\nP\n", "a\n")]
    [InlineData("a\n{principle}\n{principle}", "a\nP\nP", "a")]
    public void A_principle_that_is_not_given_goes_with_its_line(string text, string with, string without)
    {
        PromptText parsed = PromptText.Parse(text, ["principle"], "here");
        Assert.Equal(with, parsed.Fill(_ => "P"));
        Assert.Equal(without, parsed.Fill(_ => null));
    }

    [Fact]
    public void A_line_goes_though_the_line_before_is_a_placeholder_too()
    {
        PromptText parsed = PromptText.Parse("{question}\n{principle}", ["question", "principle"], "here");
        Assert.Equal("Q", parsed.Fill(name => name == "question" ? "Q" : null));
    }

    [Fact]
    public void Reasoning_takes_the_place_of_the_ask()
    {
        JudgePrompt prompt = JudgePrompt.Parse(
            Small + "\n=== reasoning\nThink.\n=== verdict\nSo?", JudgeKind.Verifier, "mine.txt");
        Assert.EndsWith("R r\nThink.", prompt.Ask(new JudgedText("q", "r"), null, reasons: true)[0].Content,
            StringComparison.Ordinal);
        Assert.EndsWith("R r\nGood?", prompt.Ask(new JudgedText("q", "r"), null, reasons: false)[0].Content,
            StringComparison.Ordinal);
        Assert.Equal("So?", prompt.Verdict);
    }

    [Theory]
    [InlineData(JudgeKind.Verifier, "hello\n", "mine.txt, line 1: expected a comment (#) or a section")]
    [InlineData(JudgeKind.Verifier, "=== lables\n",
        "mine.txt, line 1: expected a section of labels, system, user, item, ask, reasoning, start, verdict, doubts, principle, found")]
    [InlineData(JudgeKind.Verifier, "=== user\n=== user\n",
        "mine.txt, line 2: expected the section 'user' once, found it again.")]
    [InlineData(JudgeKind.Verifier, "", "mine.txt, section 'labels': expected two labels, one a line, found 0.")]
    [InlineData(JudgeKind.Verifier, "=== labels\nA\nB\nC", "expected two labels, one a line, found 3.")]
    [InlineData(JudgeKind.Verifier, "=== labels\nA\nA", "expected each label once, found one twice.")]
    [InlineData(JudgeKind.Pointwise, "=== labels\n1\nbad", "expected numbers, found 'bad'.")]
    [InlineData(JudgeKind.Verifier, "=== labels\nA\nB", "mine.txt: the section 'user' is missing.")]
    [InlineData(JudgeKind.Verifier, "=== labels\nA\nB\n=== user\n{question}",
        "section 'user': expected {response}, found none: the judge would not see it.")]
    [InlineData(JudgeKind.Pairwise, "=== labels\nA\nB\n=== user\n{response}",
        "section 'user': expected {question}, {response_a}, {response_b}, {principle}, or {{ and }} for braces, found "
        + "{response}.")]
    [InlineData(JudgeKind.Verifier, "=== labels\nA\nB\n=== user\n{response} }", "found a '}' alone.")]
    [InlineData(JudgeKind.Verifier, "=== labels\nA\nB\n=== user\n{response}\n=== principle\n{question}",
        "section 'principle': expected {principle}, or {{ and }} for braces, found {question}.")]
    public void A_file_that_is_no_prompt_says_where(JudgeKind kind, string text, string why) =>
        Assert.Contains(why, Assert.Throws<InputException>(() => JudgePrompt.Parse(text, kind, "mine.txt")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Any_text_is_a_prompt_or_is_refused()
    {
        string[] pieces =
        [
            "=== ", "labels", "user", "system", "ask", "principle", "verdict", "\n", "\n", "\r\n", "{", "}", "{{", "{question}",
                "{response}", "{response_a}",
            "{response_b}", "{principle}", "1", "2", "10", "Yes", "#", " ", "x", "\0", "\ufeff", "\ud83d",
            "=== labels\nYes\nNo\n", "=== labels\n1\n2\n", "=== user\n{response}\n",
        ];
        Arbitrary<string[]> many = Arb.From(Gen.Elements(pieces).ArrayOf().Resize(30));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(many, parts => Try(string.Concat(parts))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll<string>(text => Try(text ?? "")));

        static void Try(string text)
        {
            foreach (JudgeKind kind in Enum.GetValues<JudgeKind>())
            {
                try
                {
                    string asked = JudgePrompt.Parse(text, kind, "mine.txt")
                        .Ask(new JudgedText("<q>", "<r>", "<s>"), null, false)[^1].Content;
                    Assert.Contains("<r>", asked, StringComparison.Ordinal);
                }
                catch (InputException e)
                {
                    Assert.StartsWith("mine.txt", e.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void A_text_without_braces_is_its_own_filling() => Prop.ForAll<string>(text =>
    {
        string plain = text ?? "", doubled = plain.Replace("{", "{{", StringComparison.Ordinal)
            .Replace("}", "}}", StringComparison.Ordinal);
        Assert.Equal(plain, PromptText.Parse(doubled, ["principle"], "here").Fill(_ => null));
    }).QuickCheckThrowOnFailure();
}
