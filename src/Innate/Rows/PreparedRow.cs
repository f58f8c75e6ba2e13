using Innate.Models;
using Innate.Traces;

namespace Innate.Rows;

/// <summary>A row ready for the model, or what is wrong with it.</summary>
/// <param name="Line">From 1.</param>
/// <param name="End">Bytes of the input up to its end.</param>
internal sealed record PreparedRow(long Line, long End)
{
    public Row? Row { get; init; }

    public TraceQuery? Query { get; init; }

    /// <summary>Each response's tokens as text; null where not asked for or the folder has no tokenizer.</summary>
    public string[][]? Texts { get; init; }

    public string? Error { get; init; }

    /// <summary>Tokens of the row's tree; 0 for a bad row.</summary>
    public int TokenCount => Query?.TokenCount ?? 0;
}
