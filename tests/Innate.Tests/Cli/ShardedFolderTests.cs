using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>
/// Audits and evaluations in parts, gathered and resumed, have the files of one run; a part that was stopped goes on by itself.
/// </summary>
public sealed class ShardedFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ShardedFolderTests()
    {
        Write("responses.jsonl", i => $$"""{"prompt":"What is {{i}} + 7?","chosen":"{{i + 7}}","rejected":"{{i + 6}}"}""");
        Write("tempting.jsonl", i => $$"""{"prompt":"What is {{i}} + 7?","wires":["+","{{i}}"]}""");
        Write("cued.jsonl", i =>
            $$"""{"prompt":"{cue}What is {{i}} + 7?","answer":"{{i + 7}}","mentions":["="],"cues":{"1":"1 ","2":"2 "} }""");

        void Write(string name, Func<int, string> row) => File.WriteAllLines(_folder[name], Enumerable.Range(1, 5).Select(row));
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string[], string, string> Commands => new()
    {
        { ["audit", "--edit", "bold", "--edit", "list", "--data", "responses.jsonl"], "pairs.jsonl", "audit.json" },
        {
            ["audit", "keys", "--reward", "endogenous", "--judge", "verifier", "--data", "responses.jsonl"], "keys.jsonl",
            "keys.json"
        },
        {
            ["audit", "traps", "--sample", "2", "--max-tokens", "4", "--data", "tempting.jsonl"], "traps.jsonl",
            "traps.json"
        },
        {
            ["audit", "cues", "--sample", "2", "--max-tokens", "6", "--data", "cued.jsonl"], "cues.jsonl",
            "cues.json"
        },
        {
            ["eval", "arith-bench", "--scorer", "endogenous", "--scorer", "random", "--limit", "5"], "items.jsonl",
            "results.json"
        },
        {
            ["eval", "--policy", "arith", "--limit", "5", "--samples", "2", "--max-tokens", "8"], "items.jsonl", "results.json"
        },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Parts_of_which_one_was_stopped_have_the_files_of_one_run(string[] command, string lines, string tables)
    {
        Assert.Equal(0, Run(command, "whole").Code);
        for (int part = 1; part <= 2; part++)
        {
            CliResult result = Run(command, "out", "--shard", $"{part}/2");
            Assert.Equal((0, ""), (result.Code, result.Output));
            Assert.Contains($"part {part}/2: ", result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder[$"out.{part}-of-2/{tables}"]));
        }

        // As a kill leaves a part; then it is run like any other.
        string own = _folder[$"out.2-of-2/{lines}"];
        byte[] made = File.ReadAllBytes(own);
        File.WriteAllBytes(PartialFile.Of(own), made[..^9]);
        File.Copy(Innate.Runs.TaskLines.SettingsOf(own), PartialFile.HeaderOf(own));
        File.Delete(own);
        File.Delete(ShardManifest.NameOf(own));
        Assert.Contains("expected no part that is being made, found one", Gather().Error, StringComparison.Ordinal);
        Assert.Contains("resuming after ", Run(command, "out", "--shard", "2/2").Error, StringComparison.Ordinal);
        Assert.Equal(made, File.ReadAllBytes(own));
        Assert.Contains($"{own} holds all ", Run(command, "out", "--shard", "2/2").Error, StringComparison.Ordinal);

        // One that somebody changed, or that a kill has caught before its settings: it is made anew, and not believed.
        File.AppendAllText(own, "{}\n");
        Assert.Contains("was changed afterwards", Gather().Error, StringComparison.Ordinal);
        Assert.Contains("changed after it was made", Run(command, "out", "--shard", "2/2").Error, StringComparison.Ordinal);
        Assert.Equal(made, File.ReadAllBytes(own));
        File.Delete(own);
        File.WriteAllText(PartialFile.Of(own), "");
        Assert.Equal(0, Run(command, "out", "--shard", "2/2").Code);
        Assert.Equal(made, File.ReadAllBytes(own));


        // What the lines were made with is in the manifests: the settings' file of a part is believed by nobody.
        File.WriteAllText(Innate.Runs.TaskLines.SettingsOf(_folder[$"out.1-of-2/{lines}"]), "{\"benchmark\":\"another\"}");
        File.WriteAllText(PartialFile.Of(own), "");
        Assert.Contains("expected no part that is being made, found one", Gather().Error, StringComparison.Ordinal);
        File.Delete(PartialFile.Of(own));
        CliResult gathered = Gather();
        Assert.True(gathered.Code == 0, gathered.Error);
        CliResult told = Run(command, "out", "--resume");
        Assert.True(told.Code == 0, told.Error);
        Assert.Contains($"{_folder[$"out/{lines}"]} holds all ", told.Error, StringComparison.Ordinal);
        string[] files = [.. Directory.GetFiles(_folder["whole"]).Select(f => Path.GetFileName(f)!)];
        Assert.Contains(lines, files);
        Assert.Contains(tables, files);
        foreach (string file in files)
        {
            Assert.Equal(File.ReadAllText(_folder["whole/" + file]), File.ReadAllText(_folder["out/" + file]));
        }

        // A part of another audit is no part of this one; and one that is run with other settings says what it replaces.
        CliResult other = Run([.. command, "--seed", "9"], "out", "--shard", "1/2");
        Assert.Contains("is made anew, for there lies a part of another job, where ", other.Error, StringComparison.Ordinal);
        Assert.Contains("found another: ", Gather().Error, StringComparison.Ordinal);
        CliResult refused = Run([.. command, "--seed", "8"], "out", "--shard", "1/2", "--resume");
        Assert.Equal(2, refused.Code);
        Assert.Contains("expected an output of the same settings", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_part_has_no_tables_to_print(string[] command, string lines, string tables)
    {
        CliResult result = Run(command, "out", "--shard", "1/2", "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("--json: expected none beside --shard, for a part has no tables", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out.1-of-2"]), lines + tables);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_part_may_have_nothing_to_do(string[] command, string lines, string tables)
    {
        CliResult result = Run(command, "out", "--shard", "400/400");
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(0, new FileInfo(_folder[$"out.400-of-400/{lines}"]).Length);
        Assert.False(File.Exists(_folder[$"out.400-of-400/{tables}"]));
    }

    [Fact]
    public void Columns_decide_lines_and_resamples_do_not()
    {
        File.WriteAllText(_folder["two.jsonl"], """{"a":"What is 1 + 7?","b":"What is 2 + 7?","wires":["+"]}""" + "\n");
        string[] traps = ["audit", "traps", "--sample", "2", "--max-tokens", "4", "--data", "two.jsonl"];
        Assert.Equal(0, Run([.. traps, "--columns", "prompt=a"], "out").Code);
        CliResult other = Run([.. traps, "--columns", "prompt=b"], "out", "--resume");
        Assert.Contains("found one that was made with columns = prompt=a, not prompt=b", other.Error, StringComparison.Ordinal);
        CliResult again = Run([.. traps, "--columns", "prompt=a"], "out", "--resume", "--resamples", "50");
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("holds all 1 prompts already", again.Error, StringComparison.Ordinal);
        File.WriteAllText(_folder["out/traps.jsonl"], File.ReadLines(_folder["out/traps.jsonl"]).First() + "\n");
        CliResult cut = Run([.. traps, "--columns", "prompt=a"], "out", "--resume");
        Assert.Contains(
            $"found 1 whole lines in {_folder["out/traps.jsonl"]}, where this run writes 2", cut.Error, StringComparison.Ordinal);
        CliResult idle = Run(["audit", "cues", "--data", "cued.jsonl"], "out", "--resume");
        Assert.Contains("--resume: expected none without ", idle.Error, StringComparison.Ordinal);
    }

    private CliResult Run(string[] command, string output, params string[] more)
    {
        string[] own = [.. command.Select(a => a.EndsWith(".jsonl", StringComparison.Ordinal) ? _folder[a] : a)];
        return RealCli.Run([.. own, "--out", _folder[output], .. more]);
    }

    private CliResult Gather() => RealCli.Run(["gather", _folder["out"]]);
}
