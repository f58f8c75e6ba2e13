using System.Buffers;
using Innate.Checkpoints;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Models;

/// <summary>A weight to and from its row-major tensor in a file, panel by panel.</summary>
internal static class PackedWeightFiles
{
    /// <summary>Appends all rows to a tensor of the weight's own element type.</summary>
    public static void Write(this PackedWeight weight, SafetensorsWriter writer, string name) =>
        weight.ForPanels((_, rows) => writer.Write(name, rows));

    /// <summary>Gives all rows, a panel's at a time: the first of them, and their bytes one after another.</summary>
    public static void ForPanels(this PackedWeight weight, Action<int, ReadOnlySpan<byte>> take) =>
        ForPanels(weight, (int panel, Span<byte> bytes) =>
        {
            weight.CopyPanel(panel, bytes);
            take(panel * ITile.Width, bytes);
        });

    /// <summary>Reads all rows of a tensor of the weight's own element type and shape.</summary>
    public static void Read(this PackedWeight weight, Checkpoint checkpoint, TensorInfo tensor)
    {
        if (tensor.Type != weight.Type)
        {
            throw new InputException($"{tensor.File}: tensor '{tensor.Name}': expected {weight.Type}, found {tensor.Type}.");
        }

        long offset = 0;
        ForPanels(weight, (panel, bytes) =>
        {
            checkpoint.Read(tensor, offset, bytes);
            offset += bytes.Length;
            weight.SetPanel(panel, bytes);
        });
    }

    private static void ForPanels(PackedWeight weight, PanelAction action)
    {
        int panelBytes = checked(ITile.Width * weight.Columns * weight.ElementSize);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(panelBytes);
        try
        {
            for (int panel = 0; panel < weight.Panels; panel++)
            {
                action(panel, buffer.AsSpan(0, weight.RowsInPanel(panel) * weight.Columns * weight.ElementSize));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private delegate void PanelAction(int panel, Span<byte> bytes);
}
