using Innate.Text;
using Innate.Text.ToolCalls;

namespace Innate.Rows;

/// <summary>Which tokens of a response are rewarded, where not all are.</summary>
internal static class RewardedTokens
{
    private const string Begins = "<think>";
    private const string Ends = ToolCallParser.ThoughtEnd;

    /// <summary>The places of the rewarded tokens, from 0; null: all.</summary>
    /// <param name="part">The part that is asked for.</param>
    /// <param name="response">The response, with its own spans where it has any.</param>
    /// <param name="prompt">The prompt's text, which may open the thinking; null: not known.</param>
    /// <param name="ids">The response's ids.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <exception cref="InputException">There is no such part, or the tokens do not spell the text.</exception>
    public static int[]? Of(ResponsePart part, RowResponse response, string? prompt, int[] ids, Func<Tokenizer> tokenizer)
    {
        if (response.Spans is null && part == ResponsePart.All) return null;
        string[] texts = tokenizer().TokenTexts(ids);
        string spelled = string.Concat(texts);
        int offset = response.Text is { } text ? spelled.IndexOf(text, StringComparison.Ordinal) : 0;
        if (offset < 0)
        {
            throw new InputException("expected a response that its tokens spell, found one that the tokenizer rewrites: "
                + "no characters of it can be told apart");
        }

        int[] rewarded = response.Spans is { } spans
            ? Overlapping(texts, [.. spans.Select(s => (offset + s.Start, offset + s.End))])
            : Part(part, spelled, texts, OpensThinking(prompt));
        return rewarded.Length > 0 ? rewarded : throw new InputException("the rewarded part holds no token");
    }

    private static int[] Part(ResponsePart part, string spelled, string[] texts, bool opened)
    {
        int close = spelled.LastIndexOf(Ends, StringComparison.Ordinal);
        if (close < 0)
        {
            bool unfinished = opened || spelled.Contains(Begins, StringComparison.Ordinal);
            if (part == ResponsePart.Answer)
            {
                return unfinished
                    ? throw new InputException($"the response has no answer: its thinking does not end with {Ends}")
                    : [.. Enumerable.Range(0, texts.Length)];
            }

            return unfinished
                ? [.. Enumerable.Range(0, texts.Length)]
                : throw new InputException($"the response has no thinking: it has no {Ends}");
        }

        int seam = close + Ends.Length, at = 0, first = 0;
        while (first < texts.Length && at < seam) at += texts[first++].Length;
        return part == ResponsePart.Answer
            ? [.. Enumerable.Range(first, texts.Length - first)]
            : [.. Enumerable.Range(0, first)];
    }

    private static bool OpensThinking(string? prompt) => prompt is not null
        && prompt.LastIndexOf(Begins, StringComparison.Ordinal) > prompt.LastIndexOf(Ends, StringComparison.Ordinal);

    // A token whose character is completed by a later one has an empty text, and counts where it stands.
    private static int[] Overlapping(string[] texts, (int Start, int End)[] spans)
    {
        List<int> tokens = [];
        int at = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            int end = at + texts[i].Length;
            if (spans.Any(s => at < s.End && (end > s.Start || (end == at && at >= s.Start)))) tokens.Add(i);
            at = end;
        }

        return [.. tokens];
    }
}
