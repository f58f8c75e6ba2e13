using System.Text.Json;
using Innate.Checkpoints;
using System.Runtime.InteropServices;

namespace Innate.Tests.Support;

/// <summary>
/// A tiny random checkpoint with what an independent float64 reference computed from it: logits at every position, and traces
/// of the tokens after a prompt.
/// </summary>
internal sealed class ParityModel
{
    public ParityModel(string name)
    {
        Folder = Path.Combine(Places.Fixtures, "models", name);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));
        Expected = json.RootElement.Clone();
        PromptLength = Expected.GetProperty("prompt_length").GetInt32();

        Dictionary<string, float[]> expected = Tensors("expected.safetensors");
        Ids = [.. expected["ids"].Select(x => (int)x)];
        Logits = expected["logits"];
    }

    public static IEnumerable<string> Names =>
        Directory.GetDirectories(Path.Combine(Places.Fixtures, "models"))
            .Select(d => Path.GetFileName(d)!)
            .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Decoders => Names.Where(n => n != "qwen3-reward");

    public string Folder { get; }

    public JsonElement Expected { get; }

    public int PromptLength { get; }

    /// <summary>The whole sequence; the prompt is its first <see cref="PromptLength"/> ids.</summary>
    public int[] Ids { get; }

    /// <summary>[positions, vocabulary].</summary>
    public float[] Logits { get; }

    public int[] Prompt => Ids[..PromptLength];

    public int[] Response => Ids[PromptLength..];

    /// <summary>Each parameter's gradient of the mean negative log-likelihood of the response's tokens.</summary>
    public Dictionary<string, float[]> Gradients() => Tensors("expected_gradients.safetensors");

    // A safetensors file of another name than usual: read beside a copy under the usual one.
    private Dictionary<string, float[]> Tensors(string file)
    {
        using var copy = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, file), Path.Combine(copy.Path, "model.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(copy.Path);
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach ((string name, TensorInfo tensor) in checkpoint.Tensors)
        {
            var values = new float[tensor.Length / sizeof(float)];
            checkpoint.Read(tensor, 0, MemoryMarshal.AsBytes(values.AsSpan()));
            tensors.Add(name, values);
        }

        return tensors;
    }
}
