using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Models;
using Innate.Runs;
using Innate.Sessions;

namespace Innate.Tests.Support;

/// <summary>
/// A tiny model, an adapter of it as PEFT writes one, and beside both the model that the adapter makes of it, computed here in
/// float64 by plain loops. The three are folders; what they score must agree.
/// </summary>
internal sealed class PeftWorld : IDisposable
{
    public const string Prefix = "base_model.model.";

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(7);

    public PeftWorld(string model, string? configs = null)
    {
        Base = Path.Combine(Places.Fixtures, "models", model);
        BaseConfig = JsonNode.Parse(File.ReadAllText(Path.Combine(Base, "config.json")))!.AsObject();
        using Checkpoint checkpoint = Checkpoint.Open(Base);
        foreach (TensorInfo tensor in checkpoint.Tensors.Values)
        {
            byte[] bytes = new byte[tensor.Length];
            checkpoint.Read(tensor, 0, bytes);
            float[] values = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
            ElementTypes.Widen(bytes, values, tensor.Type);
            Whole[tensor.Name] = (Shape(tensor.Shape), [.. values.Select(v => (double)v)]);
        }

        Config = JsonNode.Parse(configs ?? """{"peft_type":"LORA","r":2,"lora_alpha":6}""")!.AsObject();
    }

    /// <summary>The model's folder.</summary>
    public string Base { get; }

    public string Adapter => _folder["adapter"];

    public string Merged => _folder["merged"];

    /// <summary>adapter_config.json.</summary>
    public JsonObject Config { get; }

    /// <summary>adapter_model.safetensors, without the prefix of all names.</summary>
    public SortedDictionary<string, (long[] Shape, float[] Values)> Stored { get; } = new(StringComparer.Ordinal);

    /// <summary>The adapted model's tensors in float64.</summary>
    public SortedDictionary<string, (long[] Shape, double[] Values)> Whole { get; } = new(StringComparer.Ordinal);

    /// <summary>The adapted model's config.json.</summary>
    public JsonObject BaseConfig { get; }

    public void Dispose() => _folder.Dispose();

    /// <summary>Random values, as in a file.</summary>
    public float[] Numbers(long count, double size = 0.3) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (float)((_random.NextDouble() - 0.5) * size))];

    public IEnumerable<string> Linear() => Whole.Keys
        .Where(n => n.EndsWith("_proj.weight", StringComparison.Ordinal)).Select(n => n[..^".weight".Length]).ToArray();

    /// <summary>Puts A and B of a linear map into the file, and W + scale B A, with magnitudes or not, into the whole.</summary>
    public void AddLora(
        string path, int rank, double scale, bool dora = false, bool loraBias = false, string middle = "", string? into = null)
    {
        into ??= path + ".weight";
        (long[] shape, double[] w) = Whole[into];
        (long outputs, long inputs) = (shape[0], shape[1]);
        float[] a = Numbers(rank * inputs), b = Numbers(outputs * rank);
        Stored[$"{path}.lora_A{middle}.weight"] = ([rank, inputs], a);
        Stored[$"{path}.lora_B{middle}.weight"] = ([outputs, rank], b);
        double[] sum = [.. w];
        for (long o = 0; o < outputs; o++)
        {
            for (long i = 0; i < inputs; i++)
            {
                double delta = 0;
                for (int r = 0; r < rank; r++) delta += (double)b[(o * rank) + r] * a[(r * inputs) + i];
                sum[(o * inputs) + i] += scale * delta;
            }
        }

        if (dora)
        {
            float[] magnitude = [.. Numbers(outputs).Select(m => m + 1.5f)];
            Stored[$"{path}.lora_magnitude_vector"] = ([outputs], magnitude);
            for (long o = 0; o < outputs; o++)
            {
                double squares = 0;
                for (long i = 0; i < inputs; i++) squares += sum[(o * inputs) + i] * sum[(o * inputs) + i];
                for (long i = 0; i < inputs; i++) sum[(o * inputs) + i] *= magnitude[o] / Math.Sqrt(squares);
            }
        }

        if (loraBias)
        {
            float[] bias = Numbers(outputs);
            Stored[$"{path}.lora_B.bias"] = ([outputs], bias);
            double[] old = Whole[$"{path}.bias"].Values;
            Whole[$"{path}.bias"] = ([outputs], [.. old.Zip(bias, (x, y) => x + (scale * y))]);
        }

        Whole[into] = (shape, sum);
    }

    /// <summary>Puts an embedding's A and B into the file, and the table with scale A^T B^T into the whole.</summary>
    public void AddEmbeddingLora(int rank, double scale)
    {
        const string Path = "model.embed_tokens";
        (long[] shape, double[] w) = Whole[$"{Path}.weight"];
        (long ids, long hidden) = (shape[0], shape[1]);
        float[] a = Numbers(rank * ids), b = Numbers(hidden * rank);
        Stored[$"{Path}.lora_embedding_A"] = ([rank, ids], a);
        Stored[$"{Path}.lora_embedding_B"] = ([hidden, rank], b);
        double[] sum = [.. w];
        for (long id = 0; id < ids; id++)
        {
            for (long h = 0; h < hidden; h++)
            {
                for (int r = 0; r < rank; r++) sum[(id * hidden) + h] += scale * a[(r * ids) + id] * b[(h * rank) + r];
            }
        }

        Whole[$"{Path}.weight"] = (shape, sum);
    }

    /// <summary>Puts a whole tensor near the model's into the file, and into the whole.</summary>
    public void AddSaved(string name, string? fileName = null, double size = 0.1)
    {
        (long[] shape, double[] old) = Whole[name];
        float[] values = [.. old.Zip(Numbers(old.Length, size), (x, y) => (float)(x + y))];
        Stored[fileName ?? name] = (shape, values);
        Whole[name] = (shape, [.. values.Select(v => (double)v)]);
    }

    /// <summary>Gives the whole a head of its own, as a tied one is.</summary>
    public void Untie()
    {
        Whole["lm_head.weight"] = (Whole["model.embed_tokens.weight"].Shape, [.. Whole["model.embed_tokens.weight"].Values]);
        BaseConfig["tie_word_embeddings"] = false;
    }

    /// <summary>Writes the adapter's folder.</summary>
    public void Write()
    {
        Directory.CreateDirectory(Adapter);
        File.WriteAllText(Path.Combine(Adapter, "adapter_config.json"), Config.ToJsonString());
        WriteTensors(Path.Combine(Adapter, "adapter_model.safetensors"), Stored.Select(t => (Prefix + t.Key, t.Value.Shape,
            t.Value.Values)));
    }

    /// <summary>The whole model's folder.</summary>
    public string WriteWhole()
    {
        string folder = _folder["whole"];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), BaseConfig.ToJsonString());
        WriteTensors(Path.Combine(folder, "model.safetensors"), Whole.Select(t => (t.Key, t.Value.Shape,
            t.Value.Values.Select(v => (float)v).ToArray())));
        return folder;
    }

    /// <summary>What <c>innate merge</c> makes of the two.</summary>
    public string Merge()
    {
        new MergeRun(new MergeSettings { Model = new ModelSource { Model = Base, Adapter = Adapter }, Output = Merged }).Execute();
        return Merged;
    }

    /// <summary>The adapted model scores as the one computed here, and as the merged one; and not as the model without.</summary>
    public void RequireEqual(double tolerance = 1e-5, bool merges = true)
    {
        Write();
        double[] adapted = Scores(Base, Adapter), expected = Scores(WriteWhole());
        RequireNear(expected, adapted, tolerance);
        if (!new DirectoryInfo(Base).Name.Contains("reward", StringComparison.Ordinal) && BaseConfig["num_labels"] is null)
        {
            double[] without = Scores(Base);
            Assert.True(without.Zip(adapted).Max(p => Math.Abs(p.First - p.Second)) > 1e-3, "the adapter changed nothing");
        }

        if (merges) RequireNear(expected, Scores(Merge()), tolerance);
    }

    /// <summary>Log-probabilities of a sequence, or a classifier's scores.</summary>
    public static double[] Scores(string folder, string? adapter = null, int threads = 1)
    {
        TraceQuery query = new([5, 6, 7, 200, 31], [[9, 3, 40, 2, 287, 0], [12, 9, 9]]);
        using LocalModel model = LocalModel.Load(folder, new ModelSource { Model = folder, Adapter = adapter, Threads = threads });
        return model.Decoder.Config.IsClassifier
            ? model.Score([query], default)[0]
            : [.. model.Trace([query])[0].SelectMany(t => t.LogProbability)];
    }

    public static void RequireNear(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance));

    private static long[] Shape(IReadOnlyList<long> shape) => [.. shape];

    private static void WriteTensors(string file, IEnumerable<(string Name, long[] Shape, float[] Values)> tensors)
    {
        var all = tensors.ToArray();
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            file, [.. all.Select(t => new TensorDeclaration(t.Name, ElementType.Float32, t.Shape))]);
        foreach (var t in all) writer.Write(t.Name, MemoryMarshal.AsBytes(t.Values.AsSpan()));
        writer.Complete();
    }
}
