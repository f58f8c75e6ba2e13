using System.Text.Json;
using Innate.Checkpoints;
using Innate.Models;

namespace Innate.Tests.Support;

/// <summary>
/// A tiny random checkpoint beside the repository with what transformers computes from it in float64: three rows' log-probabilities,
/// and the gradient of the second's mean negative one.
/// </summary>
internal sealed partial class FamilyReference
{
    public const string Place = "parity/families";

    private readonly JsonElement _expected;

    public FamilyReference(string name)
    {
        Folder = Path.Combine(Places.Shared, Place, name);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));
        _expected = json.RootElement.Clone();
    }

    public static IReadOnlyList<string> Names { get; } = ["smollm3", "granite", "mixtral", "qwen3_moe", "gpt_oss"];

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

    /// <summary>Gradients under the names of published checkpoints, put together as transformers' modules have them.</summary>
    public static Dictionary<string, float[]> Fused(Dictionary<string, float[]> found)
    {
        var fused = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var parts = new SortedDictionary<(string Name, int Expert, int Part), float[]>();
        foreach ((string name, float[] values) in found)
        {
            string module = name.Replace(".block_sparse_moe.", ".mlp.", StringComparison.Ordinal);
            if (Expert().Match(module) is not { Success: true } match)
            {
                fused.Add(module, values);
                continue;
            }

            (string tensor, int part) = match.Groups[3].Value switch
            {
                "w1" or "gate_proj" => ("gate_up_proj", 0),
                "w3" or "up_proj" => ("gate_up_proj", 1),
                _ => ("down_proj", 0),
            };
            int expert = int.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture);
            parts.Add(($"{match.Groups[1].Value}.{tensor}", expert, part), values);
        }

        foreach (var group in parts.GroupBy(p => p.Key.Name)) fused.Add(group.Key, [.. group.SelectMany(p => p.Value)]);
        return fused;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"^(.*\.experts)\.(\d+)\.(\w+)\.weight$")]
    private static partial System.Text.RegularExpressions.Regex Expert();

    private static double[] Numbers(JsonElement row, string name) =>
        [.. row.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())];
}
