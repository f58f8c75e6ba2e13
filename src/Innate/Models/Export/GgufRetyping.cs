using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Microsoft.Win32.SafeHandles;

namespace Innate.Models.Export;

/// <summary>A GGUF file written again: its own keys, its tensors byte by byte or rounded to another type.</summary>
internal static class GgufRetyping
{
    private const int Piece = 1 << 20;

    // What is said of the file and not of the model in it.
    private static readonly string[] Own =
    [
        "general.alignment", "general.file_type", "general.quantization_version", "split.no", "split.count",
        "split.tensors.count",
    ];

    /// <summary>The keys that stay.</summary>
    public static IEnumerable<GgufEntry> Entries(GgufFile file) =>
        file.Metadata.Keys.Where(k => !Own.Contains(k)).Select(file.Metadata.Entry);

    /// <summary>The tensors, in the file's order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="type">What matrices are rounded to; null: all stay as they are, byte by byte.</param>
    public static IReadOnlyList<GgufOutput> Tensors(GgufFile file, ElementType? type) =>
        [.. file.Tensors.Select(t => Output(t, type))];

    private static GgufOutput Output(GgufTensor tensor, ElementType? asked)
    {
        // Vectors are few and small: they are not rounded.
        ElementType type = asked is null || tensor.Dimensions.Count < 2
            ? tensor.Type
            : GgufTensors.TypeOf(tensor.Name, tensor.Type, asked, tensor.Dimensions[0]);
        return new GgufOutput(tensor.Name, tensor.Dimensions, type, put =>
        {
            using SafeFileHandle handle = FileBytes.Open(tensor.File);
            if (type == tensor.Type) Copy(handle, tensor, put);
            else Round(handle, tensor, type, put);
        });
    }

    private static void Copy(SafeFileHandle handle, GgufTensor tensor, Action<ReadOnlyMemory<byte>> put)
    {
        var buffer = new byte[Math.Min(Piece, tensor.Length)];
        for (long at = 0; at < tensor.Length; at += buffer.Length)
        {
            int count = (int)Math.Min(buffer.Length, tensor.Length - at);
            FileBytes.ReadExactly(handle, tensor.File, tensor.Offset + at, buffer.AsSpan(0, count));
            put(buffer.AsMemory(0, count));
        }
    }

    private static void Round(SafeFileHandle handle, GgufTensor tensor, ElementType type, Action<ReadOnlyMemory<byte>> put)
    {
        int columns = checked((int)tensor.Dimensions[0]);
        var stored = new byte[ElementTypes.Bytes(tensor.Type, columns)];
        var values = new float[columns];
        var bytes = new byte[ElementTypes.Bytes(type, columns)];
        for (long at = 0; at < tensor.Length; at += stored.Length)
        {
            FileBytes.ReadExactly(handle, tensor.File, tensor.Offset + at, stored);
            ElementTypes.Widen(stored, values, tensor.Type);
            ElementTypes.Narrow(values, bytes, type);
            put(bytes);
        }
    }
}
