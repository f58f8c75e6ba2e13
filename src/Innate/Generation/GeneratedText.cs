using Innate.Text;

namespace Innate.Generation;

/// <summary>A sampled response as text.</summary>
public static class GeneratedText
{
    /// <summary>
    /// The end token is no part of the text, be it special or not. What is decoded is the continuation of the prompt: on its
    /// own, a decoder that strips the first token's leading space would glue the two together.
    /// </summary>
    public static string Of(Tokenizer tokenizer, int[] prompt, GeneratedResponse r) => OfIds(tokenizer, prompt, r.SaidIds);

    /// <summary>The same of ids; special ones, such as an end, are no part of the text.</summary>
    internal static string OfIds(Tokenizer tokenizer, int[] prompt, int[] ids)
    {
        string before = tokenizer.Decode(prompt, skipSpecialTokens: true);
        string whole = tokenizer.Decode([.. prompt, .. ids], skipSpecialTokens: true);
        return whole.StartsWith(before, StringComparison.Ordinal)
            ? whole[before.Length..]
            : tokenizer.Decode(ids, skipSpecialTokens: true);
    }
}
