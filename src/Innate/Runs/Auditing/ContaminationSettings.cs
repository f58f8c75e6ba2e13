using Innate.Sessions;

namespace Innate.Runs.Auditing;

/// <summary>Questions that a model may have seen before.</summary>
public sealed record ContaminationSettings
{
    /// <summary>The file of questions: rows with a prompt and <c>answer</c>.</summary>
    public required string Data { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The first so many questions; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder of contamination.json.</summary>
    public required string Output { get; init; }

    /// <summary>The model.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The most tokens of a continuation.</summary>
    public int MaxTokens { get; init; } = 256;
}
