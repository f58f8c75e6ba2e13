using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;

namespace Innate.Models;

/// <summary>Writes a model's present weights as a Hugging Face folder.</summary>
internal static class ModelWriter
{
    /// <summary>
    /// Fills a folder: model.safetensors under the checkpoint's names and in its element types, and copies of the source's other
    /// files (config, tokenizer, template), whose weights are left behind.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The folder that the model was read from.</param>
    /// <param name="folder">An existing folder; its caller makes it appear whole.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(CausalLanguageModel model, string source, string folder)
    {
        foreach (string path in Directory.GetFiles(source).Where(IsCompanion))
        {
            // Its bytes and not its permissions: a source that may only be read makes no copy that cannot be written to disk.
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), File.ReadAllBytes(path));
        }

        Unquantize(Path.Combine(folder, "config.json"));
        WriteWeights(model, Path.Combine(folder, "model.safetensors"));
    }

    // Weights that were read out of blocks are written as what they became.
    private static void Unquantize(string config)
    {
        if (!File.Exists(config)) return;
        JsonObject json = JsonNode.Parse(File.ReadAllBytes(config))!.AsObject();
        if (json["quantization_config"] is null) return;
        json.Remove("quantization_config");
        File.WriteAllBytes(config, JsonBytes.Indented(json));
    }

    private static void WriteWeights(CausalLanguageModel model, string file)
    {
        // Parts of a fused tensor follow one another in the order of their rows.
        IGrouping<string, ModelParameter>[] tensors = [.. model.Parameters.GroupBy(p => p.TensorName)];
        using SafetensorsWriter writer = SafetensorsWriter.Create(file, [.. tensors.Select(t => Declare(t.First()))]);
        foreach (IGrouping<string, ModelParameter> tensor in tensors)
        {
            if (tensor.First().Part is not null)
            {
                WriteSlices(writer, tensor);
                continue;
            }

            foreach (ModelParameter p in tensor.OrderBy(p => p.FirstRow))
            {
                if (p.Matrix is { } matrix) matrix.Write(writer, p.TensorName);
                else writer.Write(p.TensorName, Stored(p));
            }
        }

        writer.Complete();
    }

    private static TensorDeclaration Declare(ModelParameter p) =>
        new(p.TensorName, p.Type, p.Part?.Shape ?? (p.Matrix is null ? [p.Columns] : [p.TensorRows, p.Columns]));

    /// <summary>Writes a tensor that holds one slice an expert.</summary>
    private static void WriteSlices(SafetensorsWriter writer, IGrouping<string, ModelParameter> tensor)
    {
        ModelParameter any = tensor.First();
        int size = ElementTypes.SizeOf(any.Type);
        var slice = new byte[checked((int)(any.Part!.SliceSize * size))];
        foreach (IGrouping<int, ModelParameter> expert in tensor.GroupBy(p => p.Part!.Slice).OrderBy(e => e.Key))
        {
            foreach (ModelParameter p in expert)
            {
                if (p.Matrix is { } matrix)
                {
                    matrix.ForPanels((row, rows) => p.Part!.Scatter(rows, size, row, p.Columns, slice));
                }
                else
                {
                    p.Part!.Scatter(Stored(p), size, 0, p.Columns, slice);
                }
            }

            writer.Write(tensor.Key, slice);
        }
    }

    private static byte[] Stored(ModelParameter p)
    {
        float[] values = [.. p.Vector!.Select(v => v - p.Offset)];
        var bytes = new byte[values.Length * ElementTypes.SizeOf(p.Type)];
        ElementTypes.Narrow(values, bytes, p.Type);
        return bytes;
    }

    // Of a model's folder, what describes it: not its weights in any form, nor a run's own files.
    private static bool IsCompanion(string path)
    {
        string name = Path.GetFileName(path);
        return Path.GetExtension(name) is ".json" or ".jinja" or ".txt" or ".model" or ""
            && !name.EndsWith(".index.json", StringComparison.Ordinal)
            && name != "training_state.json"
            && !name.StartsWith('.');
    }
}
