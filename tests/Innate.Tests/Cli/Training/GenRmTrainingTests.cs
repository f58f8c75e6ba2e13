using System.Text.Json.Nodes;
using Innate.Learning.Objectives;
using Innate.Tests.Support;

namespace Innate.Tests.Cli.Training;

/// <summary><c>train sft --objective genrm</c>: a verifier that goes on learning to solve.</summary>
public sealed class GenRmTrainingTests : IDisposable
{
    private static readonly string[] Rows =
    [
        """{"prompt":"Is 2 + 3 = 5? Reply Yes or No.","completion":"Yes","verifies":true}""",
        """{"prompt":"Is 2 + 3 = 6? Reply Yes or No.","completion":"No","verifies":true}""",
        """{"prompt":"What is 47 x 8?","completion":"40 x 8 = 320. 7 x 8 = 56. 320 + 56 = 376. The answer is 376.","verifies":false}""",
        """{"prompt":"What is 2 + 3?","completion":"5.","verifies":false}""",
        """{"prompt":"What is 4 + 3?","completion":"7.","verifies":false}""",
    ];

    private readonly Support.TemporaryFolder _folder = new();

    // What the first step tells is what `score` says of the rows: each counts as one, however long it is.
    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    [InlineData(1)]
    public void Its_loss_is_the_mean_over_verifications_and_a_weighted_one_over_solutions(int micro)
    {
        double[] losses = [.. Rows.Select(row => -(double)JsonNode.Parse(
            RealCli.Run(["score", "--reward", "log-likelihood", "--in", "-"], row).Output)!["reward"]!)];
        double expected = GenRmObjective.Compute(losses.AsSpan(0, 2), losses.AsSpan(2), 0.5).Loss;
        Assert.Equal(expected, FirstLoss("--objective", "genrm", "--solution-weight", "0.5", "--micro-batch-size", $"{micro}"), 1e-4);
        Assert.Equal(
            losses.Take(2).Average(), FirstLoss("--objective", "genrm", "--solution-weight", "0", "--micro-batch-size", $"{micro}"), 1e-4);
    }

    [Fact]
    public void A_row_that_does_not_say_what_it_is_and_a_weight_of_nothing_are_refused()
    {
        File.WriteAllText(_folder["rows.jsonl"], """{"prompt":"p","completion":"c"}""");
        CliResult row = Train("--objective", "genrm");
        Assert.Equal(2, row.Code);
        Assert.Contains("rows.jsonl, line 1: \"verifies\": expected true for a verification", row.Error, StringComparison.Ordinal);
        CliResult weight = Train("--solution-weight", "1");
        Assert.Equal(2, weight.Code);
        Assert.Contains("--solution-weight: expected none but with --objective genrm", weight.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private double FirstLoss(params string[] options)
    {
        File.WriteAllLines(_folder["rows.jsonl"], Rows);
        CliResult result = Train(options);
        Assert.True(result.Code == 0, result.Error);
        return (double)JsonNode.Parse(File.ReadLines(_folder["run/metrics.jsonl"]).First(l => l.Contains("\"step\":1,", StringComparison.Ordinal)))!["loss"]!;
    }

    private CliResult Train(params string[] options)
    {
        if (Directory.Exists(_folder["run"])) Directory.Delete(_folder["run"], recursive: true);
        return RealCli.Run(
        [
            "train", "sft", "--data", _folder["rows.jsonl"], "--out", _folder["run"], "--steps", "1", "--batch-size", "5", "--quiet",
            .. options,
        ]);
    }
}
