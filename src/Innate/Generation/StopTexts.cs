using Innate.Text;

namespace Innate.Generation;

/// <summary>Texts that end a response as soon as it contains one.</summary>
/// <param name="Tokenizer">Decodes what is sampled.</param>
/// <param name="Texts">At least one; none empty.</param>
public sealed record StopTexts(Tokenizer Tokenizer, IReadOnlyList<string> Texts)
{
    /// <summary>Watches one response.</summary>
    internal Watcher Watch() => new(this);

    /// <summary>What one response has said so far, as far as a stop text may reach back.</summary>
    internal sealed class Watcher(StopTexts stops)
    {
        private readonly StreamingDecoder _decoder = stops.Tokenizer.CreateStreamingDecoder();
        private readonly int _longest = stops.Texts.Max(t => t.Length);
        private string _tail = "";

        /// <summary>Takes a token; true where it completes a stop text.</summary>
        public bool Push(int id)
        {
            _tail += _decoder.Push(id);
            bool found = stops.Texts.Any(t => _tail.Contains(t, StringComparison.Ordinal));
            if (_tail.Length >= _longest) _tail = _tail[^(_longest - 1)..];
            return found;
        }
    }
}
