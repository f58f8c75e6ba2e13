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
    /// <param name="source">The folder or the GGUF file that the model was read from.</param>
    /// <param name="folder">An existing folder; its caller makes it appear whole.</param>
    /// <param name="type">What every weight is rounded to; null: they stay in their own types.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(CausalLanguageModel model, string source, string folder, ElementType? type = null)
    {
        ModelFiles files = ModelFiles.Of(source);
        foreach (string name in files.Names.Where(IsCompanion))
        {
            // Its bytes and not its permissions: a source that may only be read makes no copy that cannot be written to disk.
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, files.Read(name)!);
        }

        Unquantize(Path.Combine(folder, "config.json"));
        WriteWeights(model, Path.Combine(folder, "model.safetensors"), type);
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

    private static void WriteWeights(CausalLanguageModel model, string file, ElementType? type)
    {
        // Parts of a fused tensor follow one another in the order of their rows.
        IGrouping<string, ModelParameter>[] tensors = [.. model.Parameters.GroupBy(p => p.TensorName)];
        using SafetensorsWriter writer = SafetensorsWriter.Create(file, [.. tensors.Select(t => Declare(t.First(), type))]);
        foreach (IGrouping<string, ModelParameter> tensor in tensors)
        {
            if (tensor.First().Part is not null)
            {
                WriteSlices(writer, tensor, type);
                continue;
            }

            foreach (ModelParameter p in tensor.OrderBy(p => p.FirstRow))
            {
                if (p.Matrix is not { } matrix) writer.Write(p.TensorName, Stored(p, type ?? p.Type));
                else matrix.ForPanels((_, rows) => writer.Write(p.TensorName, Rounded(rows, p.Type, type ?? p.Type)));
            }
        }

        writer.Complete();
    }

    private static TensorDeclaration Declare(ModelParameter p, ElementType? type) =>
        new(p.TensorName, type ?? p.Type, p.Part?.Shape ?? (p.Matrix is null ? [p.Columns] : [p.TensorRows, p.Columns]));

    /// <summary>Writes a tensor that holds one slice an expert.</summary>
    private static void WriteSlices(SafetensorsWriter writer, IGrouping<string, ModelParameter> tensor, ElementType? asked)
    {
        ModelParameter any = tensor.First();
        ElementType type = asked ?? any.Type;
        int size = ElementTypes.SizeOf(type);
        var slice = new byte[checked((int)(any.Part!.SliceSize * size))];
        foreach (IGrouping<int, ModelParameter> expert in tensor.GroupBy(p => p.Part!.Slice).OrderBy(e => e.Key))
        {
            foreach (ModelParameter p in expert)
            {
                if (p.Matrix is { } matrix)
                {
                    matrix.ForPanels((row, rows) =>
                        p.Part!.Scatter(Rounded(rows, p.Type, type), size, row, p.Columns, slice));
                }
                else
                {
                    p.Part!.Scatter(Stored(p, type), size, 0, p.Columns, slice);
                }
            }

            writer.Write(tensor.Key, slice);
        }
    }

    private static ReadOnlySpan<byte> Rounded(ReadOnlySpan<byte> values, ElementType stored, ElementType type)
    {
        if (stored == type) return values;
        var wide = new float[values.Length / ElementTypes.SizeOf(stored)];
        var bytes = new byte[wide.Length * ElementTypes.SizeOf(type)];
        ElementTypes.Widen(values, wide, stored);
        ElementTypes.Narrow(wide, bytes, type);
        return bytes;
    }

    private static byte[] Stored(ModelParameter p, ElementType type)
    {
        float[] values = [.. p.Vector!.Select(v => v - p.Offset)];
        var bytes = new byte[values.Length * ElementTypes.SizeOf(type)];
        ElementTypes.Narrow(values, bytes, type);
        return bytes;
    }

    // Of a model's folder, what describes it: not its weights in any form, nor a run's own files.
    private static bool IsCompanion(string path)
    {
        string name = Path.GetFileName(path);
        if (path != name) return path.StartsWith(ModelFiles.MoreTemplates, StringComparison.Ordinal);
        return Path.GetExtension(name) is ".json" or ".jinja" or ".txt" or ".model" or ""
            && !name.EndsWith(".index.json", StringComparison.Ordinal)
            && name != "training_state.json"
            && !name.StartsWith('.');
    }
}
