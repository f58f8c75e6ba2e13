using Innate.Text;

namespace Innate.Generation;

/// <summary>
/// A response's ids as text, one at a time. Special tokens are no part of a text, but for those that are asked for, such as the
/// marks of a call. What is decoded is the continuation of the prompt, which goes first, unseen: a decoder may treat a
/// sequence's first token otherwise than a later one.
/// </summary>
public sealed class ResponseDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlySet<int> _kept;
    private readonly StreamingDecoder _decoder;

    /// <param name="tokenizer">The model's.</param>
    /// <param name="prompt">The prompt's ids.</param>
    /// <param name="kept">Special ids that are part of the text all the same.</param>
    public ResponseDecoder(Tokenizer tokenizer, IReadOnlyList<int> prompt, IReadOnlySet<int> kept)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(kept);
        (_tokenizer, _kept, _decoder) = (tokenizer, kept, tokenizer.CreateStreamingDecoder());
        foreach (int id in prompt)
        {
            if (!tokenizer.IsSpecial(id)) _decoder.Push(id);
        }
    }

    /// <summary>The text that an id completes; empty: none yet.</summary>
    /// <param name="id">The next id.</param>
    public string Push(int id) => _tokenizer.IsSpecial(id) && !_kept.Contains(id) ? "" : _decoder.Push(id);

    /// <summary>The rest, when no id comes any more.</summary>
    public string Flush() => _decoder.Flush();

    /// <summary>All ids at once.</summary>
    /// <param name="ids">The response's.</param>
    public string All(IEnumerable<int> ids) => string.Concat(ids.Select(Push)) + Flush();
}
