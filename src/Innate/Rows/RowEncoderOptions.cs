using Innate.Models;
using Innate.Text;

namespace Innate.Rows;

/// <summary>What of a response is rewarded.</summary>
public enum ResponsePart
{
    /// <summary>All of it.</summary>
    All,

    /// <summary>What follows <c>&lt;/think&gt;</c>, with the thinking as context.</summary>
    Answer,

    /// <summary>What stands before and at <c>&lt;/think&gt;</c>.</summary>
    Thinking,
}

/// <summary>What is read of a row, and how.</summary>
public sealed record RowEncoderOptions
{
    /// <summary>The tokenizer that gives each token's text; null: none is asked for.</summary>
    public Func<Tokenizer>? Texts { get; init; }

    /// <summary>Conversations are read as a trained reward model reads them: whole, as the template writes them.</summary>
    public bool WholeConversations { get; init; }

    /// <summary>
    /// What reads a row in the place of its conversation: whole inputs, one a response; null: nothing does.
    /// </summary>
    public Func<Row, Tokenizer, IReadOnlyList<int[]>>? Reader { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public RowColumns? Columns { get; init; }

    /// <summary>Each assistant turn of a row's conversation is a response of its own, to what stands before it.</summary>
    public bool Turns { get; init; }

    /// <summary>How far logits are pushed from those of a row's null prompt; null: they are read as they are.</summary>
    public Guidance? Guidance { get; init; }

    /// <summary>The null prompt of rows that give none; null: none.</summary>
    public RowPrompt? NullPrompt { get; init; }

    /// <summary>What of a response is rewarded, where the row has no spans of its own.</summary>
    public ResponsePart Part { get; init; }
}
