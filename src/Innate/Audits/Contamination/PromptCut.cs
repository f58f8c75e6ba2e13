namespace Innate.Audits.Contamination;

/// <summary>A question's first part, which a model is to go on with, and what stood after it.</summary>
/// <param name="Beginning">The first words.</param>
/// <param name="Rest">The other words.</param>
internal readonly record struct PromptCut(string Beginning, string Rest)
{
    /// <summary>The least words of a question, so that each share is a different one.</summary>
    public const int FewestWords = 5;

    /// <summary>The shares of a question's words that are shown (arXiv 2507.10532).</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.4, 0.6, 0.8];

    /// <summary>Cuts a question after a share of its words; null: it has too few.</summary>
    public static PromptCut? Of(string question, double share)
    {
        string text = question.Trim();
        List<int> ends = [];
        for (int i = 0; i < text.Length; i++)
        {
            bool isLast = i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]);
            if (isLast && !char.IsWhiteSpace(text[i])) ends.Add(i + 1);
        }

        if (ends.Count < FewestWords) return null;
        int cut = ends[Math.Clamp((int)Math.Round(share * ends.Count), 1, ends.Count - 1) - 1];
        return new PromptCut(text[..cut], text[cut..]);
    }

    /// <summary>Whether a continuation begins with the rest, word for word; white space is all one.</summary>
    public bool IsCompletedBy(string continuation)
    {
        string said = Words(continuation), rest = Words(Rest);
        return said.StartsWith(rest, StringComparison.Ordinal);
    }

    private static string Words(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
