using Innate.Text;

namespace Innate.Environments.Agents;

/// <summary>
/// A conversation with a world as ids to which is only ever added: what a turn's prompt has beyond the ids so far is what the
/// model's chat template writes between an assistant's words and the next generation prompt. The ids that were sampled stay as
/// they are, whatever text they spell.
/// </summary>
/// <param name="format">The model's own; a chat template, not raw.</param>
/// <param name="system">A system message before the first observation; null: none beside the format's own.</param>
internal sealed class TurnFormat(ChatFormat format, string? system = null)
{
    private const string Sentinel = "INNATESENTINEL";

    private readonly ConversationMessage[] _before = system is null ? [] : [new ConversationMessage("system", system)];

    /// <summary>Decodes what was written.</summary>
    public Tokenizer Tokenizer => format.Tokenizer;

    /// <summary>The first turn's prompt.</summary>
    /// <param name="observation">What the world says first.</param>
    /// <exception cref="InputException">Raw mode, which has no turns, or the template refuses the messages.</exception>
    public EncodedPrompt Begin(string observation) =>
        format.EncodePrompt([.. _before, new ConversationMessage("user", observation)]);

    /// <summary>What follows the ids that were sampled: the end of the turn, the world's words, the generation prompt.</summary>
    /// <param name="sampled">The turn's ids.</param>
    /// <param name="observation">What the world answers.</param>
    /// <exception cref="InputException">The template refuses the messages, or does not write an assistant's words.</exception>
    public int[] Next(IReadOnlyList<int> sampled, string observation)
    {
        string whole = format.RenderPrompt(
        [
            .. _before, new ConversationMessage("user", "INNATEPROBE"), new ConversationMessage("assistant", Sentinel),
            new ConversationMessage("user", observation),
        ]);
        int at = whole.IndexOf(Sentinel, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new InputException(
                "expected a chat template that writes an assistant's words before the next message, found one that leaves them "
                + "out: no episode of several turns can be played with it");
        }

        string rest = whole[(at + Sentinel.Length)..];
        TurnClosing closing = format.Closing!;
        string close = closing.Trail + closing.EndText;
        bool ended = sampled.Count > 0 && sampled[^1] == closing.EndId;
        if (ended && close.Length > 0 && rest.StartsWith(close, StringComparison.Ordinal)) rest = rest[close.Length..];
        return format.Tokenizer.EncodeContinuation(rest);
    }
}
