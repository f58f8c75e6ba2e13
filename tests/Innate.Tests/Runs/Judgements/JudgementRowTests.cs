using System.Text.Json.Nodes;
using Innate.Tests.Cli;

namespace Innate.Tests.Runs.Judgements;

/// <summary><c>innate label judgements</c>: what is known of responses becomes rows that a judge learns from.</summary>
public class JudgementRowTests
{
    private const string Pairs =
        """
        {"prompt":"What is 2 + 3?","chosen":"5.","rejected":"7.","id":1}
        {"prompt":"What is 4 + 3?","responses":["5.","7."],"scores":[0,1],"id":2}
        """;

    [Fact]
    public void GenRm_learns_as_many_yes_as_no_and_the_solutions_beside_them()
    {
        JsonNode[] rows = Label(Pairs, "--kind", "genrm", "--solutions");
        Assert.Equal(["Yes", "No", "5.", "No", "Yes", "7."], rows.Select(r => (string)r["completion"]!));
        Assert.Equal([true, true, false, true, true, false], rows.Select(r => (bool)r["verifies"]!));
        Assert.All(
            rows.Where(r => (bool)r["verifies"]!),
            r => Assert.Contains("Is this answer correct?", r["prompt"]!.ToJsonString(), StringComparison.Ordinal));
        Assert.Equal([1, 1, 1, 2, 2, 2], rows.Select(r => (int)r["id"]!));

        // One right response too many finds no wrong one, and is left out.
        CliResult odd = Run("""{"prompt":"What is 1 + 1?","responses":["2."],"scores":[1]}""", "--kind", "genrm");
        Assert.Equal("", odd.Output);
        Assert.Contains("0 rows of 1 questions; 1 judgements too many of one verdict are", odd.Error, StringComparison.Ordinal);
    }

    // What the judge writes is its own; what is kept says what is known.
    [Theory]
    [InlineData("genrm-cot", 40)]
    [InlineData("reasongrm", 40)]
    [InlineData("spct", 40)]
    [InlineData("thinkprm", 60)]
    public void Judgements_that_are_kept_say_what_is_known(string kind, int tokens)
    {
        string[] options =
        [
            "--kind", kind, "--votes", "4", "--reasoning-tokens", $"{tokens}", "--principle", "The answer is right.",
        ];
        JsonNode[] rows = Label(Pairs, options);
        Assert.NotEmpty(rows);
        foreach (JsonNode row in rows)
        {
            string asked = (string)row["prompt"]!.AsArray()[^1]!["content"]!, said = (string)row["completion"]!;
            (string right, string wrong) = asked.Contains("2 + 3", StringComparison.Ordinal) ? ("5.", "7.") : ("7.", "5.");
            int at = asked.IndexOf(right, StringComparison.Ordinal), other = asked.IndexOf(wrong, StringComparison.Ordinal);
            switch (kind)
            {
                case "spct":
                    int[] scores = [.. said[(said.LastIndexOf('[') + 1)..said.LastIndexOf(']')].Split(", ").Select(int.Parse)];
                    Assert.Equal(at < other ? 1 : -1, Math.Sign(scores[0] - scores[1]));
                    break;
                case "reasongrm":
                    Assert.EndsWith(at < other ? "A" : "B", said, StringComparison.Ordinal);
                    break;
                default:
                    Assert.NotEqual(at < 0, other < 0);
                    Assert.EndsWith(at >= 0 ? "Yes" : "No", said, StringComparison.Ordinal);
                    break;
            }
        }

        JsonNode[] again = Label(Pairs, [.. options, "--threads", "1"]);
        Assert.Equal(rows.Select(r => r.ToJsonString()), again.Select(r => r.ToJsonString()));
    }

    [Fact]
    public void Pairs_for_dpo_hold_a_judgement_that_says_what_is_known_and_one_that_does_not()
    {
        JsonNode[] rows = Label(Pairs, "--kind", "spct", "--for", "dpo", "--votes", "12", "--reasoning-tokens", "20");
        Assert.NotEmpty(rows);
        Assert.All(rows, r => Assert.NotEqual((string)r["chosen"]!, (string)r["rejected"]!));
        Assert.All(rows, r => Assert.Contains("\\boxed{[", (string)r["rejected"]!, StringComparison.Ordinal));
    }

    [Fact]
    public void Questions_for_reinforcement_learning_say_what_each_response_is_worth_by_the_name_it_is_shown_under()
    {
        JsonNode[] rows = Label(Pairs, "--kind", "spct", "--for", "rl");
        Assert.Equal("""{"1":1,"2":0}""", rows[0]["judged"]!.ToJsonString());
        Assert.Equal("""{"1":0,"2":1}""", rows[1]["judged"]!.ToJsonString());
        JsonNode named = Label(Pairs, "--kind", "rewardanything", "--for", "rl", "--principle", "Be right.")[0];
        string asked = (string)named["messages"]!.AsArray()[^1]!["content"]!;
        string right = named["judged"]!.AsObject().Single(r => (double)r.Value! == 1).Key;
        Assert.Contains($"{right}:\n5.", asked, StringComparison.Ordinal);
    }

    // A chain is kept for all its verdicts: a known wrong step that it calls correct is not learned.
    [Fact]
    public void Chains_are_kept_by_their_verdicts_on_steps()
    {
        string row = """{"prompt":"What is 2 + 3?","completions":["2 + 3 = 6.","The answer is 6."],"labels":[false,false]}""";
        JsonNode[] kept = Label(
            row + "\n" + """{"prompt":"What is 2 + 3?","completions":["2 + 3 = 5."],"labels":[true]}""",
            "--kind", "thinkprm", "--votes", "12", "--reasoning-tokens", "80");
        Assert.NotEmpty(kept);
        foreach (string said in kept.Select(r => (string)r["completion"]!))
        {
            string verdict = said.EndsWith("No", StringComparison.Ordinal) ? "\\boxed{incorrect}" : "\\boxed{correct}";
            Assert.Contains(verdict, said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"prompt":"p","response":"r"}""", "line 1: expected \"chosen\" and \"rejected\"", "--kind", "genrm")]
    [InlineData("""{"prompt":"p","responses":["a","b"],"scores":[1]}""", "\"scores\": expected one for each of 2 responses, found 1")]
    [InlineData("""{"prompt":"p","responses":["a","b"],"scores":[3,1]}""", "expected 0 or 1 for a judge that says yes or no, found 3")]
    [InlineData("""{"prompt":"p","responses":["a","b"],"scores":[1,1]}""", "expected one response that is better than all others", "--kind", "reasongrm")]
    [InlineData("""{"prompt":"p","chosen":"a","rejected":"b"}""", "\"principle\": expected what to judge by", "--kind", "rewardanything")]
    [InlineData("""{"prompt":"p","completions":["a"],"labels":[true,false]}""", "\"labels\": expected one for each of 1 steps, found 2", "--kind", "thinkprm")]
    [InlineData("", "--kind: expected spct, rewardanything for rl, found genrm", "--for", "rl")]
    [InlineData("", "--kind: expected genrm, genrm-cot, thinkprm, reasongrm, spct, rewardanything for sft, found pairwise", "--kind", "pairwise")]
    [InlineData("", "--solutions: expected off but for sft with genrm and genrm-cot", "--kind", "spct", "--solutions")]
    [InlineData("", "genrm answers at once", "--votes", "3", "--reasoning-tokens", "9")]
    public void What_nothing_can_be_learned_from_is_told_and_left_out(string row, string why, params string[] options)
    {
        CliResult result = Run(row, options);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    private static JsonNode[] Label(string rows, params string[] options)
    {
        CliResult result = Run(rows, options);
        Assert.True(result.Code == 0, result.Error);
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }

    private static CliResult Run(string rows, params string[] options) =>
        RealCli.Run(["label", "judgements", "--in", "-", "--out", "-", .. options], rows + "\n");
}
