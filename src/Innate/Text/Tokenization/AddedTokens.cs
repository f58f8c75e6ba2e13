using System.Buffers;
using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>A token that is found in the text itself, before the model sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="Special">Whether decoding may leave it out.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text.</param>
/// <param name="LeftStrip">Whether it takes the white space before it.</param>
/// <param name="RightStrip">Whether it takes the white space after it.</param>
/// <param name="SingleWord">Whether it must stand between non-word characters.</param>
internal sealed record AddedToken(
    int Id, string Content, bool Special, bool Normalized, bool LeftStrip, bool RightStrip, bool SingleWord)
{
    /// <summary>Reads a token's fields.</summary>
    /// <param name="field">An object.</param>
    /// <param name="id">Its id.</param>
    /// <param name="normalized">What holds where the field does not say.</param>
    public static AddedToken Read(JsonField field, int id, bool normalized) => new(
        id, field["content"].Text(), field["special"].FlagOr(false), field["normalized"].FlagOr(normalized),
        field["lstrip"].FlagOr(false), field["rstrip"].FlagOr(false), field["single_word"].FlagOr(false));
}

/// <summary>Finds added tokens in text: from the left, the longest first.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstCharacters;

    /// <param name="tokens">The tokens with the text to look for (normalized, where they are found in normalized text).</param>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        foreach ((string text, AddedToken token) in tokens)
        {
            if (text.Length == 0) continue;
            Node node = _root;
            foreach (char c in text)
            {
                if (!node.Children.TryGetValue(c, out Node? child)) node.Children[c] = child = new Node();
                node = child;
            }

            node.Token = token;
        }

        _firstCharacters = SearchValues.Create([.. _root.Children.Keys]);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => _root.Children.Count == 0;

    /// <summary>The next token, with the white space it takes; null where none is left.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where the text begins that is not yet anybody's.</param>
    /// <param name="search">
    /// Where to look from on; then the end of the token's own characters. White space that it took is looked through again, as
    /// the reference does, so that a token of white space found there stands a second time.
    /// </param>
    /// <param name="start">Where the token begins, the white space it takes included; the text's end where there is none.</param>
    /// <param name="end">Where what it takes ends.</param>
    public AddedToken? Find(ReadOnlySpan<char> text, int from, ref int search, out int start, out int end)
    {
        start = end = text.Length;
        for (int at = search; at < text.Length; at++)
        {
            int offset = text[at..].IndexOfAny(_firstCharacters);
            if (offset < 0) break;
            at += offset;
            AddedToken? token = LongestAt(text, at, out int stop);
            if (token is null) continue;
            if (token.SingleWord && (IsWordBefore(text, at) || IsWordAfter(text, stop)))
            {
                at = stop - 1; // passed over whole, as the reference does
                continue;
            }

            start = at;
            search = end = stop;
            if (token.LeftStrip)
            {
                while (start > from && char.IsWhiteSpace(text[start - 1])) start--;
            }

            if (token.RightStrip)
            {
                while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            }

            return token;
        }

        search = text.Length;
        return null;
    }

    private AddedToken? LongestAt(ReadOnlySpan<char> text, int at, out int end)
    {
        AddedToken? longest = null;
        end = at;
        Node node = _root;
        int i = at;
        for (; i < text.Length && node.Children.TryGetValue(text[i], out Node? child); i++)
        {
            node = child;
            if (node.Token is null) continue;
            longest = node.Token;
            end = i + 1;
        }

        if (i - at > 256) EncodingBudget.Charge(i - at); // long tokens that the text nearly spells, at every place
        return longest;
    }

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at)
    {
        if (at == 0) return false;
        Rune.DecodeLastFromUtf16(text[..at], out Rune rune, out _);
        return UnicodeClasses.IsWord(rune.Value);
    }

    private static bool IsWordAfter(ReadOnlySpan<char> text, int at)
    {
        if (at == text.Length) return false;
        Rune.DecodeFromUtf16(text[at..], out Rune rune, out _);
        return UnicodeClasses.IsWord(rune.Value);
    }

    private sealed class Node
    {
        public readonly Dictionary<char, Node> Children = [];
        public AddedToken? Token;
    }
}
