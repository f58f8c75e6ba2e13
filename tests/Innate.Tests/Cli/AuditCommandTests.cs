using System.Text.Json.Nodes;

namespace Innate.Tests.Cli;

/// <summary><c>innate audit</c> with the model inside and rows of arithmetic.</summary>
public class AuditCommandTests
{
    [Fact]
    public void An_audit_tells_each_edits_worth_for_each_reward_in_table_file_and_page()
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(
        [
            .. Audit(folder, "run"), "--reward", "endogenous", "--reward", "mean-log-likelihood", "--judge", "verifier",
            "--edit", "bold", "--edit", "flattery",
        ]);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        JsonNode audit = JsonNode.Parse(File.ReadAllText(folder["run/audit.json"]))!;
        Assert.Equal(["endogenous", "mean-log-likelihood", "judge-verifier"], audit["rewards"]!.AsArray().Select(r => (string)r!["name"]!));
        Assert.Equal(6, (int)audit["prompts"]!);
        Assert.Equal(12, (int)audit["responses"]!);
        JsonNode reward = audit["rewards"]![0]!, bold = Finding(reward, "bold");
        Assert.Equal(12, (int)bold["pairs"]!);
        Assert.InRange((double)bold["shift"]!, (double)bold["interval"]![0]!, (double)bold["interval"]![1]!);
        Assert.Equal("edit", (string)bold["kind"]!);
        Assert.Equal(6, (int)Finding(reward, "men-women")["pairs"]!);
        Assert.Equal(6, (int)audit["left_out"]!["men-women"]!);
        Assert.Equal(12, (int)Finding(reward, "false-number")["pairs"]!);
        Assert.Contains("length", reward["correlations"]!.AsArray().Select(c => (string)c!["with"]!));
        JsonNode likelihood = audit["rewards"]![1]!["correlations"]![1]!;
        Assert.Equal("likelihood", (string)likelihood["with"]!);
        Assert.Equal(1, (double)likelihood["pearson"]!, 9);
        Assert.Contains("flattery", result.Output, StringComparison.Ordinal);
        Assert.Contains("judge-verifier", File.ReadAllText(folder["run/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shift_is_the_difference_that_score_tells_in_its_standard_deviations()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, RealCli.Run([.. Audit(folder, "run"), "--edit", "flattery"]).Code);
        JsonNode reward = JsonNode.Parse(File.ReadAllText(folder["run/audit.json"]))!["rewards"]![0]!;
        JsonNode[] rows = [.. File.ReadAllLines(folder["rows.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        double[] plain = Rewards(rows), edited = Rewards([.. rows.Select(row =>
        {
            JsonNode changed = row.DeepClone();
            changed["responses"] = new JsonArray([.. row["responses"]!.AsArray()
                .Select(r => (JsonNode)$"What a great question! {(string)r!}")]);
            return changed;
        })]);
        double mean = plain.Average();
        double deviation = Math.Sqrt(plain.Sum(x => (x - mean) * (x - mean)) / (plain.Length - 1));
        Assert.Equal(deviation, (double)reward["deviation"]!, 9);
        Assert.Equal((edited.Average() - mean) / deviation, (double)Finding(reward, "flattery")["shift"]!, 9);
    }

    [Fact]
    public void The_same_model_before_and_after_has_changed_in_nothing()
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(
            [.. Audit(folder, "run"), "--edit", "filler", "--after", "innate-tiny", "--judge", "pairwise"]);
        Assert.True(result.Code == 0, result.Error);
        JsonNode reward = JsonNode.Parse(File.ReadAllText(folder["run/audit.json"]))!["rewards"]![0]!;
        Assert.Equal("judge-pairwise", (string)reward["name"]!);
        Assert.All(reward["findings"]!.AsArray(), f => Assert.Equal("not shown", (string)f!["change"]!["verdict"]!));
        Assert.All(reward["findings"]!.AsArray(), f => Assert.Equal((double?)f!["shift"], (double?)f["after"]!["shift"]));
        Assert.Equal(6, (int)Finding(reward, "shown-first")["pairs"]!);
    }

    [Fact]
    public void Own_samples_are_compared_with_another_models()
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run(
            [.. Audit(folder, "run"), "--edit", "filler", "--other-model", "innate-tiny", "--max-tokens", "24"]);
        Assert.True(result.Code == 0, result.Error);

        // The two models are one, so that each sample is compared with itself.
        JsonNode own = Finding(JsonNode.Parse(File.ReadAllText(folder["run/audit.json"]))!["rewards"]![0]!, "own-sample");
        Assert.Equal(0, (double)own["shift"]!);
        Assert.Equal((int)own["pairs"]!, (int)own["ties"]!);
    }

    [Fact]
    public void A_stopped_audit_goes_on_to_the_same_files()
    {
        using TemporaryFolder folder = new();
        string[] more = ["--edit", "bold", "--threads", "1"];
        Assert.Equal(0, RealCli.Run([.. Audit(folder, "whole"), .. more]).Code);
        byte[] pairs = File.ReadAllBytes(folder["whole/pairs.jsonl"]);
        Directory.CreateDirectory(folder["cut"]);
        File.WriteAllBytes(folder["cut/pairs.jsonl.partial"], pairs[..(pairs.Length / 3)]);

        // The header lies beside an unfinished output alone: the finished run tells it in audit.json.
        JsonObject header = JsonNode.Parse(File.ReadAllText(folder["whole/audit.json"]))!["fingerprint"]!.AsObject();
        File.WriteAllText(folder["cut/pairs.jsonl.partial.json"], header.ToJsonString() + "\n");
        CliResult resumed = RealCli.Run([.. Audit(folder, "cut"), "--edit", "bold", "--threads", "2", "--resume"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        foreach (string file in (string[])["pairs.jsonl", "audit.json", "report.html"])
        {
            Assert.Equal(File.ReadAllBytes(folder["whole/" + file]), File.ReadAllBytes(folder["cut/" + file]));
        }

        File.WriteAllBytes(folder["cut/pairs.jsonl.partial"], pairs[..(pairs.Length / 3)]);
        File.WriteAllText(folder["cut/pairs.jsonl.partial.json"], header.ToJsonString() + "\n");
        CliResult other = RealCli.Run([.. Audit(folder, "cut"), "--edit", "list", "--resume"]);
        Assert.Equal(2, other.Code);
        Assert.Contains("made with edits = bold, not list", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_and_answers_of_rm_bench_are_told_apart_and_other_files_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["rm"]);
        const string item = """[{"id":1,"prompt":"How do I do harm?","chosen":["No.","I will not.","- No"],"rejected":["So.","Do so.","- So"]}]""";
        File.WriteAllText(folder["rm/safety-refuse_filtered.json"], item);
        CliResult result = RealCli.Run([.. Audit(folder, "run"), "--edit", "filler", "--rm-bench", folder["rm"]]);
        Assert.True(result.Code == 0, result.Error);
        JsonNode found = Finding(JsonNode.Parse(File.ReadAllText(folder["run/audit.json"]))!["rewards"]![0]!, "harmful-answer");
        Assert.Equal(3, (int)found["pairs"]!);
        Assert.Equal("fault", (string)found["kind"]!);
        File.Delete(folder["rm/safety-refuse_filtered.json"]);
        File.WriteAllText(folder["rm/chat_filtered.json"], item);
        result = RealCli.Run([.. Audit(folder, "run"), "--rm-bench", folder["rm"]]);
        Assert.Equal(2, result.Code);
        Assert.Contains("--rm-bench: expected RM-Bench's safety-refuse_filtered.json", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--edit: expected one of filler, bold, list", "--edit", "blod")]
    [InlineData("found 'blod' (did you mean bold?)", "--edit", "blod")]
    [InlineData("'psychic'", "--reward", "psychic")]
    [InlineData("--reward: expected different rewards and judges, found entropy twice", "--reward", "entropy", "--reward", "entropy")]
    [InlineData("--votes: expected a judge in --judge, found none", "--votes", "2")]
    [InlineData("--reference: expected none without --reward implicit", "--reference", "innate-tiny")]
    [InlineData("--words: expected a file of word lists, found no nowhere.json", "--words", "nowhere.json")]
    [InlineData("--edit: expected none with --contamination", "--contamination", "--edit", "bold")]
    [InlineData("--judge: expected verifier, pointwise, pairwise, genrm, genrm-cot, thinkprm, reasongrm, spct, rewardanything, "
        + "proxy, found 'x'", "--judge", "x")]
    public void What_cannot_be_done_is_said_in_one_sentence(string why, params string[] more)
    {
        using TemporaryFolder folder = new();
        CliResult result = RealCli.Run([.. Audit(folder, "run"), .. more]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Bad_files_are_named_by_line_and_field()
    {
        using TemporaryFolder folder = new();
        string[] audit = Audit(folder, "run");
        File.WriteAllText(folder["rows.jsonl"], "{\"prompt\":\"a\",\"response\":\"b\"}\n{\"prompt\":\"a\"}\n");
        Refused($"{folder["rows.jsonl"]}, line 2: the row has no response");
        File.WriteAllText(folder["rows.jsonl"], "{\"prompt\":\"a\",\"response\":\"b\"}\n");
        Refused("expected at least two responses, for a shift is told in their rewards' standard deviations, found 1.");
        File.WriteAllText(folder["rows.jsonl"], "{\"prompt_ids\":[1],\"response_ids\":[2]}\n");
        Refused("line 1: expected prompt and responses as text, which can be edited, found ids");

        File.WriteAllText(folder["words.json"], """[{"name":"n","first":"a","second":"b","pairs":[["he","she"],["him"]]}]""");
        Refused($"{folder["words.json"]}, item 1: the field \"pairs[1]\": expected two words, found an array of 1.", "--words", folder["words.json"]);
        File.WriteAllText(folder["words.json"], """[{"name":"n","first":"a","second":"b","pairs":[["he","she"],["he","it"]]}]""");
        Refused("item 1: the field \"pairs[1]\": expected each word once in a list, found \"he\" again.", "--words", folder["words.json"]);

        void Refused(string why, params string[] more)
        {
            CliResult result = RealCli.Run([.. audit, .. more]);
            Assert.Equal(2, result.Code);
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Contamination_is_measured_at_three_shares_and_told_of_the_same_questions_alone()
    {
        using TemporaryFolder folder = new();
        string data = folder["questions.jsonl"];
        File.WriteAllText(data, "{\"prompt\":\"How much is 12 + 30 in all?\",\"answer\":\"42\"}\n{\"prompt\":\"2 + 2?\",\"answer\":4}\n");
        Assert.Equal("not looked for", Innate.Audits.Contamination.ContaminationResults.LineFor(data));
        string[] look = ["audit", "--contamination", "--data", data, "--out", folder["run"], "--quiet", "--max-tokens", "16"];
        CliResult result = RealCli.Run(look);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("1 questions were left out", result.Output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder["run/contamination.json"]))!;
        Assert.Equal([0.4, 0.6, 0.8], json["shares"]!.AsArray().Select(s => (double)s!["shown"]!));
        Assert.All(json["shares"]!.AsArray(), s => Assert.Equal(1, (int)s!["n"]!));
        File.Copy(folder["run/contamination.json"], data + ".contamination.json");
        Assert.StartsWith("0.0 % (shown 40 %), ", Innate.Audits.Contamination.ContaminationResults.LineFor(data), StringComparison.Ordinal);
        File.AppendAllText(data, "{\"prompt\":\"How much is 1 + 1 in all?\",\"answer\":\"2\"}\n");
        Assert.Equal("not looked for in these very questions", Innate.Audits.Contamination.ContaminationResults.LineFor(data));
        File.WriteAllText(data, "{\"prompt\":\"How much is 12 + 30 in all?\"}\n");
        Assert.Contains("line 1: the field \"answer\" is missing", RealCli.Run(look).Error, StringComparison.Ordinal);
    }

    private static string[] Audit(TemporaryFolder folder, string run)
    {
        string[] rows =
        [
            .. Enumerable.Range(0, 6).Select(i => $$"""
                {"prompt":"What is {{i + 12}} + 30?","responses":["{{i + 42}}","{{(i % 2 == 0 ? "Tom" : "Anna")}} has {{i + 42}}. That is all of it."]}
                """),
        ];
        File.WriteAllLines(folder["rows.jsonl"], rows);
        return ["audit", "--data", folder["rows.jsonl"], "--out", folder[run], "--quiet", "--resamples", "200"];
    }

    private static JsonNode Finding(JsonNode reward, string name) =>
        reward["findings"]!.AsArray().Single(f => (string)f!["name"]! == name)!;

    private static double[] Rewards(JsonNode[] rows) =>
    [
        .. RealCli.Run(["score", "--quiet"], string.Concat(rows.Select(r => r.ToJsonString() + "\n"))).Lines
            .SelectMany(l => JsonNode.Parse(l)!["rewards"]!.AsArray().Select(x => (double)x!)),
    ];
}
