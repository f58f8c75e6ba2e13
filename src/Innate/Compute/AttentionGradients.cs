using Innate.Compute.Memory;

namespace Innate.Compute;

/// <summary>What attention's gradient reads and writes. Rows are tokens; query rows are [heads * head dimension] wide.</summary>
/// <param name="Queries">As attention read them: rotated.</param>
/// <param name="Keys">[tokens, key heads * head dimension], rotated.</param>
/// <param name="Values">As <paramref name="Keys"/>.</param>
/// <param name="OutputGradients">dLoss by attention's output, [tokens, heads * head dimension].</param>
/// <param name="QueryGradients">Written.</param>
/// <param name="KeyGradients">Written.</param>
/// <param name="ValueGradients">Written.</param>
public readonly record struct AttentionGradients(
    Matrix Queries, Matrix Keys, Matrix Values, Matrix OutputGradients, Matrix QueryGradients, Matrix KeyGradients,
    Matrix ValueGradients)
{
    /// <summary>dLoss by the heads' sinks, [1, heads], is added here; null: frozen, or none.</summary>
    public Matrix? SinkGradients { get; init; }

    /// <summary>What each token adds to them, [tokens, heads]; null where they are not wanted.</summary>
    internal Matrix? SinkTerms { get; init; }
}
