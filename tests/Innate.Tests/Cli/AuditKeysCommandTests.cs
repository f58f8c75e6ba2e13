using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Cli;

/// <summary><c>innate audit keys</c>: what empty responses earn.</summary>
public class AuditKeysCommandTests
{
    private const string Pair = """{"prompt":"a","chosen":"b","rejected":"c"}""";

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void A_reward_model_that_met_empty_keys_pays_less_for_them_than_one_that_did_not()
    {
        using TrainFolder folder = new();
        string[] options =
            ["--steps", "60", "--batch-size", "8", "--learning-rate", "3e-3", "--quiet", "--sample-every", "1000"];
        string[] train = ["reward", "--data", folder["pairs.jsonl"]];
        Assert.Equal(0, folder.Train(train, "plain", options).Code);
        Assert.Equal(0, folder.Train(train, "warned", [.. options, "--empty-keys", "0.6"]).Code);
        CliResult result = TrainFolder.Run(
        [
            "audit", "keys", "--data", folder["pairs.jsonl"], "--reward-model", folder["plain/final"], "--reward-model",
            folder["warned/final"], "--out", folder["keys"], "--json",
        ]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonNode json = JsonNode.Parse(result.Output)!;
        Assert.Equal(32, (int)json["prompts"]!);
        JsonNode plain = json["scorers"]![0]!, warned = json["scorers"]![1]!;
        Assert.Equal("classifier", (string)plain["name"]!);
        Assert.Equal(0, (double)plain["threshold"]!);

        // Both learned the pairs; the plain one never met a blank, and pays for it.
        Assert.True(Share(plain, "a right response", "over_wrong") > 0.9);
        Assert.True(Share(warned, "a right response", "over_wrong") > 0.9);
        Assert.True(Share(plain, "any of them", "over_wrong") > 0.9);
        Assert.Equal(0, Share(warned, "any of them", "over_right"));
        JsonNode interval = Of(warned, "any of them", "over_right")["interval"]!;
        Assert.InRange((double)interval[1]!, 0.05, 0.2);
        Assert.Equal(64, File.ReadAllLines(folder["keys/keys.jsonl"]).Length);
        Assert.Contains("the prompt", File.ReadAllText(folder["keys/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Judges_with_a_threshold_call_others_prefer_and_flags_say_what_is_right()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["rows.jsonl"],
        [
            """{"prompt":"What is 217 + 58?","responses":["275","276","265"],"correct":[1,0,0]}""",
            """{"prompt":"What is 31 + 4?","responses":["34","35"],"labels":[false,true]}""",
            """{"prompt":"What is 7 + 4?","responses":["11","11"],"labels":[true,true]}""",
        ]);
        CliResult result = RealCli.Run(
        [
            "audit", "keys", "--data", folder["rows.jsonl"], "--reward", "endogenous", "--judge", "verifier", "--judge",
            "pairwise", "--out", folder["keys"],
        ]);
        Assert.Equal(0, result.Code);
        Assert.Contains("1 rows are left out, for they have no right or", result.Error, StringComparison.Ordinal);
        Assert.Contains("no natural threshold", result.Output, StringComparison.Ordinal);
        Assert.Contains("called right: above 0.5", result.Output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder["keys/keys.json"]))!;
        Assert.Equal((2, 1), ((int)json["prompts"]!, (int)json["left_out"]!));
        JsonNode[] scorers = [.. json["scorers"]!.AsArray().Select(s => s!)];
        Assert.Equal(["endogenous", "judge-verifier", "judge-pairwise"], scorers.Select(s => (string)s["name"]!));
        Assert.Equal([null, 0.5, null], scorers.Select(s => (double?)s["threshold"]));
        Assert.Equal(1, Share(scorers[0], "a right response", "over_wrong"));
        Assert.Equal(9, scorers[2]["keys"]!.AsArray().Count);
        Assert.All(scorers, s => Assert.Equal(2, (int)Of(s, "\" \"", "over_right")["prompts"]!));

        // The scores of a line are those that `score` tells.
        JsonNode line = JsonNode.Parse(File.ReadAllLines(folder["keys/keys.jsonl"])[0])!;
        CliResult score = RealCli.Run(
            ["score", "--quiet"], """{"prompt":"What is 217 + 58?","responses":[" ","275"]}""");
        Assert.Equal(
            JsonNode.Parse(score.Output)!["rewards"]!.AsArray().Select(r => (double)r!),
            [(double)line["keys"]![0]!["score"]!, (double)line["right"]![0]!]);
    }

    [Fact]
    public void A_process_reward_model_reads_no_step_in_a_blank_and_that_is_told()
    {
        using TrainFolder folder = new();
        File.WriteAllLines(folder["steps.jsonl"], Enumerable.Range(0, 8).Select(i =>
            $$"""{"prompt":"What is {{i}}+1?","completions":["It is {{i + 1}}.","No."],"labels":[true,false]}"""));
        Assert.Equal(0, folder.Train(
            ["reward", "--data", folder["steps.jsonl"]], "run", ["--head", "process", "--steps", "3", "--quiet"]).Code);
        CliResult result = TrainFolder.Run(
        [
            "audit", "keys", "--data", folder["pairs.jsonl"], "--model", folder["run/final"], "--limit", "4", "--out",
            folder["keys"], "--quiet",
        ]);
        Assert.Equal(0, result.Code);
        JsonNode scorer = JsonNode.Parse(File.ReadAllText(folder["keys/keys.json"]))!["scorers"]![0]!;
        Assert.Equal(("process", 4), ((string)scorer["name"]!, (int)scorer["unscored"]!));
        Assert.Null(Of(scorer, "\" \"", "called_right")["share"]);
        Assert.Equal(4, (int)Of(scorer, "\"Solution\"", "called_right")["prompts"]!);
    }

    [Fact]
    public void A_stopped_audit_goes_on_to_the_same_files()
    {
        using TrainFolder folder = new();
        string[] run =
            ["audit", "keys", "--data", folder["pairs.jsonl"], "--model", folder["model"], "--reward", "endogenous", "--judge",
                "verifier", "--quiet", "--limit", "5"];
        Assert.Equal(0, TrainFolder.Run([.. run, "--out", folder["whole"], "--threads", "1"]).Code);
        byte[] lines = File.ReadAllBytes(folder["whole/keys.jsonl"]);
        Directory.CreateDirectory(folder["cut"]);
        File.WriteAllBytes(folder["cut/keys.jsonl.partial"], lines[..(lines.Length / 3)]);
        JsonNode header = JsonNode.Parse(File.ReadAllText(folder["whole/keys.json"]))!["fingerprint"]!;
        File.WriteAllText(folder["cut/keys.jsonl.partial.json"], header.ToJsonString(AsWritten) + "\n");
        CliResult resumed = TrainFolder.Run([.. run, "--out", folder["cut"], "--threads", "2", "--resume"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        foreach (string file in (string[])["keys.jsonl", "keys.json", "report.html"])
        {
            Assert.Equal(File.ReadAllBytes(folder["whole/" + file]), File.ReadAllBytes(folder["cut/" + file]));
        }
    }

    [Theory]
    [InlineData("""{"prompt":"a","response":"b"}""", "line 1: expected \"chosen\" and \"rejected\", or \"responses\" with")]
    [InlineData("""{"prompt":"a","responses":["b","c"]}""", "line 1: expected a flag for each response in one of \"correct\"")]
    [InlineData("""{"prompt":"a","responses":["b","c"],"correct":[1]}""", "\"correct\": expected 2 flags, one a response")]
    [InlineData("""{"prompt":"a","responses":["b","c"],"correct":[1,2]}""", "\"correct[1]\": expected true or false, or 1 or 0")]
    [InlineData("""{"prompt":"a","responses":["b","c"],"correct":[1,1]}""", "expected a row with a right and a wrong response")]
    [InlineData(Pair, "--limit: expected a whole number of at least 1", "--limit", "0")]
    [InlineData(Pair, "--votes: expected a judge in --judge, found none", "--votes", "2")]
    [InlineData(Pair, "--gamma: expected a --reward or a --judge that reads it", "--gamma", "0.9")]
    [InlineData(Pair, "different rewards and judges, found endogenous of innate-tiny twice", "--reward", "endogenous", "--reward",
        "endogenous")]
    public void What_cannot_be_tried_is_said_in_one_sentence(string row, string sentence, params string[] options)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["rows.jsonl"], row + "\n");
        CliResult result = RealCli.Run(["audit", "keys", "--data", folder["rows.jsonl"], "--out", folder["out"], .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out/keys.json"]));
    }

    private static JsonNode Of(JsonNode scorer, string key, string figure) =>
        scorer["keys"]!.AsArray().Single(k => (string)k!["key"]! == key)![figure]!;

    private static double Share(JsonNode scorer, string key, string figure) => (double)Of(scorer, key, figure)["share"]!;
}
