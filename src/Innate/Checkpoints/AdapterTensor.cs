using Innate.Compute;

namespace Innate.Checkpoints;

/// <summary>The two matrices of one adapted module: its output gains scale B (A x).</summary>
/// <param name="ModulePath">The module, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Inputs">Width of x.</param>
/// <param name="Outputs">Width of the module's output.</param>
/// <param name="A">[rank, inputs], row-major.</param>
/// <param name="B">[outputs, rank], row-major.</param>
public sealed record AdapterTensor(string ModulePath, int Inputs, int Outputs, float[] A, float[] B)
{
    /// <summary>Added to B (A x) before it is scaled, one value an output; null: nothing is.</summary>
    internal float[]? BiasB { get; init; }

    /// <summary>DoRA's magnitudes, one an output: each row of W + scale B A is brought to this length; null: it is not.</summary>
    internal float[]? Magnitude { get; init; }

    /// <summary>Rows of A.</summary>
    internal int Rank => A.Length / Inputs;
}

/// <summary>A tensor of the model's own that an adapter's folder holds whole.</summary>
/// <param name="Name">Its name in a checkpoint.</param>
/// <param name="Type">How it is stored.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Bytes">Its values, row after row.</param>
internal sealed record HeadTensor(string Name, ElementType Type, IReadOnlyList<long> Shape, byte[] Bytes);

/// <summary>A low-rank adapter as its folder holds it.</summary>
/// <param name="Config">Its settings.</param>
/// <param name="Modules">Its matrices, in the ordinal order of their modules' paths; at least one.</param>
public sealed record Adapter(AdapterConfig Config, IReadOnlyList<AdapterTensor> Modules);
