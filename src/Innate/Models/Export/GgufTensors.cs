using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;

namespace Innate.Models.Export;

/// <summary>A model's weights as the tensors of a GGUF file.</summary>
internal static class GgufTensors
{
    /// <summary>The types that matrices can be written in.</summary>
    public static bool CanWrite(ElementType type) => !ElementTypes.IsBlocked(type) || BlockRounding.CanRoundTo(type);

    /// <summary>The tensors, in the order of the model's weights; all experts of a layer in one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="architecture">What GGUF calls it.</param>
    /// <param name="type">What matrices are rounded to; null: they stay as they are.</param>
    /// <exception cref="InputException">GGUF has no name for a weight.</exception>
    public static IReadOnlyList<GgufOutput> Of(CausalLanguageModel model, GgufArchitecture architecture, ElementType? type)
    {
        // Parts of a tensor that holds all experts are known by the module that they are.
        Dictionary<object, string> modules = new(ReferenceEqualityComparer.Instance);
        foreach (LinearMap map in model.Maps.Where(m => m.ModuleOutputs == m.Map.Outputs))
        {
            modules[map.Map.Weight] = $"{map.Module}.weight";
            if (map.Map.Bias is { } bias) modules[bias] = $"{map.Module}.bias";
        }

        string Name(ModelParameter p) =>
            p.Part is not null && modules.TryGetValue(p.Matrix ?? (object)p.Vector!, out string? name) ? name : p.TensorName;
        var groups = model.Parameters.Select(p => (Parameter: p, Place: GgufInverseNames.Of(Name(p), architecture)))
            .GroupBy(p => p.Place.Name);
        List<GgufOutput> outputs = [.. groups.Select(g => Output(
            g.Key, [.. g.OrderBy(p => p.Place.Expert).ThenBy(p => p.Parameter.FirstRow).Select(p => p.Parameter)],
            g.First().Place.Expert is null ? 0 : g.Select(p => p.Place.Expert).Distinct().Count(), type,
            Paired(g.Key, architecture) ? model.Config.HeadDimension : 0, architecture.IsGemma))];
        // llama.cpp takes the embedding for a head that is missing, but not in these.
        if (model.Config.TiedEmbeddings && architecture.ModelType is ("olmo2" or "gpt_oss"))
        {
            outputs.Add(outputs.First(o => o.Name == "token_embd.weight") with { Name = "output.weight" });
        }

        return outputs;
    }

    /// <summary>What a matrix is written in: what was asked for, where whole blocks fit its rows.</summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="stored">What it is held in.</param>
    /// <param name="asked">What was asked for; null: what it is held in.</param>
    /// <param name="columns">Values of a row.</param>
    public static ElementType TypeOf(string name, ElementType stored, ElementType? asked, long columns)
    {
        // A router chooses experts: llama.cpp keeps it as it is, for a changed choice changes everything.
        if (name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal)) return ElementType.Float32;
        ElementType type = asked ?? stored;
        return columns % ElementTypes.BlockValues(type) == 0 ? type : ElementType.Float16;
    }

    private static bool Paired(string name, GgufArchitecture architecture) =>
        architecture.HasPairedRows && (name.Contains(".attn_q.", StringComparison.Ordinal)
            || name.Contains(".attn_k.", StringComparison.Ordinal));

    private static GgufOutput Output(
        string name, List<ModelParameter> parts, int experts, ElementType? asked, int pairedHead, bool keepsOffset)
    {
        ModelParameter first = parts[0];
        long[] dimensions = first.Matrix is null ? [first.Columns] : [first.Columns, first.TensorRows];
        if (experts > 0) dimensions = [.. dimensions, experts];
        if (first.Vector is not null)
        {
            return new GgufOutput(name, dimensions, ElementType.Float32, put =>
            {
                foreach (ModelParameter part in parts) put(Vector(part, pairedHead, keepsOffset));
            });
        }

        ElementType type = TypeOf(name, first.Type, asked, first.Columns);
        return new GgufOutput(name, dimensions, type, put =>
        {
            foreach (ModelParameter part in parts) Rows(part.Matrix!, type, pairedHead, put);
        });
    }

    // The gemmas' norms are stored with the 1 that is added to them here.
    private static byte[] Vector(ModelParameter part, int pairedHead, bool keepsOffset)
    {
        float[] values = part.Vector!;
        float taken = keepsOffset ? 0 : part.Offset;
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BitConverter.TryWriteBytes(
                bytes.AsSpan(BlockRows.StoredRow(i, pairedHead) * sizeof(float)), values[i] - taken);
        }

        return bytes;
    }

    private static void Rows(PackedWeight weight, ElementType type, int pairedHead, Action<ReadOnlyMemory<byte>> put)
    {
        var values = new float[weight.Columns];
        var bytes = new byte[ElementTypes.Bytes(type, weight.Columns)];
        var order = new int[weight.Rows];
        for (int row = 0; row < order.Length; row++) order[BlockRows.StoredRow(row, pairedHead)] = row;
        foreach (int row in order)
        {
            if (weight.IsBlocked && weight.Type == type)
            {
                weight.BlocksOf(row).CopyTo(bytes);
            }
            else
            {
                weight.CopyRow(row, values);
                ElementTypes.Narrow(values, bytes, type);
            }

            put(bytes);
        }
    }
}
