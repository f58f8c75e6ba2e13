namespace Innate.Text.Tokenization;

/// <summary>Which part of a token a chunk of text is.</summary>
[Flags]
internal enum ChunkKind
{
    /// <summary>Inside a token that began earlier.</summary>
    Inner = 0,

    /// <summary>The token begins here.</summary>
    Starts = 1,

    /// <summary>The token is known to end here.</summary>
    Ends = 2,

    /// <summary>The text of an added token, which stands for itself.</summary>
    Added = 4,

    /// <summary>A token in one chunk.</summary>
    Whole = Starts | Ends,
}

/// <summary>
/// One step from token texts to plain text, as a transducer: it passes on what is certain and holds back what later tokens may
/// change. Decoding at once, token by token and in a stream are then the same thing. One instance serves one decoding.
/// </summary>
internal abstract class DecoderStep(DecoderStep? next)
{
    /// <summary>The step after this one.</summary>
    protected DecoderStep Next => next!;

    /// <summary>Takes the next chunk.</summary>
    public abstract void Push(ReadOnlySpan<char> text, ChunkKind kind);

    /// <summary>There are no more tokens: passes on what was held back.</summary>
    public virtual void Flush() => Next.Flush();
}
