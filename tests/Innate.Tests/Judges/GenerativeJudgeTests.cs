using Innate.Generation;
using Innate.Judges;
using Innate.Text;

namespace Innate.Tests.Judges;

/// <summary>Judges that write, asked of models whose every word is known.</summary>
public class GenerativeJudgeTests
{
    private static readonly JudgeQuestion Sum = new([new ConversationMessage("user", "2 + 2?")], ["4", "5"]);

    [Fact]
    public void Genrm_is_the_probability_of_yes_among_all_tokens()
    {
        ScriptedModel model = new((before, token) =>
            before.Contains("Answer:\n4", StringComparison.Ordinal) ? token[0] == 'Y' ? 0.6 : 0.2 : token[0] == 'Y' ? 0.1 : 0.3);
        JudgeVerdict verdict = Make(JudgeKind.GenRm, model).Judge([Sum])[0];
        Assert.Equal([0.6, 0.1], verdict.Scores, Close);

        // What the share of both hides is told beside it.
        Assert.Equal([0.75, 0.25], verdict.LabelProbabilities![0], Close);
        Assert.Equal(0.6, verdict.LabelMass, 1e-12);
    }

    [Fact]
    public void Genrm_with_critiques_is_the_mean_probability_or_the_share_of_verdicts()
    {
        ScriptedModel model = new((before, token) => (before.Contains("looks good", StringComparison.Ordinal) ? 0.9 : 0.3) switch
        {
            double yes => token[0] == 'Y' ? yes : 0.05,
        });
        ScriptedGenerator critiques = new("looks good", "looks bad", "looks bad");
        JudgeOptions options = new() { ReasoningTokens = 9, Votes = 3 };
        Assert.Equal([0.5, 0.5], Make(JudgeKind.GenRmCot, model, critiques, options).Judge([Sum])[0].Scores, Close);
        JudgeVerdict majority = Make(JudgeKind.GenRmCot, model, critiques, options with { Majority = true }).Judge([Sum])[0];
        Assert.Equal([1 / 3.0, 1 / 3.0], majority.Scores, Close);
        Assert.Equal(["looks good", "looks bad", "looks bad"], majority.Replies.Take(3).Select(r => r.Text));
        Assert.Contains("genrm answers at once", Assert.Throws<InputException>(() =>
            Make(JudgeKind.GenRm, model, critiques, options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_free_chain_decides_at_its_last_yes_or_no_and_one_that_never_does_is_left_out()
    {
        // The first chain changes its mind; the second says nothing at all of it.
        ScriptedModel model = new((before, token) => (before.EndsWith("surely", StringComparison.Ordinal) ? 0.6 : 0.1) switch
        {
            double yes => token == " Yes" ? yes : token == " No" ? 0.2 : 1,
        });
        ScriptedGenerator chains = new(
            @"So \boxed{correct} first No, then \boxed{incorrect} surely Yes", @"\boxed{correct} hm", @"\boxed{correct} well No");
        JudgeOptions options = new() { ReasoningTokens = 60, Votes = 3 };
        JudgeQuestion steps = Sum with { Responses = ["2 + 2 = 5\n\n5 - 1 = 4\n\nSo 4"] };
        JudgeVerdict verdict = Make(JudgeKind.ThinkPrm, model, chains, options).Judge([steps])[0];
        Assert.Equal((0.75 + (1 / 3.0)) / 2, verdict.Scores[0], 1e-12);
        Assert.Equal(2 / 3.0, verdict.Coverage, 1e-12);

        // Three steps, of which the chains hold 1, 1 and 1 for right before they stop.
        Assert.Equal([1, 0, 0], verdict.StepScores![0], Close);
        Assert.Equal([true, false, true], verdict.Replies.Select(r => r.Scores is not null));
        Assert.Contains("of 3 replies of the judge 1 hold no verdict", JudgeReply.Told([verdict]), StringComparison.Ordinal);
        Assert.Contains("Step 2: 5 - 1 = 4", model.Prompts[0], StringComparison.Ordinal);

        // Where none decides there is no score, and never a 0 without a word.
        JudgePrompt prompt = JudgePrompt.Load(JudgeKind.ThinkPrm, "default");
        NamedJudge silent = new(prompt, Make(JudgeKind.ThinkPrm, model, new ScriptedGenerator("hm"), options with { Votes = 1 }));
        (JudgeVerdict? none, string? error) = silent.Ask([steps], default)[0];
        Assert.Null(none);
        Assert.Equal("response 0: none of the judge's 1 chains decides whether it is correct", error);
    }

    [Fact]
    public void Paths_vote_with_how_likely_they_are_throughout()
    {
        // Rationales of probability 1: R* is the verdict's own. A wins after "one" by 0.9, B after "two" by 0.6.
        ScriptedModel model = new((before, token) => before.Contains("one", StringComparison.Ordinal)
            ? token == "A" ? 0.9 : 0.1 : token == "A" ? 0.2 : 0.6);
        JudgeOptions options = new() { ReasoningTokens = 9, Votes = 2 };
        JudgeVerdict verdict = Make(JudgeKind.ReasonGrm, model, new ScriptedGenerator("one", "two"), options).Judge([Sum])[0];
        Assert.Equal(0.9 / 1.5, verdict.FirstWins![0, 1], 1e-12);
        Assert.Equal([0.5, 0.5], verdict.Scores, Close);

        // A rationale that the model itself held for unlikely has less to say.
        JudgeWriting doubted = new([1], [2, 3], [Math.Log(0.5), Math.Log(0.1)], "", false, null);
        VerdictVote vote = new([0.8, 0.2], 1, [[Math.Log(0.8)], [Math.Log(0.2)]], doubted);
        Assert.Equal(0.3 * 0.8, ReasonGrmJudge.Value(vote, 0)!.Value, 1e-12);
        VerdictVote sure = new([0.1, 0.9], 1, [[Math.Log(0.1)], [Math.Log(0.9)]], doubted with { LogProbabilities = [0] });
        VerdictReading both = new([0.5, 0.5], 1) { Votes = [vote, sure] };
        Assert.Equal(0.24 / (0.24 + 0.9), ReasonGrmJudge.FirstWins(both), 1e-12);
    }

    [Fact]
    public void Judgements_without_a_score_for_each_response_are_left_out_and_the_others_add_up()
    {
        string[] lines = [@"\boxed{[7, 3]}", @"\boxed{[7, 3, 1]}", "seven", @"so \boxed{2, 9} or \boxed{[4, 14]}"];
        WritingGenerator writer = new((prompt, i) => prompt.Contains("Scores in the order", StringComparison.Ordinal)
            ? lines[int.Parse(prompt[(prompt.LastIndexOf("critique", StringComparison.Ordinal) + 8)..][..1])] : $"critique{i}");
        JudgeOptions options = new() { ReasoningTokens = 9, Votes = 4 };
        JudgeVerdict verdict = Make(JudgeKind.Spct, new ScriptedModel((_, _) => 1), writer, options).Judge([Sum])[0];
        Assert.Equal([11, 13], verdict.Scores);
        Assert.Equal((2, 20), verdict.Range);
        Assert.Equal([true, false, false, true], verdict.Replies.Select(r => r.Scores is not null));
        Assert.Contains("of 4 replies of the judge 2 hold no verdict", JudgeReply.Told([verdict]), StringComparison.Ordinal);

        // A scorer of judgements chooses who votes: here the longer text. It sees what was asked and all that was written.
        JudgementScorer longest = (judgements, _) => [.. judgements.Select(j =>
        {
            Assert.Contains("[Response 2]\n5\n", j.Asked[^1].Content, StringComparison.Ordinal);
            Assert.StartsWith("critique", j.Written, StringComparison.Ordinal);
            return (double)j.Written.Length;
        })];
        JudgeVerdict chosen = Make(
            JudgeKind.Spct, new ScriptedModel((_, _) => 1), writer, options with { Meta = longest, MetaKept = 1 })
            .Judge([Sum])[0];
        Assert.Equal([4, 10], chosen.Scores);
        Assert.Equal([false, true], chosen.Replies.Where(r => r.Scores is not null).Select(r => r.Counts));
    }

    [Fact]
    public void Votes_and_a_scorer_of_judgements_that_knows_something_make_a_noisy_judge_better()
    {
        // The better response is 0.5 ahead on average, under noise: vote@k is right as the curve says; a scorer of judgements
        // that is right three times of four beats it, one that guesses does not (arXiv 2504.02495).
        double one = Accuracy(1, null), eight = Accuracy(8, null), meta = Accuracy(8, 0.75), guess = Accuracy(8, 0.5);
        Assert.True(eight > one + 0.1, $"vote@8 {eight} > vote@1 {one}");
        Assert.True(meta > eight + 0.02, $"chosen {meta} > all {eight}");
        Assert.True(guess < eight, $"guessed {guess} < all {eight}");

        static double Accuracy(int votes, double? metaIsRight)
        {
            Random noise = new(11), coin = new(12);
            WritingGenerator writer = new((prompt, _) => !prompt.Contains("Scores in the order", StringComparison.Ordinal) ? "c"
                : $@"\boxed{{[{Draw(0.5)}, {Draw(0)}]}}");
            JudgementScorer? scorer = metaIsRight is null ? null : (judgements, _) => [.. judgements.Select(j =>
            {
                int[] s = BoxedScores.Read(j.Written, 2)!;
                return (s[0] > s[1]) == (coin.NextDouble() < metaIsRight) ? 1.0 : 0;
            })];
            JudgeOptions options = new() { ReasoningTokens = 9, Votes = votes, Meta = scorer };
            IJudge judge = Make(JudgeKind.Spct, new ScriptedModel((_, _) => 1), writer, options);
            JudgeQuestion[] questions = [.. Enumerable.Repeat(Sum, 500)];
            return judge.Judge(questions).Average(v => v.Scores[0] > v.Scores[1] ? 1.0 : v.Scores[0] == v.Scores[1] ? 0.5 : 0);

            int Draw(double ahead)
            {
                double normal = Math.Sqrt(-2 * Math.Log(1 - noise.NextDouble())) * Math.Cos(2 * Math.PI * noise.NextDouble());
                return Math.Clamp((int)Math.Round(5.5 + ahead + (1.4 * normal)), 1, 10);
            }
        }
    }

    [Fact]
    public void Names_are_masked_and_shuffled_and_find_back_to_their_responses()
    {
        Assert.Equal(MaskedNames.Of(5), MaskedNames.Of(5));
        Assert.NotEqual(["model-1", "model-2", "model-3", "model-4", "model-5"], MaskedNames.Of(5));
        JudgeQuestion three = Sum with { Responses = ["a", "bbb", "cc"] };
        string[] names = MaskedNames.Of(3);

        // A judge that does what the principle says, told one and its opposite (arXiv 2506.03637).
        JudgeVerdict shorter = Ask("shorter is better"), longer = Ask("longer is better");
        Assert.Equal([5, 1, 3], shorter.Scores);
        Assert.Equal([1, 5, 3], longer.Scores);
        Assert.Equal([0, 2, 1], shorter.Replies[0].Ranking);
        Assert.Equal([1, 2, 0], longer.Replies[0].Ranking);
        Assert.Equal([5, 1, 3], Ask("shorter is better", before: "Sure! ").Scores);

        JudgeOptions options = new() { ReasoningTokens = 200, Principle = "x", Votes = 2 };
        WritingGenerator poor = new((_, i) => i == 0 ? """{"scores": {"model-1": 1, "model-9": 4}}""" : "no idea");
        NamedJudge judge = new(
            JudgePrompt.Load(JudgeKind.RewardAnything, "default"),
            Make(JudgeKind.RewardAnything, new ScriptedModel((_, _) => 1), poor, options));
        Assert.Equal("none of the judge's 2 replies holds a score for each of 3 responses", judge.Ask([three], default)[0].Error);
        Assert.Contains("rewardanything judges by nothing else", Assert.Throws<InputException>(() =>
            Make(JudgeKind.RewardAnything, new ScriptedModel((_, _) => 1), poor, options with { Principle = null })).Message,
            StringComparison.Ordinal);

        JudgeVerdict Ask(string principle, string before = "")
        {
            WritingGenerator obeys = new((prompt, _) =>
            {
                // Reads its prompt as a model would: the responses by name, in the order of the numbers.
                int[] lengths = [.. Enumerable.Range(1, 3).Select(n =>
                {
                    string tail = prompt[(prompt.IndexOf($"[Response model-{n}]\n", StringComparison.Ordinal) + 19)..];
                    return tail.IndexOf('\n');
                })];
                int sign = prompt.Contains("shorter", StringComparison.Ordinal) ? 1 : -1;
                int[] order = [.. Enumerable.Range(1, 3).OrderBy(n => sign * lengths[n - 1])];
                string scores = string.Join(", ", Enumerable.Range(1, 3).Select(
                    n => $"\"model-{n}\": {5 - (2 * Array.IndexOf(order, n))}"));
                return $"{before}<think>lengths</think>\n{{\"scores\": {{{scores}}}, "
                    + $"\"best-to-worst\": [{string.Join(", ", order.Select(n => $"\"model-{n}\""))}]}}";
            });
            return Make(
                JudgeKind.RewardAnything, new ScriptedModel((_, _) => 1), obeys,
                new() { ReasoningTokens = 200, Principle = principle }).Judge([three])[0];
        }
    }

    [Theory]
    [InlineData("<think>a</think>{\"scores\":{\"x\":2,\"y\":4},\"best-to-worst\":[\"y\",\"x\"]}", true, 2, 1, 2)]
    [InlineData("<think>a</think>\n```json\n{\"scores\":{\"x\":2}}\n```", true, 1, 0.5, 0)]
    [InlineData("{\"scores\":{\"x\":\"2\",\"z\":1},\"best-to-worst\":[\"z\",7,\"x\",\"x\"]}", false, 2, 0, 1)]
    [InlineData("<think>never closed {\"scores\":{\"x\":2}}", false, 1, 0.5, 0)]
    [InlineData("[1, 2]", false, 0, 0, 0)]
    [InlineData("} {", false, 0, 0, 0)]
    public void A_reply_is_read_as_far_as_it_can_be(string text, bool thoughts, int found, double coverage, int ranked)
    {
        PrincipleReply reply = PrincipleReply.Read(text, ["x", "y"]);
        Assert.Equal((thoughts, (FoundJson)found, coverage, ranked), (
            reply.HasThoughts, reply.Json, reply.Coverage, reply.Ranking?.Count ?? 0));
    }

    private static IJudge Make(
        JudgeKind kind, ScriptedModel model, ITextGenerator? generator = null, JudgeOptions? options = null) =>
        Judge.Create(
            model.Judge(generator), JudgePrompt.Load(kind, JudgeTraits.Of(kind).Labels == 2 && kind != JudgeKind.ThinkPrm
                ? "arithmetic" : "default"), options);

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;

    /// <summary>A generator that says what a function of the prompt's text and the answer's place says.</summary>
    private sealed class WritingGenerator(Func<string, int, string> say) : ITextGenerator
    {
        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options,
            Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default) =>
        [.. prompts.Select(p => Enumerable.Range(0, responsesPerPrompt).Select(i =>
        {
            int[] ids = [.. ScriptedModel.Tokenizer.Encode(say(ScriptedModel.Tokenizer.Decode(p), i)), options.StopIds.First()];
            return new GeneratedResponse(ids, new double[ids.Length], FinishReason.Stop);
        }).ToArray())];
    }
}
