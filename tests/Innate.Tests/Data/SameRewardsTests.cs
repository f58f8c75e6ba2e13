using System.Text.Encodings.Web;
using Innate.Tests.Cli;

namespace Innate.Tests.Data;

/// <summary>The same rows from any format have the same rewards, to the bit, through the real command.</summary>
public class SameRewardsTests
{
    private static readonly (string Prompt, string Chosen, string Rejected)[] Pairs =
        [("What is 47 + 85?", "132", "122"), ("a \"b\",\nc", "ä\r\nx", "[1, 2]")];

    [Fact]
    public void Rows_of_every_format_have_the_same_rewards()
    {
        using Support.TemporaryFolder folder = new();
        string Json(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
        string Cell(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        string Table(char d) => string.Concat(
            Pairs.Select(p => string.Join(d, Cell(p.Prompt), Cell(p.Chosen), Cell(p.Rejected)) + "\n")
                .Prepend(string.Join(d, "question", "chosen", "rejected") + "\n"));
        File.WriteAllLines(
            folder["x.jsonl"],
            Pairs.Select(p => $"{{\"question\":{Json(p.Prompt)},\"chosen\":{Json(p.Chosen)},\"rejected\":{Json(p.Rejected)}}}"));
        File.WriteAllText(folder["x.csv"], Table(','));
        File.WriteAllText(folder["x.tsv"], Table('\t'));
        File.WriteAllBytes(folder["x.parquet"], TableFile.Parquet(
            Pairs.Select(p => new PairRow { question = p.Prompt, chosen = p.Chosen, rejected = p.Rejected })));
        Directory.CreateDirectory(folder["set/data"]);
        File.Copy(folder["x.parquet"], folder["set/data/test-00000-of-00001.parquet"]);

        string expected = Score(folder["x.jsonl"]);
        Assert.Equal(2, expected.Split("reward_chosen").Length - 1);
        foreach (string name in (string[])["x.csv", "x.tsv", "x.parquet", "set#test"]) Assert.Equal(expected, Score(folder[name]));
        Assert.Equal(expected, RealCli.Run(["score", "--quiet", "--columns", "prompt=question"], Table(',')).Output);

        string Score(string path) => RealCli.Run(["score", "--quiet", "--in", path, "--columns", "prompt=question"]).Output;
    }

#pragma warning disable IDE1006 // the columns' names
    internal sealed class PairRow
    {
        public string? question { get; set; }

        public string? chosen { get; set; }

        public string? rejected { get; set; }
    }
#pragma warning restore IDE1006
}
