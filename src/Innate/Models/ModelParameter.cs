using System.Globalization;
using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Models;

/// <summary>One tensor of a checkpoint, or some rows of a fused one, as the model holds it.</summary>
/// <param name="TensorName">Its name in the checkpoint.</param>
/// <param name="Type">How the checkpoint stores it.</param>
/// <param name="Rows">Rows held here; 1 for a vector.</param>
/// <param name="Columns">Columns; a vector's length.</param>
public sealed record ModelParameter(string TensorName, ElementType Type, int Rows, int Columns)
{
    /// <summary>Rows of the whole tensor, where it is a matrix.</summary>
    public required int TensorRows { get; init; }

    /// <summary>The tensor's row that is the first here.</summary>
    public int FirstRow { get; init; }

    /// <summary>The weight of a map, an embedding, a head; null for a vector.</summary>
    public PackedWeight? Matrix { get; init; }

    /// <summary>A bias or a norm's weight; null for a matrix.</summary>
    public float[]? Vector { get; init; }

    /// <summary>Its learning rate, as a multiple of the others'.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>
    /// Whether it is a model of its own beside the others: its gradient neither counts in their norm nor is clipped by it.
    /// </summary>
    public bool IsApart { get; init; }

    /// <summary>What a vector has had added when it was read.</summary>
    public float Offset { get; init; }

    /// <summary>Where it lies in a tensor that holds a slice an expert; null: it is some rows of a matrix, or a vector.</summary>
    internal TensorPart? Part { get; init; }

    /// <summary>The layer that it is a part of, as its name says; null: it is in none.</summary>
    internal int? Layer
    {
        get
        {
            const string before = ".layers.";
            int at = TensorName.IndexOf(before, StringComparison.Ordinal);
            if (at < 0) return null;
            string rest = TensorName[(at + before.Length)..];
            int end = rest.IndexOf('.', StringComparison.Ordinal);
            return end > 0 && int.TryParse(rest.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
                ? layer : null;
        }
    }

    /// <summary>The tensor's name, and the place in it where the tensor has several parameters.</summary>
    internal string Name => Part is { } part ? $"{TensorName}[{part.First}]"
        : FirstRow == 0 && Rows == TensorRows ? TensorName : $"{TensorName}[{FirstRow}]";
}
