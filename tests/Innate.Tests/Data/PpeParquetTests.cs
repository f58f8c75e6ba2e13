using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Tests.Cli;

namespace Innate.Tests.Data;

/// <summary>PPE's files as they are published, in Parquet, through the command.</summary>
public class PpeParquetTests
{
    [Fact]
    public void A_benchmark_in_Parquet_has_the_results_of_the_same_records_in_JSON_lines()
    {
        using Support.TemporaryFolder folder = new();
        PpeRow[] rows =
        [
            Row("17", 47, 85, 132, 122, 131), Row("18", 20, 31, 50, 51, 61), Row("19", 6, 7, 12, 14, 13), Row("20", 12, 30, 42, 41, 40),
        ];
        foreach (string made in (string[])["a", "b"]) Directory.CreateDirectory(folder[made]);
        File.WriteAllBytes(folder["a/math.parquet"], TableFile.Parquet(rows, group: 3));
        File.WriteAllLines(folder["b/math.jsonl"], rows.Select(r => JsonSerializer.Serialize(r)));
        JsonObject table = Evaluate("a/math.parquet"), lines = Evaluate("b/math.jsonl");
        JsonNode metrics = table["scorers"]![0]!["metrics"]!;
        Assert.Equal(1, metrics["oracle"]!.GetValue<double>());
        Assert.Equal(1 / 3.0, metrics["random"]!.GetValue<double>(), 1e-12);
        Assert.True(metrics["accuracy"]!.GetValue<double>() > 0.5);
        Assert.Equal(metrics["accuracy"]!.GetValue<double>(), metrics["math"]!.GetValue<double>());
        Assert.Equal(lines["scorers"]!.ToJsonString(), table["scorers"]!.ToJsonString());
        Assert.Equal(["math/17/m", "math/18/m", "math/19/m", "math/20/m"], File.ReadLines(folder["a/run/items.jsonl"])
            .Select(l => JsonNode.Parse(l)!["id"]!.GetValue<string>()));

        JsonObject Evaluate(string data)
        {
            string run = folder[data[..2] + "run"];
            CliResult result = RealCli.Run(
                ["eval", "ppe-correctness", "--data", folder[data], "--scorer", "endogenous", "--threads", "1", "--out", run, "--quiet"]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            return JsonNode.Parse(File.ReadAllText(Path.Combine(run, "results.json")))!.AsObject();
        }
    }

    private static PpeRow Row(string id, int a, int b, params int[] answers) => new()
    {
        question_id = id,
        model_name = "m",
        prompt = $"What is {a} + {b}?",
        response_1 = $"{answers[0]}",
        response_2 = $"{answers[1]}",
        response_3 = $"{answers[2]}",
        scores = [.. answers.Select(x => x == a + b)],
    };

#pragma warning disable IDE1006 // the columns' names
    internal sealed class PpeRow
    {
        public string? question_id { get; set; }

        public string? model_name { get; set; }

        public string? prompt { get; set; }

        public string? response_1 { get; set; }

        public string? response_2 { get; set; }

        public string? response_3 { get; set; }

        public List<bool>? scores { get; set; }
    }
#pragma warning restore IDE1006
}
