using System.Text.Json.Nodes;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>A job in parts: whatever happens to them, what is gathered is what one run writes, or nothing.</summary>
public sealed class ShardCommandTests : IDisposable
{
    private const int Parts = 7;

    private static readonly string Rows = string.Concat(Enumerable.Range(0, 40).Select(i => i == 13
        ? """{"prompt":7}""" + "\n"
        : $$"""{"prompt":"What is {{i}} + 5?","responses":["{{i + 5}}","{{i + 4}}"],"id":{{i % 3}}}""" + "\n"));

    private readonly Support.TemporaryFolder _folder = new();

    public ShardCommandTests() => File.WriteAllText(_folder["rows.jsonl"], Rows);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Seven_parts_of_which_two_are_killed_and_resumed_are_the_bytes_of_one_run()
    {
        Assert.Equal(2, Run("score", "whole.jsonl").Code);
        byte[] whole = File.ReadAllBytes(_folder["whole.jsonl"]);
        ScoreParts();
        foreach (int killed in (int[])[2, 5])
        {
            Cut(_folder[$"out.{killed}-of-7.jsonl"]);
            Assert.Equal(2, Gather().Code);
            CliResult resumed = Run("score", "out.jsonl", "--shard", $"{killed}/7", "--resume");
            Assert.Contains("resuming after", resumed.Error, StringComparison.Ordinal);
        }

        Schemas.Require("shard", System.Text.Json.JsonDocument.Parse(
            File.ReadAllText(ShardManifest.NameOf(_folder["out.2-of-7.jsonl"]))).RootElement);
        CliResult gathered = Gather();
        Assert.Equal((0, ""), (gathered.Code, gathered.Output));
        Assert.Contains("40 rows of 7 parts, each there once: 40 lines in", gathered.Error, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(_folder["out.jsonl"]));
    }

    [Theory]
    [InlineData("label", "--pairs", "all")]
    [InlineData("label", "--sample", "3", "--seed", "4")]
    [InlineData("judge", "--kind", "verifier")]
    [InlineData("generate", "--n", "2", "--max-tokens", "6", "--seed", "3")]
    public void Other_commands_have_parts_too(string command, params string[] more)
    {
        Run(command, "whole.jsonl", more);
        for (int part = 1; part <= 3; part++) Run(command, "out.jsonl", [.. more, "--shard", $"{part}/3"]);
        CliResult gathered = Gather();
        Assert.True(gathered.Code == 0, gathered.Error);
        Assert.Equal(File.ReadAllText(_folder["whole.jsonl"]), File.ReadAllText(_folder["out.jsonl"]));
    }

    [Fact]
    public void An_evaluation_in_parts_has_the_tables_of_one()
    {
        string[] eval = ["eval", "arith-bench", "--limit", "9", "--resamples", "20", "--quiet", "--scorer", "endogenous",
            "--scorer", "random", "--out"];
        Assert.Equal(0, RealCli.Run([.. eval, _folder["whole"]]).Code);
        for (int part = 1; part <= 2; part++)
        {
            Assert.Equal(0, RealCli.Run([.. eval, _folder["run"], "--shard", $"{part}/2"]).Code);
            Assert.False(File.Exists(_folder[$"run.{part}-of-2/results.json"]));
        }

        CliResult gathered = RealCli.Run(["gather", _folder["run"]]);
        Assert.True(gathered.Code == 0, gathered.Error);
        Assert.Equal(0, RealCli.Run([.. eval, _folder["run"], "--resume"]).Code);
        foreach (string file in (string[])["items.jsonl", "results.json", "report.html", "settings.json"])
        {
            Assert.Equal(File.ReadAllText(_folder["whole/" + file]), File.ReadAllText(_folder["run/" + file]));
        }
    }

    [Fact]
    public void A_hole_a_double_a_foreign_and_a_changed_part_are_refused_by_name()
    {
        ScoreParts();
        string third = _folder["out.3-of-7.jsonl"], manifest = ShardManifest.NameOf(third);
        (byte[] bytes, byte[] told) = (File.ReadAllBytes(third), File.ReadAllBytes(manifest));

        File.Delete(third);
        Refused("expected parts 1 to 7 of out.jsonl, found none of 3");
        File.WriteAllBytes(third + ".partial", bytes[..10]);
        Refused("found none of 3 (unfinished: out.3-of-7.jsonl.partial; run them again)");
        File.Delete(third + ".partial");

        File.Copy(_folder["out.4-of-7.jsonl"], third);
        File.Copy(ShardManifest.NameOf(_folder["out.4-of-7.jsonl"]), manifest, overwrite: true);
        Refused("out.3-of-7.jsonl: expected part 3 of 7, found part 4 of 7");

        Run("score", "out.jsonl", "--shard", "3/7", "--gamma", "0.9");
        Refused("expected a part of the same job as out.1-of-7.jsonl, found another: gamma is '0.9', there '1'");

        File.WriteAllText(_folder["rows.jsonl"], Rows.Replace("What is 9 + 5?", "What is 9 + 6?", StringComparison.Ordinal));
        Run("score", "out.jsonl", "--shard", "3/7");
        Refused("found another: the rows is 40 rows");

        File.WriteAllBytes(third, bytes[..^3]);
        File.WriteAllBytes(manifest, told);
        Refused("it was changed afterwards");
        File.WriteAllBytes(third, bytes);
        File.Delete(manifest);
        Refused("expected out.3-of-7.jsonl.shard.json, which tells what part it is, found none");

        // One who writes the manifests himself: the rows of a part are another's.
        JsonObject forged = JsonNode.Parse(told)!.AsObject();
        forged["row_hashes"]![0] = forged["row_hashes"]![1]!.DeepClone();
        File.WriteAllText(manifest, forged.ToJsonString());
        Refused("expected the rows of the parts to be the input's, found others");
        forged["row_hashes"]!.AsArray().RemoveAt(0);
        File.WriteAllText(manifest, forged.ToJsonString());
        Refused("expected a line for row");
        forged["rows"] = "many";
        File.WriteAllText(manifest, forged.ToJsonString());
        Refused("\"rows\": expected a whole number of at least 0, found 'many'");

        File.WriteAllBytes(manifest, told);
        Run("score", "out.jsonl", "--shard", "1/2");
        Refused("expected the parts of one division, found parts of 2 and of 7");
        File.Delete(_folder["out.1-of-2.jsonl"]);
        Assert.Equal(0, Gather().Code);
    }

    [Theory]
    [InlineData("8/7", "expected I/N with I from 1 to N")]
    [InlineData("0/7", "expected I/N with I from 1 to N")]
    [InlineData("x", "expected I/N such as 3/7, auto or auto/N, found 'x'")]
    [InlineData("auto/x", "expected I/N such as 3/7, auto or auto/N")]
    public void What_is_no_part_is_said_before_any_work(string shard, string said)
    {
        CliResult result = Run("score", "out.jsonl", "--shard", shard);
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Contains("expected a file beside --shard", RealCli.Run(["score", "--shard", "1/2"], Rows).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Gathering_never_takes_the_input_s_place_and_passes_over_names_that_are_no_parts()
    {
        CliResult same = RealCli.Run(["score", "--in", _folder["rows.jsonl"], "--out", _folder["rows.jsonl"], "--shard", "1/2"]);
        Assert.Equal(2, same.Code);
        Assert.Contains("expected another file than --in", same.Error, StringComparison.Ordinal);
        Assert.Contains("expected a file beside --shard, found the folder", RealCli.Run(
            ["score", "--in", _folder["rows.jsonl"], "--out", _folder.Path, "--shard", "1/2"]).Error, StringComparison.Ordinal);
        ScoreParts();
        foreach (string stray in (string[])["1-of-0", "9-of-7", "1-of-300000000", "1-of-99999999999"])
        {
            File.WriteAllText(_folder[$"out.{stray}.jsonl"], "");
        }

        Assert.Equal(0, Gather().Code);
        Assert.Contains("expected a file or folder, found nothing", RealCli.Run(["gather", "/"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_pipe_says_that_it_is_made_again()
    {
        string[] run = ["score", "--out", _folder["out.jsonl"], "--shard", "1/7"];
        Assert.DoesNotContain("made anew", RealCli.Run(run, Rows).Error, StringComparison.Ordinal);
        Assert.Contains("a pipe's are gone", RealCli.Run(run, Rows).Error, StringComparison.Ordinal);
        CliResult refused = RealCli.Run([.. run, "--resume"], Rows);
        Assert.Contains("a pipe, from which it cannot be told whether", refused.Error, StringComparison.Ordinal);
    }

    private void ScoreParts()
    {
        for (int part = 1; part <= Parts; part++) Run("score", "out.jsonl", "--shard", $"{part}/{Parts}");
    }

    // A part as a kill leaves it: its settings beside some whole lines and a torn one.
    private void Cut(string part)
    {
        byte[] bytes = File.ReadAllBytes(part), header = Header(part);
        File.Delete(part);
        File.Delete(ShardManifest.NameOf(part));
        File.WriteAllBytes(PartialFile.Of(part), bytes[..(bytes.Length / 2)]);
        File.WriteAllBytes(PartialFile.HeaderOf(part), header);
    }

    // The header that the run's own settings make, of the manifest's.
    private byte[] Header(string part)
    {
        ShardManifest made = ShardManifest.Read(part);
        RowLocation rows = RowLocation.File(_folder["rows.jsonl"]);
        return new RunHeader(() =>
        [
            new("input", rows.Name), new("rows", RowInput.DigestOf(rows.Path!)),
            .. made.Settings, new("shard", made.Shard.ToString()),
        ]).ToBytes();
    }

    private CliResult Run(string command, string output, params string[] more) =>
        RealCli.Run([command, "--in", _folder["rows.jsonl"], "--out", _folder[output], .. more]);

    private CliResult Gather() => RealCli.Run(["gather", _folder["out.jsonl"]]);

    private void Refused(string said)
    {
        CliResult result = Gather();
        Assert.Equal(2, result.Code);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }
}
