using System.Text.Json;
using Innate.Models;
using Innate.Rewards.Discounts;
using Innate.Tests.Cli;
using Innate.Tests.Support;

namespace Innate.Tests.Rewards;

/// <summary>A discount is recommended where it was measured, and used where its gain is certain.</summary>
public class RecommendedDiscountTests
{
    private static readonly RecommendedDiscount Certain = new(ModelFamily.Llama, 100, "M", "D", 0.95, 0.05, 0.01, 0.09);

    [Fact]
    public void It_is_used_only_where_its_gain_over_a_length_rule_is_certain()
    {
        Assert.Equal(0.95, Certain.Gamma);
        Assert.Equal("gamma 0.95, which won +5.0 [+1.0, +9.0] points over a length rule with M on D", $"{Certain}");
        RecommendedDiscount doubtful = Certain with { Low = -0.01 };
        Assert.Equal(1, doubtful.Gamma);
        Assert.Equal(
            "gamma 1, for no discount is certain to win over a length rule with M on D (0.95: +5.0 [-1.0, +9.0] points)",
            $"{doubtful}");
    }

    [Fact]
    public void A_model_finds_the_row_of_its_family_and_size()
    {
        foreach (RecommendedDiscount row in RecommendedDiscount.All)
        {
            Assert.Equal(row, RecommendedDiscount.Of(row.Family, row.Parameters));
            Assert.Equal(row, RecommendedDiscount.Of(row.Family, row.Parameters * 4 / 3));
            Assert.Null(RecommendedDiscount.Of(row.Family, row.Parameters * 100));
            Assert.Null(RecommendedDiscount.Of(ModelFamily.GptOss, row.Parameters));
        }
    }

    [Fact]
    public void A_models_parameters_are_those_of_its_weights()
    {
        foreach (string name in ToyModel.Names)
        {
            using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
            Assert.Equal(
                model.Decoder.Parameters.Sum(p => (long)p.Rows * p.Columns), RecommendedDiscount.ParametersOf(model.Config));
        }
    }

    [Fact]
    public void The_table_says_what_the_experiment_found()
    {
        string folder = Path.Combine(Places.Repository, "experiments", "real-models", "results");
        Assert.NotEmpty(RecommendedDiscount.All);
        foreach (RecommendedDiscount row in RecommendedDiscount.All)
        {
            using JsonDocument found = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"{row.Model}.gamma.json")));
            JsonElement reward = found.RootElement.GetProperty("rewards").GetProperty("endogenous");
            Assert.Equal(row.Chosen, reward.GetProperty("chosen").GetDouble());
            double[] gain = [.. reward.GetProperty("gain").EnumerateArray().Select(x => x.GetDouble())];
            Assert.All(gain.Zip([row.Gain, row.Low, row.High]), p => Assert.Equal(p.First, p.Second, 4));
        }
    }

    [Fact]
    public void The_command_says_which_discount_it_is_and_uses_it()
    {
        const string row = """{"prompt":"What is 47 + 85?","chosen":"132","rejected":"122"}""";
        CliResult recommended = RealCli.Run(["score", "--gamma", "recommended"], row + "\n");
        CliResult plain = RealCli.Run(["score", "--gamma", "1"], row + "\n");
        Assert.Equal((0, plain.Output), (recommended.Code, recommended.Output));
        Assert.Contains("recommended: gamma 1, for no Llama of about", recommended.Error, StringComparison.Ordinal);
        Assert.Contains(
            "--gamma: expected a number from 0 to 1, or recommended, found 'best'",
            RealCli.Run(["score", "--gamma", "best"], row).Error, StringComparison.Ordinal);
    }
}
