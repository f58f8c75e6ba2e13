namespace Innate.Audits.Words;

/// <summary>What of a word list a text holds.</summary>
internal enum WordSide
{
    /// <summary>No word of the list.</summary>
    None,

    /// <summary>Words of the first group alone.</summary>
    First,

    /// <summary>Words of the second group alone.</summary>
    Second,

    /// <summary>Words of both, or one with which a text is left out.</summary>
    Unclear,
}

/// <summary>
/// Swaps a list's whole words, both ways. A word that the list has in lower case is meant in any case, and keeps the text's; one
/// with a capital is meant as it is written.
/// </summary>
/// <param name="list">The list.</param>
internal sealed class WordSwap(WordList list)
{
    private readonly Dictionary<string, string> _toSecond =
        list.Pairs.ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
    private readonly Dictionary<string, string> _toFirst =
        list.Pairs.ToDictionary(p => p.Second, p => p.First, StringComparer.Ordinal);
    private readonly HashSet<string> _unless = [.. list.Unless];

    /// <summary>The list.</summary>
    public WordList List => list;

    /// <summary>Which of the two groups a text speaks of.</summary>
    public WordSide SideOf(string text)
    {
        bool first = false, second = false;
        foreach (string word in WholeWords.Of(text))
        {
            if (_unless.Contains(word) || _unless.Contains(word.ToLowerInvariant())) return WordSide.Unclear;
            first |= Find(_toSecond, word) is not null;
            second |= Find(_toFirst, word) is not null;
        }

        return first && second ? WordSide.Unclear : first ? WordSide.First : second ? WordSide.Second : WordSide.None;
    }

    /// <summary>The text with the other group's words.</summary>
    /// <param name="text">A text of one side, or of none.</param>
    /// <param name="from">That side.</param>
    public string Swap(string text, WordSide from)
    {
        Dictionary<string, string> words = from == WordSide.First ? _toSecond : _toFirst;
        return WholeWords.Replace(text, word => Find(words, word)) ?? text;
    }

    private static string? Find(Dictionary<string, string> words, string word) =>
        words.GetValueOrDefault(word) ?? words.GetValueOrDefault(word.ToLowerInvariant());
}
