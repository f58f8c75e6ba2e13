using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Models;

/// <summary>Reads tensors of a checkpoint into the forms that the kernels use.</summary>
/// <param name="checkpoint">The tensors.</param>
/// <param name="threads">How many threads read.</param>
/// <param name="forms">How the weights are held; quantised blocks that stay as they are stay in the file, mapped.</param>
internal sealed partial class WeightReader(Checkpoint checkpoint, int threads, WeightForms forms)
{
    private readonly List<PackedWeight> _read = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<ModelParameter> _parameters = [];

    /// <summary>Whether quantised matrices become wide ones.</summary>
    public bool Widens => forms.Widened;

    /// <summary>What was read, in order.</summary>
    public IReadOnlyList<ModelParameter> Parameters => _parameters;

    /// <summary>A whole matrix with a low-rank change in it.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="change">What is added to each row; null: nothing.</param>
    /// <param name="keepsType">Whether the sum is rounded to the tensor's own type; else it is held as float32.</param>
    public PackedWeight Matrix(string name, int rows, int columns, LowRankRows? change, bool keepsType) =>
        Rows(name, rows, columns, 0, rows, change, keepsType);

    /// <summary>
    /// Rows [first, first + count) of a matrix of <paramref name="allRows"/>; of integers where they are asked for and allowed.
    /// </summary>
    public PackedWeight Map(string name, int allRows, int columns, int first, int count, bool integers) =>
        integers && forms.Integers
            ? Codes(name, allRows, columns, first, count)
            : Rows(name, allRows, columns, first, count, change: null, keepsType: true);

    private PackedWeight Rows(
        string name, int allRows, int columns, int first, int count, LowRankRows? change, bool keepsType)
    {
        TensorInfo tensor = checkpoint.Find(name, allRows, columns);
        _names.Add(name);
        bool isBlocked = ElementTypes.IsBlocked(tensor.Type);
        if (isBlocked && change is null && !forms.Widened) return Keep(name, allRows, first, Mapped(tensor, first, count));
        ElementType read = isBlocked ? ElementType.Float32 : tensor.Type;
        ElementType held = change is null || keepsType ? read : ElementType.Float32;
        var weight = new PackedWeight(count, columns, held);
        long rowBytes = ElementTypes.Bytes(tensor.Type, columns);
        Fill(weight, count, rowBytes, (panel, memory) =>
        {
            Span<byte> values = memory.Span;
            checkpoint.Read(tensor, (first + ((long)panel * ITile.Width)) * rowBytes, values);
            RequireFinite(tensor, values);
            if (isBlocked) values = Widened(tensor.Type, values, weight.RowsInPanel(panel) * columns);
            weight.SetPanel(panel, change is null ? values : change.Adapt(first + (panel * ITile.Width), values, read, held));
        });
        return Keep(name, allRows, first, weight);
    }

    /// <summary>Fills a weight panel by panel, on some threads; one that fails midway is freed.</summary>
    /// <param name="weight">What is filled.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="rowBytes">Bytes of a row as it is stored.</param>
    /// <param name="fill">Reads a panel's rows into the memory and sets the panel from it.</param>
    private void Fill(IDisposable weight, int rows, long rowBytes, Action<int, Memory<byte>> fill)
    {
        try
        {
            ForEach((rows + ITile.Width - 1) / ITile.Width, threads, panel =>
            {
                int bytes = checked((int)(Math.Min(ITile.Width, rows - (panel * ITile.Width)) * rowBytes));
                byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes);
                try
                {
                    fill(panel, buffer.AsMemory(0, bytes));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            });
        }
        catch
        {
            weight.Dispose();
            throw;
        }
    }

    private PackedWeight Keep(string name, int allRows, int first, PackedWeight weight) =>
        Keep(new(name, weight.Type, weight.Rows, weight.Columns) { TensorRows = allRows, FirstRow = first }, weight);

    private PackedWeight Keep(ModelParameter parameter, PackedWeight weight)
    {
        _read.Add(weight);
        _parameters.Add(parameter with { Matrix = weight });
        return weight;
    }

    private PackedWeight Mapped(TensorInfo tensor, int first, int count)
    {
        var weight = new PackedWeight(checkpoint.Map(tensor, first, count));
        // Of an expert's blocks nothing is read before a token chooses it: its logits tell where a scale is no number.
        if (tensor.Name.Contains(".experts.", StringComparison.Ordinal)) return weight;
        try
        {
            ForEach(weight.Panels, threads, panel =>
            {
                int firstRow = panel * ITile.Width;
                for (int r = 0; r < weight.RowsInPanel(panel); r++) RequireFinite(tensor, weight.BlocksOf(firstRow + r));
            });
            return weight;
        }
        catch
        {
            weight.Dispose();
            throw;
        }
    }

    private static Span<byte> Widened(ElementType type, ReadOnlySpan<byte> blocks, int values)
    {
        var wide = new float[values];
        ElementTypes.Widen(blocks, wide, type);
        return MemoryMarshal.AsBytes(wide.AsSpan());
    }

    /// <summary>Work on each panel, on some threads.</summary>
    public static void ForEach(int panels, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, panels, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
        }
        catch (AggregateException e)
        {
            // Several panels may fail for one reason: one of them speaks, a refusal of the input before anything else.
            Exception cause = e.InnerExceptions.FirstOrDefault(x => x is InputException) ?? e.InnerExceptions[0];
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    /// <summary>
    /// Refuses a checkpoint that holds more than was read: a bias or a layer that the config does not tell of would otherwise be
    /// left out of the numbers in silence.
    /// </summary>
    /// <param name="mayBeUnread">Tensors that are known to have no part in this model.</param>
    /// <exception cref="InputException">Names the first tensor that is left over.</exception>
    public void RequireAllRead(Func<string, bool> mayBeUnread)
    {
        string? left = checkpoint.Tensors.Keys.Where(n => !_names.Contains(n) && !mayBeUnread(n))
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (left is null) return;
        throw new InputException(
            $"{checkpoint.Tensors[left].File}: tensor '{left}' has no place in the model that its config describes; "
            + "to leave it out would change the numbers.");
    }

    /// <summary>Frees every matrix that was read: for a load that failed midway.</summary>
    public void DisposeAll() => _read.ForEach(w => w.Dispose());

    /// <summary>A vector, widened to float32.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="length">Its length.</param>
    /// <param name="offset">Added to every value.</param>
    public float[] Vector(string name, int length, float offset = 0)
    {
        TensorInfo tensor = checkpoint.Find(name, length);
        _names.Add(name);
        var bytes = new byte[tensor.Length];
        checkpoint.Read(tensor, 0, bytes);
        RequireFinite(tensor, bytes);
        var values = new float[length];
        ElementTypes.Widen(bytes, values, tensor.Type);
        // Two steps, each rounded, as for the folder that the file stands for.
        for (int i = 0; i < values.Length && tensor.Added != 0; i++) values[i] -= tensor.Added;
        for (int i = 0; i < values.Length && offset != 0; i++) values[i] += offset;
        bool isWide = ElementTypes.IsBlocked(tensor.Type) || tensor.Added != 0;
        ElementType type = isWide ? ElementType.Float32 : tensor.Type;
        _parameters.Add(new ModelParameter(name, type, 1, length) { TensorRows = 1, Vector = values, Offset = offset });
        return values;
    }

    /// <summary>
    /// A weight that is not a number would turn every reward into one without a word, so it is refused here by name.
    /// </summary>
    private static void RequireFinite(TensorInfo tensor, ReadOnlySpan<byte> values)
    {
        bool bad = tensor.Type switch
        {
            ElementType.Float32 => AnyExponent(MemoryMarshal.Cast<byte, uint>(values), 0x7f800000u),
            ElementType.BFloat16 => AnyExponent(MemoryMarshal.Cast<byte, ushort>(values), (ushort)0x7f80),
            ElementType.Float16 => AnyExponent(MemoryMarshal.Cast<byte, ushort>(values), (ushort)0x7c00),
            _ => !BlockWidening.HasFiniteScales(tensor.Type, values),
        };
        if (bad)
        {
            throw new InputException($"{tensor.File}: tensor '{tensor.Name}' holds a value that is infinite or not a number.");
        }
    }

    private static bool AnyExponent<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var mask = new System.Numerics.Vector<T>(exponent);
        int i = 0;
        for (; i + System.Numerics.Vector<T>.Count <= values.Length; i += System.Numerics.Vector<T>.Count)
        {
            var v = new System.Numerics.Vector<T>(values[i..]);
            if (System.Numerics.Vector.EqualsAny(v & mask, mask)) return true;
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent) return true;
        }

        return false;
    }
}
