using Innate.Rows;

namespace Innate.Learning.Data;

/// <summary>Which tokens of a row the loss is on.</summary>
public enum LossTokens
{
    /// <summary>
    /// The last assistant message, its end-of-turn token included; of a <c>text</c> row all tokens but the first.
    /// </summary>
    Response,

    /// <summary>Every assistant message, each with its end-of-turn token.</summary>
    Assistant,

    /// <summary>All tokens but the first.</summary>
    All,
}

/// <summary>What becomes of a row with more than <see cref="TrainingRowOptions.MaxTokens"/>.</summary>
public enum OverLength
{
    /// <summary>It is left out, and counted.</summary>
    Skip,

    /// <summary>Its end is cut off, and it is counted; left out where nothing to learn remains.</summary>
    Truncate,

    /// <summary>It is an error.</summary>
    Refuse,
}

/// <summary>How rows become examples.</summary>
internal sealed record TrainingRowOptions
{
    /// <summary>Which tokens the loss is on; preference rows always count their responses.</summary>
    public LossTokens Loss { get; init; } = LossTokens.Response;

    /// <summary>The longest example, prompt and response together, in tokens; null: any length.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>What becomes of longer ones.</summary>
    public OverLength OverLength { get; init; } = OverLength.Skip;

    /// <summary>Whether each row says by <c>verifies</c> if it is a verification or a solution (GenRM).</summary>
    public bool TellsKinds { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public RowColumns? Columns { get; init; }

    /// <summary>Ids the model takes; a row with a higher one is an error. Null: not checked.</summary>
    public int? VocabularySize { get; init; }
}
