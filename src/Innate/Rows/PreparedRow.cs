using Innate.Models;

namespace Innate.Rows;

/// <summary>A row ready for the model, or what is wrong with it.</summary>
/// <param name="Line">From 1.</param>
/// <param name="End">Bytes of the input up to its end.</param>
public sealed record PreparedRow(long Line, long End)
{
    /// <summary>The row; null for a bad one.</summary>
    public Row? Row { get; init; }

    /// <summary>Its ids; null for a bad one.</summary>
    public EncodedRow? Encoded { get; init; }

    /// <summary>Its ids alone; null for a bad one.</summary>
    public TraceQuery? Query => Encoded?.Query;

    /// <summary>Each response's tokens as text; null where not asked for or the folder has no tokenizer.</summary>
    public string[][]? Texts { get; init; }

    /// <summary>What is wrong with it; null for a good one.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it could not be read as a row at all.</summary>
    public bool IsUnread { get; init; }

    /// <summary>Tokens of the row's tree; 0 for a bad row.</summary>
    public int TokenCount => Query?.TokenCount ?? 0;
}
