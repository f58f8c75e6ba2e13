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

        // The expected tensors lie in a safetensors file of another name: read beside a copy under the usual one.
        string copy = Directory.CreateTempSubdirectory("innate-parity").FullName;
        File.Copy(Path.Combine(Folder, "expected.safetensors"), Path.Combine(copy, "model.safetensors"));
        using (Checkpoint checkpoint = Checkpoint.Open(copy))
        {
            Ids = [.. Floats(checkpoint, "ids").Select(x => (int)x)];
            Logits = Floats(checkpoint, "logits");
        }

        Directory.Delete(copy, recursive: true);
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

    private static float[] Floats(Checkpoint checkpoint, string name)
    {
        TensorInfo tensor = checkpoint.Tensors[name];
        var values = new float[tensor.Length / sizeof(float)];
        checkpoint.Read(tensor, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
