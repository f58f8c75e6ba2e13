using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>What a prompt asks, for people: the last user message without the chat template's markup around it.</summary>
internal sealed class AskedText
{
    private const string Mark = "?!";

    private readonly Tokenizer _tokenizer;
    private readonly int _fromEnd;
    private readonly string _before = "";
    private readonly string _after = "";

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="format">The chat template; where there is none, a prompt is shown as it is.</param>
    public AskedText(Tokenizer tokenizer, Func<ChatFormat> format)
    {
        _tokenizer = tokenizer;
        // Of a prompt that is known, which piece between special tokens is the user's, and what the template adds to it.
        List<string> pieces = Pieces(KnownPrompt(format));
        int at = pieces.FindLastIndex(p => p.Contains(Mark, StringComparison.Ordinal));
        if (at < 0) return;
        _fromEnd = pieces.Count - at;
        string[] around = pieces[at].Split(Mark);
        (_before, _after) = (around[0], around[^1]);
    }

    /// <summary>The text.</summary>
    public string Of(int[] prompt)
    {
        List<string> pieces = Pieces(prompt);
        if (_fromEnd == 0 || _fromEnd > pieces.Count) return _tokenizer.Decode(prompt, skipSpecialTokens: true).Trim();
        string text = pieces[^_fromEnd];
        if (text.StartsWith(_before, StringComparison.Ordinal)) text = text[_before.Length..];
        if (text.EndsWith(_after, StringComparison.Ordinal)) text = text[..^_after.Length];
        return text.Trim();
    }

    private static int[] KnownPrompt(Func<ChatFormat> format)
    {
        try
        {
            ChatFormat chat = format();
            return chat.IsRaw ? [] : chat.EncodePrompt(Mark).Ids;
        }
        catch (InputException)
        {
            // Rows of plain text need no template.
            return [];
        }
    }

    private List<string> Pieces(int[] ids)
    {
        List<string> pieces = [];
        int start = 0;
        for (int i = 0; i <= ids.Length; i++)
        {
            if (i < ids.Length && !IsSpecial(ids[i])) continue;
            pieces.Add(_tokenizer.Decode(ids.AsSpan(start, i - start).ToArray()));
            start = i + 1;
        }

        return pieces;
    }

    private bool IsSpecial(int id) =>
        _tokenizer.Decode([id], skipSpecialTokens: true).Length == 0 && _tokenizer.Decode([id]).Length > 0;
}
