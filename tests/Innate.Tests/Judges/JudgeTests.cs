using Innate.Judges;
using Innate.Text;

namespace Innate.Tests.Judges;

/// <summary>What the three judges make of probabilities that are known.</summary>
public class JudgeTests
{
    private static readonly JudgeQuestion Sum = new([new ConversationMessage("user", "2 + 2?")], ["4", "5"]);

    private static JudgePrompt Arithmetic(JudgeKind kind) => JudgePrompt.Load(kind, "arithmetic");

    [Fact]
    public void The_verifiers_score_is_yes_against_no()
    {
        // Whatever the tokenizer makes of the labels, the probability of each is the product over its tokens.
        ScriptedModel model = new((before, token) =>
            before.Contains("Answer:\n4", StringComparison.Ordinal) ? token[0] == 'Y' ? 0.6 : token[0] == 'N' ? 0.2 : 1
                : token[0] == 'Y' ? 0.1 : token[0] == 'N' ? 0.3 : 1);
        JudgeVerdict verdict = new GenerativeVerifier(model.Judge(), Arithmetic(JudgeKind.Verifier)).Judge([Sum])[0];
        Assert.Equal([0.75, 0.25], verdict.Scores, Close);
        Assert.Equal([0.75, 0.25], verdict.LabelProbabilities![0], Close);
        Assert.Equal((0.8 + 0.4) / 2, verdict.LabelMass, 1e-12);
        Assert.Null(verdict.Preferences);
    }

    [Fact]
    public void The_grade_is_expected_over_the_labels_and_no_answer_counts_for_two()
    {
        // innate-tiny's tokenizer takes digits one by one: 10 begins with 1. A model that says "1" half of the time, and goes on
        // with "0" in 2 of 5 cases, means 1 with 0.3 and 10 with 0.2; it says 7 with 0.3 and never another grade.
        ScriptedModel model = new((before, token) =>
            before.EndsWith("assistant\n", StringComparison.Ordinal) ? token == "1" ? 0.5 : token == "7" ? 0.3 : 0 : 0.4);
        JudgeVerdict verdict = new PointwiseJudge(model.Judge(), JudgePrompt.Load(JudgeKind.Pointwise, "default"))
            .Judge([Sum])[0];
        Assert.Equal((0.3 * 1 + 0.3 * 7 + 0.2 * 10) / 0.8, verdict.Scores[0], 1e-12);
        Assert.Equal(0.8, verdict.LabelMass, 1e-12);
        Assert.Equal(0.375, verdict.LabelProbabilities![0][0], 1e-12);
        Assert.Equal(0.25, verdict.LabelProbabilities[0][9], 1e-12);
    }

    [Fact]
    public void A_judge_that_likes_the_first_response_abstains_and_is_measured()
    {
        ScriptedModel model = new((_, token) => token == "A" ? 0.9 : 0.1);
        JudgeVerdict verdict = new PairwiseJudge(model.Judge(), Arithmetic(JudgeKind.Pairwise)).Judge([Sum])[0];
        Assert.Equal([0.5, 0.5], verdict.Scores, Close);
        Assert.True(double.IsNaN(verdict.Preferences![0, 1]) && double.IsNaN(verdict.Preferences[1, 0]));
        PairwiseSummary summary = PairwiseSummary.Of([verdict]);
        Assert.Equal((1, 1), (summary.Pairs, summary.Abstained));
        Assert.Equal(0.9, summary.FirstShare, 1e-12);
    }

    [Fact]
    public void Two_orders_take_a_constant_bias_out_of_the_pairwise_scores()
    {
        // The right answer wins with 0.95 where it is shown first, and with 0.65 where it is shown second.
        ScriptedModel model = new((before, token) =>
        {
            bool right = before.Contains("Answer A:\n4\n", StringComparison.Ordinal),
                other = before.Contains("Answer B:\n4\n", StringComparison.Ordinal);
            double a = right ? 0.95 : other ? 0.35 : 0.5;
            return token == "A" ? a : 1 - a;
        });
        JudgeQuestion three = new(Sum.Prompt, ["5", "4", "6"]);
        JudgeVerdict verdict = new PairwiseJudge(model.Judge(), Arithmetic(JudgeKind.Pairwise)).Judge([three])[0];
        Assert.Equal([(0.2 + 0.5) / 2, 0.8, (0.2 + 0.5) / 2], verdict.Scores, Close);
        Assert.Equal(1, verdict.Preferences![1, 0]);
        Assert.Equal(0, verdict.Preferences[0, 1]);
        Assert.True(double.IsNaN(verdict.Preferences[0, 2]));
        Assert.Equal(0.95, verdict.FirstWins![1, 2], 1e-12);
        Assert.Equal(6, model.Prompts.Count);
    }

    [Fact]
    public void All_questions_are_read_in_one_call()
    {
        ScriptedModel model = new((_, _) => 0.5);
        new PairwiseJudge(model.Judge(), Arithmetic(JudgeKind.Pairwise)).Judge([Sum, Sum, Sum]);
        Assert.Equal(1, model.Calls);
    }

    [Fact]
    public void The_verdict_after_reasoning_is_the_mean_over_the_votes()
    {
        ScriptedModel model = new((before, token) => (before.Contains("looks good", StringComparison.Ordinal) ? 0.9 : 0.2) switch
        {
            double yes => token[0] == 'Y' ? yes : token[0] == 'N' ? 1 - yes : 1,
        });
        JudgeOptions options = new() { ReasoningTokens = 9, Votes = 3 };
        JudgeVerdict verdict = new GenerativeVerifier(
            model.Judge(new ScriptedGenerator("looks good", "looks bad", "looks good")), Arithmetic(JudgeKind.Verifier), options)
                .Judge([Sum])[0];
        Assert.Equal([2.0 / 3, 2.0 / 3], verdict.Scores, Close);

        // The verdict is given in the reasoning's own turn.
        Assert.EndsWith("<|im_start|>assistant\nlooks bad\n\nVerdict:\n", model.Prompts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Longer_conversations_name_who_speaks()
    {
        ScriptedModel model = new((_, _) => 0.5);
        JudgeQuestion q = new([new("system", "Be brief."), new("user", "Hi"), new("assistant", "Yes?"), new("user", "2 + 2?")],
            ["4"]);
        new GenerativeVerifier(model.Judge(), Arithmetic(JudgeKind.Verifier)).Judge([q]);
        Assert.Contains("Question: System: Be brief.\n\nUser: Hi\n\nAssistant: Yes?\n\nUser: 2 + 2?\nAnswer:\n4\n",
            model.Prompts[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_template_is_asked_in_plain_text()
    {
        ScriptedModel model = new((_, _) => 0.5);
        JudgeOptions options = new() { Principle = "Be kind." };
        new GenerativeVerifier(model.Judge(raw: true), Arithmetic(JudgeKind.Verifier), options).Judge([Sum]);
        Assert.Equal("Be kind.\n\nQuestion: 2 + 2?\nAnswer:\n4\nIs this answer correct? Reply Yes or No.\n", model.Prompts[0]);
    }

    [Fact]
    public void The_real_models_verdicts_depend_on_no_neighbour_and_no_thread()
    {
        Tokenizer tokenizer = ScriptedModel.Tokenizer;
        ChatFormat format = new(tokenizer, ScriptedModel.Template);
        JudgeOptions options = new() { ReasoningTokens = 12, Votes = 2, Seed = 5 };
        JudgeQuestion[] questions = [.. Enumerable.Range(1, 5)
            .Select(i => new JudgeQuestion([new("user", $"{i}0 + 2{i}?")], [$"{i}", "The answer is 44.", "x"]))];
        foreach (JudgeKind kind in (JudgeKind[])[JudgeKind.Verifier, JudgeKind.Pointwise, JudgeKind.Pairwise, JudgeKind.GenRmCot])
        {
            JudgeVerdict[] together = With(2, kind, questions), reversed = With(1, kind, [.. questions.Reverse()]);
            Assert.NotEqual(together[0].Scores, together[1].Scores);
            for (int i = 0; i < questions.Length; i++)
            {
                Assert.Equal(together[i].Scores, reversed[^(i + 1)].Scores);
                if (i == 2) Assert.Equal(together[i].Scores, With(2, kind, [questions[i]])[0].Scores);
            }
        }

        Assert.NotEqual(With(2, JudgeKind.Verifier, questions)[0].Scores, With(2, JudgeKind.Verifier, questions, 6)[0].Scores);

        JudgeVerdict[] With(int threads, JudgeKind kind, JudgeQuestion[] asked, ulong seed = 5)
        {
            using LanguageModel model = LanguageModel.LoadDefault(new LanguageModelOptions { Threads = threads });
            JudgeModel judge = new(model, tokenizer, format, model);
            return [.. Judge.Create(judge, Arithmetic(kind), options with { Seed = seed }).Judge(asked)];
        }
    }

    [Fact]
    public void What_does_not_go_together_is_refused_in_one_sentence()
    {
        ScriptedModel model = new((_, _) => 0.5) { MaxPositions = 80 };
        JudgePrompt prompt = Arithmetic(JudgeKind.Verifier);
        Refused("votes: several need sampled reasoning", () =>
            new GenerativeVerifier(model.Judge(), prompt, new() { Votes = 2 }));
        Refused("generates no text", () => new GenerativeVerifier(model.Judge(), prompt, new() { ReasoningTokens = 2 }));
        Refused("at least two, found one", () =>
            new PairwiseJudge(model.Judge(), Arithmetic(JudgeKind.Pairwise)).Judge([Sum with { Responses = ["4"] }]));
        Refused("more than the model's context of 80", () =>
            new GenerativeVerifier(model.Judge(), prompt).Judge([Sum with { Responses = [new string('7', 90)] }]));
        JudgePrompt noPlace = JudgePrompt.Parse("=== labels\nYes\nNo\n=== user\n{response}", JudgeKind.Verifier, "mine.txt");
        Refused("mine.txt: a principle is given, but", () =>
            new GenerativeVerifier(model.Judge(), noPlace, new() { Principle = "x" }));

        static void Refused(string why, Func<object> action) =>
            Assert.Contains(why, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;
}
