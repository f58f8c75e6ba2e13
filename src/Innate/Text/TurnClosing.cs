namespace Innate.Text;

/// <summary>What a chat template writes around an assistant's words.</summary>
/// <param name="Lead">White space between the generation prompt and the words.</param>
/// <param name="Trail">What stands between the words and the end of the turn.</param>
/// <param name="EndId">The token that ends the turn.</param>
/// <param name="EndText">Its text; empty where the template writes none and the tokenizer's end of sequence serves.</param>
internal sealed record TurnClosing(string Lead, string Trail, int EndId, string EndText)
{
    private const string Sentinel = "INNATESENTINEL";

    /// <summary>
    /// Finds it by a probe: the end of the turn is the first added token, special or not, that stands between an assistant's
    /// words and the end of the conversation.
    /// </summary>
    /// <param name="render">Renders a conversation, with or without a generation prompt.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="source">What errors call the model.</param>
    /// <exception cref="InputException">The template writes no such token and the tokenizer has no end of sequence.</exception>
    public static TurnClosing Find(
        Func<IReadOnlyList<ConversationMessage>, bool, string> render, Tokenizer tokenizer, string source)
    {
        ConversationMessage system = new("system", "INNATEPROBE"), user = new("user", "INNATEPROBE");
        ConversationMessage[][] probes = [[user], [system, user]];
        string lead = "";
        foreach (ConversationMessage[] asked in probes)
        {
            if (Try(render, [.. asked, new ConversationMessage("assistant", Sentinel)], false) is not { } rendered) continue;
            int at = rendered.LastIndexOf(Sentinel, StringComparison.Ordinal);
            if (at < 0) break;
            lead = LeadOf(rendered[..at], Try(render, asked, true));
            string rest = rendered[(at + Sentinel.Length)..];
            if (FirstAdded(rest, tokenizer) is { } end)
            {
                string text = tokenizer.IdToToken(end)!;
                return new TurnClosing(lead, rest[..rest.IndexOf(text, StringComparison.Ordinal)], end, text);
            }

            break;
        }

        return tokenizer.EndOfSequence is { } eos && tokenizer.TokenToId(eos) is int eosId
            ? new TurnClosing(lead, "", eosId, "")
            : throw new InputException(
                $"{source}: its chat template writes no added token after an assistant message and its tokenizer has no eos "
                + "token, so no token ends a response: encode it raw.");
    }

    // Anything but white space (an empty block of thoughts, say) is no separator but words of the template's own: a model that
    // is asked to go on from the generation prompt did not write them.
    private static string LeadOf(string before, string? opening) =>
        opening is not null && before.StartsWith(opening, StringComparison.Ordinal)
        && string.IsNullOrWhiteSpace(before[opening.Length..])
            ? before[opening.Length..]
            : "";

    // Runs of white space are added tokens of some tokenizers; they end nothing.
    private static int? FirstAdded(string text, Tokenizer tokenizer)
    {
        foreach (int id in tokenizer.EncodeContinuation(text))
        {
            if (!tokenizer.IsAdded(id)) continue;
            string token = tokenizer.IdToToken(id)!;
            if (!string.IsNullOrWhiteSpace(token) && text.Contains(token, StringComparison.Ordinal)) return id;
        }

        return null;
    }

    // A template may refuse the probe for reasons that are no row's fault (it wants a system message, or no assistant).
    private static string? Try(
        Func<IReadOnlyList<ConversationMessage>, bool, string> render, IReadOnlyList<ConversationMessage> messages, bool open)
    {
        try
        {
            return render(messages, open);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
