using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Models;

/// <summary>A classifier's head as tensors: what an adapter's folder holds whole beside its low-rank maps.</summary>
internal static class HeadTensors
{
    /// <summary>The head's parameters: its weight, and its bias where it has one; none of a language model.</summary>
    public static IEnumerable<ModelParameter> Parameters(CausalLanguageModel model) =>
        !model.Config.IsClassifier ? [] : model.Parameters.Where(p => p.TensorName is FreshHead.Weight or FreshHead.Bias);

    /// <summary>Their present values.</summary>
    public static IReadOnlyList<HeadTensor> Of(CausalLanguageModel model) =>
        [.. Parameters(model).Select(p => new HeadTensor(
            p.TensorName, p.Type, p.Matrix is null ? [p.Columns] : [p.Rows, p.Columns], Bytes(p)))];

    /// <summary>Reads them back from an adapter that was written by <see cref="Of"/>'s values.</summary>
    /// <param name="model">The model whose head is replaced; of a language model nothing is.</param>
    /// <param name="file">The adapter, which fits the model.</param>
    /// <exception cref="InputException">A tensor is missing, or stored in another type.</exception>
    public static void Read(CausalLanguageModel model, AdapterFile file)
    {
        if (!model.Config.IsClassifier || file.Config.Task == AdapterTask.Language) return;
        using Checkpoint checkpoint = Checkpoint.OpenFile(file.File);
        foreach (ModelParameter p in Parameters(model))
        {
            string name = AdapterTensorName.Prefix + p.TensorName;
            TensorInfo tensor = p.Matrix is null ? checkpoint.Find(name, p.Columns) : checkpoint.Find(name, p.Rows, p.Columns);
            if (tensor.Type != p.Type)
            {
                throw new InputException($"{file.File}: tensor '{name}': expected {p.Type} as the model's, found {tensor.Type}.");
            }

            byte[] bytes = new byte[tensor.Length];
            checkpoint.Read(tensor, 0, bytes);
            if (p.Matrix is { } matrix) Set(matrix, bytes);
            else ElementTypes.Widen(bytes, p.Vector!, p.Type);
        }
    }

    private static byte[] Bytes(ModelParameter p)
    {
        if (p.Matrix is null)
        {
            byte[] vector = new byte[p.Columns * ElementTypes.SizeOf(p.Type)];
            ElementTypes.Narrow(p.Vector!, vector, p.Type);
            return vector;
        }

        List<byte> bytes = [];
        p.Matrix.ForPanels((_, rows) => bytes.AddRange(rows));
        return [.. bytes];
    }

    private static void Set(PackedWeight matrix, byte[] bytes)
    {
        int rowBytes = matrix.Columns * matrix.ElementSize, at = 0;
        for (int panel = 0; panel < matrix.Panels; panel++)
        {
            int length = matrix.RowsInPanel(panel) * rowBytes;
            matrix.SetPanel(panel, bytes.AsSpan(at, length));
            at += length;
        }
    }
}
