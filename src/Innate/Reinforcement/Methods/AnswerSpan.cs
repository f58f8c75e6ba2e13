using Innate.Scoring.Grading;
using Innate.Text;

namespace Innate.Reinforcement.Methods;

/// <summary>Where a part of a response's text lies among its tokens: those that hold a character of it.</summary>
/// <param name="Start">The first token, from 0.</param>
/// <param name="End">One past the last, above <paramref name="Start"/>.</param>
/// <param name="Lead">
/// What the first token holds before the part: many tokenizers write a word's blank into it. Whoever puts another text into the
/// place puts this before it.
/// </param>
internal readonly record struct AnswerSpan(int Start, int End, string Lead)
{
    /// <summary>Tokens.</summary>
    public int Length => End - Start;

    /// <summary>The numbers of these tokens.</summary>
    /// <param name="perToken">One a token of the response.</param>
    public double[] Of(double[] perToken) => perToken[Start..End];

    /// <summary>The final answer, as <see cref="VerifiableAnswer.Extract"/> finds it; null where the response has none.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="ids">The response; special tokens are no text.</param>
    /// <param name="boxOnly">Whether only a box counts.</param>
    public static AnswerSpan? Find(Tokenizer tokenizer, int[] ids, bool boxOnly = false)
    {
        string[] texts = Texts(tokenizer, ids);
        return VerifiableAnswer.Place(string.Concat(texts), boxOnly) is { } place
            ? Covering(texts, place.Start.Value, place.End.Value, t => tokenizer.IsSpecial(ids[t])) : null;
    }

    /// <summary>
    /// One text a token, "" of special ones, whose concatenation is the response's text. A character of several tokens belongs to
    /// the one that completes it.
    /// </summary>
    public static string[] Texts(Tokenizer tokenizer, int[] ids)
    {
        int[] said = [.. Enumerable.Range(0, ids.Length).Where(t => !tokenizer.IsSpecial(ids[t]))];
        string[] texts = new string[ids.Length], own = tokenizer.TokenTexts([.. said.Select(t => ids[t])]);
        Array.Fill(texts, "");
        for (int i = 0; i < said.Length; i++) texts[said[i]] = own[i];
        return texts;
    }

    // Tokens of bytes that another completes come along with it.
    private static AnswerSpan Covering(string[] texts, int from, int to, Func<int, bool> isSpecial)
    {
        int start = 0, at = 0;
        while (at + texts[start].Length <= from) at += texts[start++].Length;
        string lead = texts[start][..(from - at)];
        int end = start;
        while (at < to) at += texts[end++].Length;
        while (lead.Length == 0 && start > 0 && texts[start - 1].Length == 0 && !isSpecial(start - 1)) start--;
        return new AnswerSpan(start, end, lead);
    }
}
