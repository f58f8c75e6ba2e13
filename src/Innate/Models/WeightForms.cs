using Innate.Compute;

namespace Innate.Models;

/// <summary>In which form a checkpoint's weights are held: as they are stored, or one of these.</summary>
internal sealed record WeightForms
{
    /// <summary>Quantised matrices become float32: for what trains or writes them.</summary>
    public bool Widened { get; init; }

    /// <summary>The adapter goes into the weights, in their own types.</summary>
    public bool Merged { get; init; }

    /// <summary>The layers' maps and the head as integer codes, of which products are formed in integers.</summary>
    public bool Integers { get; init; }

    /// <summary>
    /// What matrices that are not quantised are rounded to; null: Q8_0, and a file's own blocks stay as they are.
    /// </summary>
    public ElementType? Quantized { get; init; }
}
