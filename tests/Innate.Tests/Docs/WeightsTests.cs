using System.Security.Cryptography;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Sessions;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>
/// Every committed result of the model inside names the weights that it is of: new weights without new results fail here.
/// </summary>
public class WeightsTests
{
    private static readonly string Folder = Path.Combine(Places.Repository, "models", EmbeddedModel.Name);

    private static readonly string Sha256 = Convert.ToHexStringLower(
        SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, "model.safetensors"))));

    private static readonly string Fingerprint = ModelFingerprint.Of(Folder, null, null, null, raw: true).Weights;

    [Theory]
    [InlineData("models/innate-tiny/README.md")]
    [InlineData("models/innate-tiny/results.txt")]
    public void The_card_is_of_these_weights(string file) =>
        Assert.Contains(Sha256, File.ReadAllText(Path.Combine(Places.Repository, file)), StringComparison.Ordinal);

    [Fact]
    public void The_page_on_the_reproduction_is_of_these_weights() => Assert.Contains(
        $"fingerprint `{Fingerprint}`", File.ReadAllText(Path.Combine(Places.Repository, "docs", "reproducing.md")),
        StringComparison.Ordinal);

    [Fact]
    public void Every_experiment_s_results_are_of_these_weights()
    {
        string[] results = Directory.GetFiles(
            Path.Combine(Places.Repository, "experiments"), "results.json", SearchOption.AllDirectories);
        Assert.NotEmpty(results);
        foreach (string file in results)
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            Assert.True(json.RootElement.GetProperty("weights").GetString() == Fingerprint, file);
        }
    }

    [Fact]
    public void The_tables_of_the_reproduction_are_its_results()
    {
        string page = File.ReadAllText(Path.Combine(Places.Repository, "docs", "reproducing.md"));
        using JsonDocument json = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(Places.Repository, "experiments", "reproduction", "results.json")));
        foreach (JsonElement scorer in json.RootElement.GetProperty("rewards").GetProperty("scorers").EnumerateArray())
        {
            string[] cells = [.. scorer.GetProperty("metrics").EnumerateObject().Skip(1).Select(m => Percent(m.Value.GetDouble()))];
            Assert.Contains(
                string.Join(" | ", cells), page.Replace("**", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    private static string Percent(double share) =>
        (100 * share).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
