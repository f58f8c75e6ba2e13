using Innate.Text;

namespace Innate.Scoring.Expressions;

/// <summary>The prompt of <c>pmi</c>: an empty user message as the chat template writes it, in raw mode an empty text.</summary>
internal static class EmptyPrompt
{
    /// <summary>Its ids.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <exception cref="InputException">It has none: raw mode, and a tokenizer that begins no text with a token.</exception>
    public static int[] Ids(ChatFormat format) => format.EncodePrompt("").Ids is { Length: > 0 } ids
        ? ids
        : throw new InputException(
            "Reward: pmi", "a row with \"null_prompt_ids\", a chat template, or a tokenizer that begins a text with a token, for "
            + "an empty prompt has no other", "none of them");
}
