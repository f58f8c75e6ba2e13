namespace Innate.Tests.Cli;

public class NewModelCommandTests
{
    private static readonly string[] Shape =
        ["--hidden", "32", "--layers", "1", "--heads", "2", "--kv-heads", "1", "--mlp", "32"];

    [Fact]
    public void It_prints_the_folder_that_it_made()
    {
        using TemporaryFolder folder = new();
        CliResult result = Cli.Run(["new-model", .. Shape, "--dtype", "bf16", "--tied", "false", "--out", folder["m"]]);
        Assert.Equal(0, result.Code);
        Assert.Equal(folder["m"], result.Lines.Single());
        Assert.Contains("vocabulary 272", result.Error, StringComparison.Ordinal);
        string config = File.ReadAllText(Path.Combine(folder["m"], "config.json"));
        Assert.Contains("\"bfloat16\"", config, StringComparison.Ordinal);
        Assert.Contains("\"tie_word_embeddings\": false", config, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run(["tokenize", "--model", folder["m"]], "{\"text\":\"a\"}").Code);
    }

    [Fact]
    public void Experts_are_as_many_as_was_asked()
    {
        using TemporaryFolder folder = new();
        string[] options = ["--family", "mixtral", "--experts", "3", "--experts-per-token", "1"];
        Assert.Equal(0, Cli.Run(["new-model", .. Shape, .. options, "--out", folder["m"]]).Code);
        string config = File.ReadAllText(Path.Combine(folder["m"], "config.json"));
        Assert.Contains("\"num_local_experts\": 3", config, StringComparison.Ordinal);
        Assert.Contains("\"num_experts_per_tok\": 1", config, StringComparison.Ordinal);
        Assert.Contains("1 of 3 a token, width 32", RealCli.Run(["inspect", "--model", folder["m"]]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_is_learned_from_rows()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["rows.jsonl"], "{\"prompt\":\"hello hello\",\"completion\":\"hello\"}\n");
        string[] data = ["--tokenizer-data", folder["rows.jsonl"]];
        CliResult result = Cli.Run(["new-model", .. Shape, .. data, "--vocabulary", "300", "--out", folder["m"]]);
        Assert.Equal(0, result.Code);
        Assert.Equal("""{"ids":[259]}""", Cli.Run(["tokenize", "--model", folder["m"]], "{\"text\":\"hello\"}").Lines.Single());
        CliResult without = Cli.Run(["new-model", .. Shape, .. data, "--out", folder["n"]]);
        Assert.Equal(2, without.Code);
        Assert.Contains("--vocabulary", without.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dtype", "f16")]
    [InlineData("--heads", "five")]
    [InlineData("--layers", "0")]
    [InlineData("--vocabulary", "258")]
    [InlineData("--tokenizer-data", "nowhere.jsonl", "--vocabulary", "300")]
    [InlineData("--experts", "4")]
    [InlineData("--experts-per-token", "9", "--family", "mixtral")]
    [InlineData("--experts", "1", "--family", "qwen3_moe")]
    [InlineData("--experts", "-1", "--family", "gpt_oss")]
    public void Bad_options_are_bad_input(params string[] options)
    {
        using TemporaryFolder folder = new();
        string[] shape = [.. Shape.Chunk(2).Where(pair => pair[0] != options[0]).SelectMany(pair => pair)];
        CliResult result = Cli.Run(["new-model", .. shape, .. options, "--out", folder["m"]]);
        Assert.Equal(2, result.Code);
        Assert.Contains(options[0] == "--tokenizer-data" ? "nowhere.jsonl" : options[0], result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
