namespace Innate.Tests.Cli;

public class ResumeTests
{
    private static readonly string[] Rows =
    [
        """{"n":0,"prompt_ids":[1],"response_ids":[2]}""",
        """not json""",
        """{"n":2,"prompt_ids":[1,5],"responses_ids":[[2],[3,4]],"t":"zwölf"}""",
        """{"n":3,"prompt_ids":[9],"response_ids":[2,2]}""",
    ];

    [Fact]
    public void A_run_killed_at_any_byte_resumes_to_the_same_file()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"], "--quiet"];
        Assert.Equal(2, Cli.Run(score).Code);
        byte[] whole = File.ReadAllBytes(folder["out.jsonl"]);
        byte[] header = Header(folder, score);
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            File.Delete(folder["out.jsonl"]);
            File.WriteAllBytes(folder["out.jsonl.partial"], whole[..cut]);
            File.WriteAllBytes(folder["out.jsonl.partial.json"], header);
            CliResult result = Cli.Run([.. score, "--resume"]);
            Assert.Equal(
                "",
                result.Error.Replace("innate: 1 of ", "", StringComparison.Ordinal) is var e
                    && e.Contains("resume", StringComparison.Ordinal)
                    ? e
                    : "");
            Assert.Equal(2, result.Code);
            Assert.Equal(whole, File.ReadAllBytes(folder["out.jsonl"]));
            Assert.False(File.Exists(folder["out.jsonl.partial"]));
            Assert.False(File.Exists(folder["out.jsonl.partial.json"]));
        }
    }

    [Fact]
    public void Other_settings_are_refused_and_named()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"]];
        byte[] header = Header(folder, score);
        File.WriteAllBytes(folder["out.jsonl.partial"], []);
        File.WriteAllBytes(folder["out.jsonl.partial.json"], header);
        CliResult result = Cli.Run([.. score, "--resume", "--gamma", "0.5"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("gamma = 1, not 0.5", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.jsonl"]));
    }

    [Fact]
    public void Rows_or_weights_that_have_changed_meanwhile_are_noticed()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["m"]);
        byte[] weights = [.. Enumerable.Range(0, 9000).Select(i => (byte)i)];
        File.WriteAllBytes(folder["m/model.safetensors"], weights);
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", folder["m"], "--in", folder["in.jsonl"], "--out", folder["out.jsonl"]];
        byte[] header = Header(folder, score);
        void Unfinished()
        {
            File.WriteAllBytes(folder["out.jsonl.partial"], []);
            File.WriteAllBytes(folder["out.jsonl.partial.json"], header);
        }

        Unfinished();
        File.WriteAllBytes(folder["m/model.safetensors"], [.. weights.Select(b => (byte)(b + 1))]);
        Assert.Contains("model = ", Cli.Run([.. score, "--resume"]).Error, StringComparison.Ordinal);
        File.WriteAllBytes(folder["m/model.safetensors"], weights);
        File.WriteAllLines(folder["in.jsonl"], Rows.Reverse());
        Assert.Contains("rows = ", Cli.Run([.. score, "--resume"]).Error, StringComparison.Ordinal);
        File.WriteAllLines(folder["in.jsonl"], Rows);
        Assert.Equal(2, Cli.Run([.. score, "--resume"]).Code);
        Assert.Equal(4, File.ReadAllLines(folder["out.jsonl"]).Length);
    }

    [Fact]
    public void A_second_run_with_the_same_output_is_refused_and_the_first_unharmed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        File.WriteAllText(folder["out.jsonl.partial"], "{}\n");
        using (new FileStream(folder["out.jsonl.partial"], FileMode.Open, FileAccess.Write, FileShare.None))
        {
            CliResult second = Cli.Run(["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"]]);
            Assert.Equal(2, second.Code);
            Assert.Contains("a file that no other run is writing", second.Error, StringComparison.Ordinal);
        }

        Assert.Equal("{}\n", File.ReadAllText(folder["out.jsonl.partial"]));
    }

    [Fact]
    public void A_complete_file_needs_nothing_and_a_shorter_one_is_completed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"]];
        Cli.Run(score);
        byte[] whole = File.ReadAllBytes(folder["out.jsonl"]);
        FakeModel model = new();
        CliResult again = Cli.Run([.. score, "--resume"], model: model);
        Assert.Equal(2, again.Code);
        Assert.Contains("holds all 4 rows", again.Error, StringComparison.Ordinal);
        Assert.Equal([1, 1], model.BatchSizes); // the first and the last row, as proof of the settings
        File.WriteAllBytes(folder["out.jsonl"], whole[..(whole.Length / 2)]);
        Cli.Run([.. score, "--resume"]);
        Assert.Equal(whole, File.ReadAllBytes(folder["out.jsonl"]));
    }

    [Theory]
    [InlineData("\"n\":2", "\"n\":7", "row 3 of ", "is not made of line 3")]
    [InlineData("[3,4]", "[3,5]", "row 3 of ", "is not made of line 3")]
    [InlineData("zwölf", "elf", "row 3 of ", "is not made of line 3")]
    public void A_complete_file_of_other_rows_is_refused(string was, string now, string row, string why)
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"]];
        Cli.Run(score);
        byte[] whole = File.ReadAllBytes(folder["out.jsonl"]);
        File.WriteAllLines(folder["in.jsonl"], Rows.Select(r => r.Replace(was, now, StringComparison.Ordinal)));
        CliResult other = Cli.Run([.. score, "--resume"]);
        Assert.Equal(2, other.Code);
        Assert.Contains(row, other.Error, StringComparison.Ordinal);
        Assert.Contains(why, other.Error, StringComparison.Ordinal);

        // A row more, and an earlier one changed: the file is left as it is, and nothing beside it.
        File.AppendAllText(folder["in.jsonl"], Rows[0] + "\n");
        Assert.Equal(2, Cli.Run([.. score, "--resume"]).Code);
        Assert.Equal(whole, File.ReadAllBytes(folder["out.jsonl"]));
        Assert.False(File.Exists(folder["out.jsonl.partial"]));
    }

    [Theory]
    [InlineData("--gamma", "0.5")]
    [InlineData("--reward", "log-likelihood")]
    [InlineData("--tokens", "")]
    public void A_complete_file_of_another_reward_is_refused(string option, string value)
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"]];
        Cli.Run(score);
        CliResult other = Cli.Run([.. score, "--resume", option, .. value.Length > 0 ? [value] : Array.Empty<string>()]);
        Assert.Equal(2, other.Code);
        Assert.Contains("was made by another model, reward or setting", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_killed_between_the_beginnings_of_its_two_files_begins_again()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["in.jsonl"], Rows);
        string[] score = ["score", "--model", "m", "--in", folder["in.jsonl"], "--out", folder["out.jsonl"], "--resume"];
        File.WriteAllBytes(folder["out.jsonl.partial"], []);
        Assert.Equal(2, Cli.Run(score).Code); // one of the rows is bad
        Assert.Equal(4, File.ReadAllLines(folder["out.jsonl"]).Length);

        // With a row in it, nothing tells how it was made.
        File.Delete(folder["out.jsonl"]);
        File.WriteAllText(folder["out.jsonl.partial"], "{}\n");
        Assert.Contains("no " + folder["out.jsonl.partial.json"], Cli.Run(score).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_cannot_be_resumed()
    {
        CliResult result = Cli.Run(["score", "--model", "m", "--resume"], Rows[0]);
        Assert.Equal(2, result.Code);
        Assert.Contains("--resume: expected a file in --out", result.Error, StringComparison.Ordinal);
    }

    private static byte[] Header(TemporaryFolder folder, string[] score)
    {
        using CancellationTokenSource cancellation = new();
        FakeModel model = new() { OnTrace = cancellation.Cancel };
        Cli.Run(score, model: model, cancellation: cancellation.Token);
        return File.ReadAllBytes(folder["out.jsonl.partial.json"]);
    }
}
