using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Reinforcement.Reference;

/// <summary>A second model of the policy's shape that moves after it, weight by weight.</summary>
internal static unsafe class FollowingModel
{
    /// <summary>follower := (1 - rate) follower + rate leader, in float32; at 1 a copy to the bit.</summary>
    /// <param name="follower">Moves.</param>
    /// <param name="leader">A model of the same weights and types; float32 where the rate is below 1.</param>
    /// <param name="rate">0 to 1.</param>
    /// <exception cref="InputException">A weight is kept narrower than float32 and the rate is below 1.</exception>
    public static void Move(CausalLanguageModel follower, CausalLanguageModel leader, double rate)
    {
        foreach ((ModelParameter to, ModelParameter from) in follower.Parameters.Zip(leader.Parameters))
        {
            if (to.Matrix is { } matrix) Move(to.Name, matrix, from.Matrix!, (float)rate);
            else Mix(to.Vector, from.Vector, (float)rate);
        }
    }

    /// <summary>Refuses a model of which no running average can be kept.</summary>
    /// <exception cref="InputException">A weight is narrower than float32.</exception>
    public static void RequireAverageable(CausalLanguageModel model)
    {
        if (model.Parameters.FirstOrDefault(p => p.Matrix is { Type: not ElementType.Float32 }) is not { } narrow) return;
        throw new InputException(
            "Model", "float32 weights with a reference that is a running average, which narrower ones would round away",
            $"{narrow.Name} in {narrow.Type}");
    }

    /// <summary>Writes all weights into one file, each in its own type.</summary>
    public static void Write(CausalLanguageModel model, string file)
    {
        using SafetensorsWriter writer = SafetensorsWriter.Create(file,
        [
            .. model.Parameters.Select(p => new TensorDeclaration(
                p.Name, p.Matrix?.Type ?? ElementType.Float32, p.Matrix is null ? [p.Columns] : [p.Rows, p.Columns])),
        ]);
        foreach (ModelParameter p in model.Parameters)
        {
            if (p.Matrix is { } matrix) matrix.ForPanels((_, rows) => writer.Write(p.Name, rows));
            else writer.Write(p.Name, MemoryMarshal.AsBytes(p.Vector.AsSpan()));
        }

        writer.Complete();
    }

    /// <summary>Reads them back.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape or type.</exception>
    public static void Read(CausalLanguageModel model, string file)
    {
        using Checkpoint state = Checkpoint.OpenFile(file);
        foreach (ModelParameter p in model.Parameters)
        {
            if (p.Matrix is not { } matrix)
            {
                state.Read(state.Find(p.Name, p.Columns), 0, MemoryMarshal.AsBytes(p.Vector.AsSpan()));
                continue;
            }

            TensorInfo tensor = state.Find(p.Name, p.Rows, p.Columns);
            if (tensor.Type != matrix.Type)
            {
                throw new InputException(
                    $"{tensor.File}: tensor '{tensor.Name}': expected {matrix.Type}, found {tensor.Type}.");
            }

            long offset = 0;
            for (int panel = 0; panel < matrix.Panels; panel++)
            {
                var bytes = new byte[checked(matrix.RowsInPanel(panel) * matrix.Columns * matrix.ElementSize)];
                state.Read(tensor, offset, bytes);
                offset += bytes.Length;
                matrix.SetPanel(panel, bytes);
            }
        }
    }

    private static void Move(string name, PackedWeight to, PackedWeight from, float rate)
    {
        if (rate == 1)
        {
            for (int panel = 0; panel < to.Panels; panel++)
            {
                new ReadOnlySpan<byte>(from.Panel(panel), checked((int)from.PanelBytes))
                    .CopyTo(new Span<byte>(to.Panel(panel), checked((int)to.PanelBytes)));
            }

            return;
        }

        if (to.Type != ElementType.Float32) throw new InvalidOperationException($"{name}: {to.Type} keeps no average.");
        Matrix follower = to.Flat(), leader = from.Flat();
        for (int row = 0; row < follower.Rows; row++) Mix(follower.Row(row), leader.Row(row), rate);
    }

    private static void Mix(Span<float> to, ReadOnlySpan<float> from, float rate)
    {
        if (rate == 1)
        {
            from.CopyTo(to);
            return;
        }

        for (int i = 0; i < to.Length; i++) to[i] += rate * (from[i] - to[i]);
    }
}
