using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>An audit in parts, gathered and resumed, has the files of one; a part that was stopped goes on by itself.</summary>
public sealed class ShardedAuditTests : IDisposable
{
    private static readonly string Pairs = string.Concat(Enumerable.Range(1, 5).Select(i =>
        $$"""{"prompt":"What is {{i}} + 7?","chosen":"{{i + 7}}","rejected":"{{i + 6}}"}""" + "\n"));

    private readonly TemporaryFolder _folder = new();

    public ShardedAuditTests() => File.WriteAllText(_folder["pairs.jsonl"], Pairs);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string[], string, string[]> Audits => new()
    {
        { ["audit", "--edit", "bold", "--edit", "list", "--reward", "endogenous"], "pairs.jsonl", ["audit.json", "report.html"] },
        {
            ["audit", "keys", "--reward", "endogenous", "--judge", "verifier"], "keys.jsonl",
            ["keys.json", "report.html"]
        },
    };

    [Theory]
    [MemberData(nameof(Audits))]
    public void Parts_of_which_one_was_stopped_have_the_files_of_one_run(string[] audit, string lines, string[] tables)
    {
        Assert.Equal(0, Run(audit, "whole").Code);
        for (int part = 1; part <= 2; part++)
        {
            CliResult result = Run(audit, "out", "--shard", $"{part}/2");
            Assert.Equal((0, ""), (result.Code, result.Output));
            Assert.Contains($"part {part}/2: ", result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder[$"out.{part}-of-2/{tables[0]}"]));
        }

        // As a kill leaves a part; then it is run like any other.
        string own = _folder[$"out.2-of-2/{lines}"];
        byte[] made = File.ReadAllBytes(own);
        File.WriteAllBytes(PartialFile.Of(own), made[..^9]);
        File.Copy(Innate.Runs.TaskLines.SettingsOf(own), PartialFile.HeaderOf(own));
        File.Delete(own);
        File.Delete(ShardManifest.NameOf(own));
        Assert.Contains("found none", Gather().Error, StringComparison.Ordinal);
        Assert.Contains("resuming after ", Run(audit, "out", "--shard", "2/2").Error, StringComparison.Ordinal);
        Assert.Equal(made, File.ReadAllBytes(own));
        Assert.Contains($"{own} holds all ", Run(audit, "out", "--shard", "2/2").Error, StringComparison.Ordinal);

        CliResult gathered = Gather();
        Assert.True(gathered.Code == 0, gathered.Error);
        CliResult told = Run(audit, "out", "--resume");
        Assert.True(told.Code == 0, told.Error);
        Assert.Contains($"{_folder[$"out/{lines}"]} holds all ", told.Error, StringComparison.Ordinal);
        foreach (string file in (string[])[lines, .. tables])
        {
            Assert.Equal(File.ReadAllText(_folder["whole/" + file]), File.ReadAllText(_folder["out/" + file]));
        }

        // A part of another audit is no part of this one; and one that is run with other settings says what it replaces.
        CliResult other = Run([.. audit, "--limit", "4"], "out", "--shard", "1/2");
        Assert.Contains(
            "is made anew, for there lies one that was made with limit = none, not 4", other.Error, StringComparison.Ordinal);
        Assert.Contains("found another: the rows is ", Gather().Error, StringComparison.Ordinal);
        CliResult refused = Run([.. audit, "--limit", "3"], "out", "--shard", "1/2", "--resume");
        Assert.Equal(2, refused.Code);
        Assert.Contains("expected lines of the same settings", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Audits))]
    public void A_part_has_no_tables_to_print(string[] audit, string lines, string[] tables)
    {
        CliResult result = Run(audit, "out", "--shard", "1/2", "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("--json: expected none beside --shard, for a part has no tables", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out.1-of-2"]), lines + tables[0]);
    }

    private CliResult Run(string[] audit, string output, params string[] more) =>
        RealCli.Run([.. audit, "--data", _folder["pairs.jsonl"], "--out", _folder[output], .. more]);

    private CliResult Gather() => RealCli.Run(["gather", _folder["out"]]);
}
