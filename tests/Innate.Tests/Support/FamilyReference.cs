using System.Text.Json;
using Innate.Checkpoints;
using Innate.Models;

namespace Innate.Tests.Support;

/// <summary>
/// A tiny random checkpoint beside the repository with what transformers computes from it in float64: three rows' log-probabilities,
/// and the gradient of the second's mean negative one.
/// </summary>
internal sealed class FamilyReference
{
    public const string Place = "parity/families";

    private readonly JsonElement _expected;

    public FamilyReference(string name)
    {
        Folder = Path.Combine(Places.Shared, Place, name);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));
        _expected = json.RootElement.Clone();
    }

    public static IReadOnlyList<string> Names { get; } = ["smollm3", "granite"];

    public string Folder { get; }

    public double Loss => _expected.GetProperty("loss").GetProperty("mean_nll").GetDouble();

    /// <summary>Ids; log-probability of each but the first; logsumexp, mean logit at each; the largest logits at the last.</summary>
    public IReadOnlyList<(int[] Ids, double[] LogProbs, double[] LogSumExp, double[] MeanLogit, (int Id, double Logit)[] Top)>
        Rows =>
        [
            .. _expected.GetProperty("rows").EnumerateArray().Select(row => (
                Numbers(row, "ids").Select(x => (int)x).ToArray(), Numbers(row, "logprob"), Numbers(row, "logsumexp"),
                Numbers(row, "mean_logit"),
                row.GetProperty("top").EnumerateArray().Select(t => (t[0].GetInt32(), t[1].GetDouble())).ToArray())),
        ];

    /// <summary>By the names of transformers' modules: experts fused.</summary>
    public Dictionary<string, float[]> Gradients()
    {
        using Checkpoint checkpoint = Checkpoint.OpenFile(Path.Combine(Folder, "expected_gradients.safetensors"));
        return checkpoint.Tensors.Values.ToDictionary(t => t.Name, t => StoredTensors.Float32(checkpoint, t));
    }

    private static double[] Numbers(JsonElement row, string name) =>
        [.. row.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())];
}
