using System.Text.Json.Nodes;
using Innate.Generation.Formats;
using Innate.Judges;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Text;

namespace Innate.Tests.Judges;

/// <summary>Judges that write, with the model inside, which learned nothing of the kind and is held to their formats.</summary>
public class HeldJudgeTests
{
    private static readonly JudgeQuestion[] Questions =
    [
        new([new ConversationMessage("user", "What is 47 + 85?")], ["The answer is 132.", "122", "7"]),
        new([new ConversationMessage("user", "What is 7 + 5?")], ["12", "13"]),
    ];

    public static TheoryData<string> Writing => ["genrm-cot", "thinkprm", "reasongrm", "spct", "rewardanything"];

    [Theory]
    [MemberData(nameof(Writing))]
    public void A_verdict_depends_on_the_seed_and_on_no_neighbour(string kind)
    {
        JudgeVerdict[] together = Judge(kind, Questions, 5), again = Judge(kind, [.. Questions.Reverse()], 5),
            doubled = Judge(kind, [Questions[1], Questions[1]], 5);
        for (int i = 0; i < 2; i++) Assert.Equal(together[i].Scores, again[1 - i].Scores);
        Assert.Equal(together[1].Scores, doubled[1].Scores);
        Assert.NotEqual(
            together.SelectMany(v => v.Replies).Select(r => r.Text),
            Judge(kind, Questions, 6).SelectMany(v => v.Replies).Select(r => r.Text));
        Assert.All(together.SelectMany(v => v.Replies), r => Assert.NotNull(r.Scores));
    }

    [Fact]
    public void A_chain_gives_a_verdict_a_step_stops_at_the_first_error_and_decides()
    {
        JudgeQuestion solution = Questions[1] with { Responses = ["7 + 5 = 12\n\n12 - 0 = 12\n\nSo 12", "13"] };
        JudgeVerdict verdict = Judge("thinkprm", [solution], 3, votes: 12)[0];
        Assert.Equal(1, verdict.Coverage);
        foreach (JudgeReply reply in verdict.Replies)
        {
            int steps = reply.Response == 0 ? 3 : 1;
            StepVerdictsResult read = StepVerdicts.Read(reply.Text, steps);
            Assert.Equal(0, read.Extra);
            Assert.True(read.Raw.Length == steps || read.Raw[^1] == 0, reply.Text);
            Assert.DoesNotContain(0, read.Raw[..^1]);
            Assert.Matches("Is this answer correct\\? (Yes|No)$", reply.Text);
        }

        Assert.True(verdict.Replies.Select(r => r.Steps!.Sum()).Distinct().Count() > 1, "chains differ in what they say");
        Assert.Equal(
            verdict.Replies.Where(r => r.Response == 0).Average(r => r.Steps![1]), verdict.StepScores![0][1], 1e-12);
        Assert.Equal(verdict.Replies.Where(r => r.Response == 1).Average(r => r.Scores![0]), verdict.Scores[1], 1e-12);

        // The score is what the model itself says at that place, of Yes against No.
        using LanguageModel model = LanguageModel.LoadDefault();
        Tokenizer tokenizer = ScriptedModel.Tokenizer;
        JudgeReply first = verdict.Replies[0];
        string asked = new ChatFormat(tokenizer, ScriptedModel.Template).RenderPrompt(
            "Question: What is 7 + 5?\nAnswer:\nStep 1: 7 + 5 = 12\n\nStep 2: 12 - 0 = 12\n\nStep 3: So 12\n"
            + "Is this answer correct? Reply Yes or No.");
        string[] texts = [.. ((string[])[" Yes", " No"]).Select(l => first.Text[..first.Text.LastIndexOf(' ')] + l)];
        double[] logs = [.. texts.Select(t => model.Trace(
            [new(tokenizer.Encode(asked), [tokenizer.EncodeContinuation(t)])])[0][0].LogProbability[^1])];
        Assert.Equal(1 / (1 + Math.Exp(logs[1] - logs[0])), first.Scores![0], 0.05);
    }

    [Theory]
    [InlineData(@"a \boxed{correct} b \boxed{correct} c Is this answer correct? Yes", true)]
    [InlineData(@"a \boxed{incorrect} b Is this answer correct? No", true)]
    [InlineData(@"\boxed{correct}\boxed{incorrect}Is this answer correct? No", true)]
    [InlineData(@"a \boxed{7} and \boxed{correct} b \boxed{corr \boxed{incorrect} Is this answer correct? No", true)]
    [InlineData(@"a \boxed{correct} Is this answer correct? Yes", false)]
    [InlineData(@"Is this answer correct? Yes", false)]
    [InlineData(@"a \boxed{correct} b \boxed{correct} Is this answer correct? Maybe", false)]
    [InlineData(@"a \boxed{incorrect} Is this answer correct? No.", false)]
    public void The_format_of_a_chain_over_two_steps(string text, bool isOne)
    {
        JudgeOptions options = new() { ReasoningTokens = 9 };
        ThinkPrmJudge judge = new(
            new ScriptedModel((_, _) => 1).Judge(new ScriptedGenerator("x")), JudgePrompt.Load(JudgeKind.ThinkPrm, "arithmetic"),
            options);
        TextFormat? at = judge.ChainFormat(2);
        foreach (byte b in System.Text.Encoding.UTF8.GetBytes(text)) at = at?.After(b);
        Assert.Equal(isOne, at is { MayEnd: true });
    }

    [Fact]
    public void Scores_and_rankings_are_always_there()
    {
        foreach (JudgeVerdict verdict in Judge("spct", Questions, 1, votes: 20))
        {
            Assert.Equal(20, verdict.Replies.Count);
            Assert.All(verdict.Replies.SelectMany(r => r.Scores!), s => Assert.InRange(s, 1, 10));
            for (int i = 0; i < verdict.Scores.Length; i++)
            {
                Assert.Equal(verdict.Replies.Sum(r => r.Scores![i]), verdict.Scores[i]);
            }
        }

        foreach (JudgeVerdict verdict in Judge("rewardanything", Questions, 1, votes: 5))
        {
            Assert.All(verdict.Replies, r => Assert.Equal(Enumerable.Range(0, verdict.Scores.Length), r.Ranking!.Order()));
            Assert.All(verdict.Replies.SelectMany(r => r.Scores!), s => Assert.InRange(s, 1, 5));
            Assert.Equal(verdict.Replies.Average(r => r.Scores![0]), verdict.Scores[0], 1e-12);
        }
    }

    [Fact]
    public void Without_its_format_the_same_model_gives_nothing_that_could_be_read_and_says_so()
    {
        CliResult result = RealCli.Run(
            ["judge", "--kind", "spct", "--any-format", "--votes", "3"],
            """{"prompt":"What is 7 + 5?","responses":["12","13"]}""" + "\n");
        Assert.Equal(2, result.Code);
        Assert.Equal("none of the judge's 3 judgements holds 2 scores", (string)JsonNode.Parse(result.Lines[0])!["error"]!);
    }

    [Fact]
    public void Every_kind_is_a_scorer_in_judge_rank_label_and_eval()
    {
        string[] kinds = ["genrm", "genrm-cot", "thinkprm", "reasongrm", "spct", "rewardanything"];
        using Support.TemporaryFolder folder = new();
        File.WriteAllText(folder["principle.txt"], "Right answers are better.\n");
        string[] two = ["--prompt", "What is 7 + 5?", "--response", "12", "--response", "13"];
        foreach (string kind in kinds)
        {
            string[] few = kind == "genrm" ? [] : ["--votes", "2", "--reasoning-tokens", "120"];
            string[] principle = ["--principle", folder["principle.txt"]];
            CliResult judged = RealCli.Run(["judge", "--kind", kind, .. two, .. few, .. principle, "--json"]);
            Assert.True(judged.Code == 0, judged.Error);
            JsonNode json = JsonNode.Parse(judged.Output)!;
            Assert.Equal(kind, (string)json["judge"]!["kind"]!);
            Assert.Equal(kind == "genrm" ? null : kind == "reasongrm" ? 4 : kind is "genrm-cot" or "thinkprm" ? 4 : 2,
                json["judge"]!["replies"]?.AsArray().Count);

            // The file's words are the principle, not its name.
            Assert.Equal(judged.Output, RealCli.Run(
                ["judge", "--kind", kind, .. two, .. few, "--principle", "Right answers are better.", "--json"]).Output);
            CliResult ranked = RealCli.Run(["rank", "--judge", kind, .. two, .. few, .. principle, "--json"]);
            Assert.True(ranked.Code == 0, ranked.Error);
            Assert.Contains(
                $"{kind} judge", RealCli.Run(["judge", "--kind", kind, .. two, .. few, .. principle]).Output,
                StringComparison.Ordinal);
        }

        CliResult eval = RealCli.Run(
        [
            "eval", "arith-bench", "--limit", "4", .. kinds.SelectMany(k => (string[])["--scorer", $"judge-{k}"]),
            "--principle", "Right answers are better.", "--votes", "2", "--reasoning-tokens", "150", "--majority", "--out",
            folder["eval"],
        ]);
        Assert.True(eval.Code == 0, eval.Error);
        JsonNode results = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["eval"], "results.json")))!;
        Assert.All(kinds, k => Assert.Contains($"judge-{k}", results.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_reward_of_the_expression_language_chooses_judgements()
    {
        string[] two =
        [
            "judge", "--kind", "spct", "--votes", "6", "--prompt", "What is 7 + 5?", "--response", "12", "--response", "13",
            "--json", "--meta",
        ];
        JsonArray replies = Replies("-1*characters", "--meta-keep", "2");
        int[] lengths = [.. replies.Where(r => r!["counts"] is null).Select(r => ((string)r!["text"]!).Length)];
        Assert.Equal(2, lengths.Length);
        Assert.All(replies, r => Assert.True(((string)r!["text"]!).Length >= lengths.Min()));
        Assert.Equal(3, Replies("self-certainty").Count(r => r!["counts"] is null));
        Assert.Contains("none but with spct", RealCli.Run([.. two.Select(o => o == "spct" ? "thinkprm" : o), "tokens"]).Error,
            StringComparison.Ordinal);
        Assert.Contains("--meta", RealCli.Run([.. two, "nothing"]).Error, StringComparison.Ordinal);

        JsonArray Replies(params string[] meta) =>
            JsonNode.Parse(RealCli.Run([.. two, .. meta]).Output)!["judge"]!["replies"]!.AsArray();
    }

    // A chain doubts itself twice: the last decision counts, the verdicts on steps are those of the first time.
    [Fact]
    public void Second_thoughts_go_on_from_the_chain_and_decide_again()
    {
        JudgeQuestion[] two = [Questions[1] with { Responses = ["7 + 5 = 12\n\nSo 12"] }, Questions[1]];
        JudgeVerdict[] once = Judge("thinkprm", two, 3, votes: 3, tokens: 60);
        JudgeVerdict[] thrice = Judge("thinkprm", two, 3, votes: 3, tokens: 60, again: 2);
        Assert.Equal(thrice[1].Scores, Judge("thinkprm", [two[1]], 3, votes: 3, tokens: 60, again: 2)[0].Scores);
        foreach ((JudgeReply first, JudgeReply last) in once[0].Replies.Zip(thrice[0].Replies))
        {
            string begun = first.Text[..first.Text.LastIndexOf("Is this answer correct?", StringComparison.Ordinal)];
            Assert.StartsWith(begun + "\n\nWait. Let me check my work once more.\n", last.Text, StringComparison.Ordinal);
            Assert.Contains("\n\nLet me verify each step again from the beginning.\n", last.Text, StringComparison.Ordinal);
            Assert.Matches("Is this answer correct\\? (Yes|No)$", last.Text);
            Assert.Equal(first.Steps, last.Steps);
            Assert.Equal(last.SaysYes, last.Text.EndsWith("Yes", StringComparison.Ordinal));
        }

        Assert.NotEqual(once[0].Scores, thrice[0].Scores);
    }

    [Fact]
    public void Doubts_are_refused_where_nothing_doubts()
    {
        CliResult other = RealCli.Run(
            ["judge", "--kind", "spct", "--second-thoughts", "1", "--prompt", "p", "--response", "a", "--response", "b"]);
        Assert.Contains("--second-thoughts: expected 0 but with thinkprm, found 1", other.Error, StringComparison.Ordinal);
        InputException silent = Assert.Throws<InputException>(() => new ThinkPrmJudge(
            null!, JudgePrompt.Parse("=== labels\nYes\nNo\n=== user\n{response}", JudgeKind.ThinkPrm, "mine.txt"),
            new JudgeOptions { ReasoningTokens = 5, SecondThoughts = 1 }));
        Assert.Contains("mine.txt: second thoughts need the section 'doubts'", silent.Message, StringComparison.Ordinal);
    }

    private static JudgeVerdict[] Judge(
        string kind, JudgeQuestion[] questions, ulong seed, int votes = 2, int tokens = 130, int again = 0)
    {
        JudgeSettings settings = new()
        {
            Kind = JudgeNames.Parse(kind)!.Value, Seed = seed, Votes = votes, ReasoningTokens = tokens, SecondThoughts = again,
            Principle = kind == "rewardanything" ? "Be right." : null,
        };
        using ModelSession session = ModelSession.Open(new ModelSource());
        return [.. NamedJudge.Of(settings, session, new ChatFormatOptions()).Judge.Judge(questions)];
    }
}
