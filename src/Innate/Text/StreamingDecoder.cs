using Innate.Text.Tokenization;

namespace Innate.Text;

/// <summary>
/// Decodes ids that come one by one: what <see cref="Push"/> and <see cref="Flush"/> return, put together, is
/// <see cref="Tokenizer.Decode"/> of all ids. Serves one sequence and one thread.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly TextSink _sink = new();
    private DecoderStep _decoder;

    internal StreamingDecoder(Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _decoder = tokenizer.CreateDecoder(_sink);
    }

    /// <summary>Takes the next id.</summary>
    /// <param name="id">The id; one that no token has gives nothing.</param>
    /// <returns>The text that it completes; empty where its bytes still wait for more.</returns>
    public string Push(int id)
    {
        _tokenizer.Push(_decoder, id);
        return _sink.Take();
    }

    /// <summary>Ends the sequence; the decoder may be used for another one afterwards.</summary>
    /// <returns>What was held back.</returns>
    public string Flush()
    {
        _decoder.Flush();
        string rest = _sink.Take();
        _decoder = _tokenizer.CreateDecoder(_sink);
        return rest;
    }
}
