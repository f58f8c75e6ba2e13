using Innate.Generation;
using Innate.Text;
using Innate.Text.ToolCalls;

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

    private readonly Lazy<ToolCallForm> _form = new(() => ToolTemplate.FormOf(format));
    private readonly ConversationMessage[] _before = system is null ? [] : [new ConversationMessage("system", system)];

    /// <summary>Decodes what was written.</summary>
    public Tokenizer Tokenizer => format.Tokenizer;

    /// <summary>The first turn's prompt.</summary>
    /// <param name="first">What the world says first, and the tools that it gives.</param>
    /// <exception cref="InputException">
    /// Raw mode, which has no turns, a template that refuses the messages, or one that takes no tools where there are some.
    /// </exception>
    public EncodedPrompt Begin(EnvironmentStep first)
    {
        if (first.Tools.Count > 0) RequireTools();
        return format.EncodePrompt(
            [.. _before, new ConversationMessage("user", first.Observation)],
            first.Tools.Count > 0 ? ToolTemplate.Arguments(first.Tools) : null);
    }

    /// <summary>The action in a turn.</summary>
    /// <param name="ids">The episode's ids before it.</param>
    /// <param name="said">The ids that were sampled, without the end of the turn.</param>
    /// <param name="whole">Whether all of it is the action.</param>
    /// <param name="hasTools">Whether the template was given tools, so that calls are in its own form.</param>
    /// <returns>The turn's text, and the action.</returns>
    public (string Said, string Action) Read(int[] ids, int[] said, bool whole, bool hasTools)
    {
        if (!hasTools)
        {
            string text = GeneratedText.OfIds(format.Tokenizer, ids, said);
            return (text, whole ? text : ActionText.Of(text));
        }

        IReadOnlySet<int> kept = ToolCallParser.KeptIds(_form.Value, format.Tokenizer);
        string written = new ResponseDecoder(format.Tokenizer, ids, kept).All(said);
        return (written, ToolActionText.Of(written, _form.Value));
    }

    /// <summary>What follows the ids that were sampled: the end of the turn, the world's words, the generation prompt.</summary>
    /// <param name="sampled">The turn's ids.</param>
    /// <param name="step">What the world answers.</param>
    /// <exception cref="InputException">The template refuses the messages, or does not write an assistant's words.</exception>
    public int[] Next(IReadOnlyList<int> sampled, EnvironmentStep step)
    {
        string whole = format.RenderPrompt(
        [
            .. _before, new ConversationMessage("user", "INNATEPROBE"), new ConversationMessage("assistant", Sentinel),
            .. step.Answers.Count > 0
                ? step.Answers.Select(ToolTemplate.Answer)
                : [new ConversationMessage("user", step.Observation)],
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

    private void RequireTools()
    {
        try
        {
            _ = _form.Value;
        }
        catch (InputException e)
        {
            throw new InputException(
                $"{e.Message.TrimEnd('.')}: the world's option in-words describes them in the first message", e);
        }
    }
}
