using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Models;

namespace Innate.Learning.Optimization;

/// <summary>
/// An optimizer's state of one matrix in a training checkpoint: each part a tensor of the matrix's shape, moments in the type in
/// which they are kept, the master float32 however it is kept; a float32 matrix is the model's own tensor.
/// </summary>
internal static unsafe class OptimizerStateFile
{
    private const string First = "first_moment", Second = "second_moment", Master = "master";

    /// <summary>The tensors.</summary>
    public static IEnumerable<TensorDeclaration> Tensors(OptimizerState state, string name)
    {
        long[] shape = [state.Weight.Rows, state.Weight.Columns];
        ElementType moments = TypeOfMoments(state);
        yield return new TensorDeclaration($"{name}.{First}", moments, shape);
        yield return new TensorDeclaration($"{name}.{Second}", moments, shape);
        if (HasMaster(state)) yield return new TensorDeclaration($"{name}.{Master}", ElementType.Float32, shape);
    }

    /// <summary>Writes them.</summary>
    public static void Write(OptimizerState state, string name, SafetensorsWriter writer)
    {
        ForPanels(state, (at, values) => ReadMoment(state, state.First, state.NarrowFirst, at, values), ToMoments(First));
        ForPanels(
            state,
            (at, values) =>
            {
                ReadMoment(state, state.Second, state.NarrowSecond, at, values);
                // A split master's marks are of no meaning beside the whole master.
                foreach (ref float v in values.Row(0)) v = MathF.Abs(v);
            },
            ToMoments(Second));
        if (HasMaster(state))
        {
            ForPanels(
                state, (at, values) => OptimizerStateKernel.ReadMaster(state, at, values.Columns, values.Data),
                panel => Append(Master, ElementType.Float32, panel));
        }

        Action<PackedWeight> ToMoments(string part) => panel => Append(part, TypeOfMoments(state), panel);

        void Append(string part, ElementType type, PackedWeight panel) => panel.ForPanels((_, rows) =>
        {
            ReadOnlySpan<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(rows);
            var bytes = new byte[ElementTypes.Bytes(type, values.Length)];
            ElementTypes.Narrow(values, bytes, type);
            writer.Write($"{name}.{part}", bytes);
        });
    }

    /// <summary>Reads them back; a matrix that is rounded is rounded anew.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape or type.</exception>
    public static void Read(OptimizerState state, string name, Checkpoint checkpoint)
    {
        ElementType moments = TypeOfMoments(state);
        ReadPart(First, moments, (at, values) => WriteMoment(state, state.First, state.NarrowFirst, at, values));
        ReadPart(Second, moments, (at, values) => WriteMoment(state, state.Second, state.NarrowSecond, at, values));
        if (!HasMaster(state)) return;
        ReadPart(Master, ElementType.Float32, (at, values) =>
        {
            if (state.Master is { } own) Copy(values.Data, own.Data + at, values.Columns);
            else OptimizerStateKernel.WriteMaster(state, at, values.Columns, values.Data);
        });

        void ReadPart(string part, ElementType type, Action<long, Matrix> take)
        {
            TensorInfo tensor = checkpoint.Find($"{name}.{part}", state.Weight.Rows, state.Weight.Columns);
            if (tensor.Type != type)
            {
                throw new InputException($"{tensor.File}: tensor '{tensor.Name}': expected {type}, found {tensor.Type}.");
            }

            long offset = 0;
            for (int panel = 0; panel < state.Weight.Panels; panel++)
            {
                using var room = new PackedWeight(state.Weight.RowsInPanel(panel), state.Weight.Columns, ElementType.Float32);
                var values = new float[(long)room.Rows * room.Columns];
                var bytes = new byte[ElementTypes.Bytes(type, values.Length)];
                checkpoint.Read(tensor, offset, bytes);
                offset += bytes.Length;
                ElementTypes.Widen(bytes, values, type);
                room.SetPanel(0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
                Matrix flat = room.Flat();
                take((long)panel * flat.Columns, flat);
            }
        }
    }

    private static ElementType TypeOfMoments(OptimizerState state) =>
        state.HasNarrowMoments ? ElementType.BFloat16 : ElementType.Float32;

    private static bool HasMaster(OptimizerState state) => state.Weight.Type != ElementType.Float32;

    private static void ReadMoment(OptimizerState state, Matrix? wide, ushort* narrow, long at, Matrix values)
    {
        if (state.HasNarrowMoments) HalfWords.Widen(narrow + at, values.Data, values.Columns);
        else Copy(wide!.Value.Data + at, values.Data, values.Columns);
    }

    private static void WriteMoment(OptimizerState state, Matrix? wide, ushort* narrow, long at, Matrix values)
    {
        if (state.HasNarrowMoments) HalfWords.Round(values.Data, narrow + at, values.Columns);
        else Copy(values.Data, wide!.Value.Data + at, values.Columns);
    }

    private static void Copy(float* from, float* to, int count) =>
        new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    private static void ForPanels(OptimizerState state, Action<long, Matrix> fill, Action<PackedWeight> take)
    {
        for (int panel = 0; panel < state.Weight.Panels; panel++)
        {
            using var room = new PackedWeight(state.Weight.RowsInPanel(panel), state.Weight.Columns, ElementType.Float32);
            Matrix flat = room.Flat();
            fill((long)panel * flat.Columns, flat);
            take(room);
        }
    }
}
