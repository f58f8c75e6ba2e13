using Innate.Generation;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Judges;

/// <summary>The model that is asked.</summary>
/// <param name="Traces">Its log-probabilities.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Format">
/// Its chat template; or raw: the messages' texts with a blank line between them, and a line's end.
/// </param>
/// <param name="Generator">Samples its reasoning; null where verdicts are read at once.</param>
public sealed record JudgeModel(ITraceSource Traces, Tokenizer Tokenizer, ChatFormat Format, ITextGenerator? Generator = null)
{
    /// <summary>A session as the model that is asked.</summary>
    /// <param name="session">The model.</param>
    /// <param name="format">Chat or raw.</param>
    /// <param name="reasons">Whether it reasons before it answers.</param>
    public static JudgeModel Of(ModelSession session, ChatFormatOptions format, bool reasons = false) =>
        new(session.Traces, session.Tokenizer, session.Format(format), reasons ? session.Generator : null);

    internal EncodedPrompt Encode(IReadOnlyList<ConversationMessage> messages) => Format.IsRaw
        ? Format.EncodePrompt(string.Join("\n\n", messages.Select(m => m.Content)) + "\n")
        : Format.EncodePrompt(messages);
}
