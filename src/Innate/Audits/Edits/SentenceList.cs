namespace Innate.Audits.Edits;

/// <summary>Each sentence as a line of a list; a response of one sentence, or of several lines already, is left alone.</summary>
internal static class SentenceList
{
    public static string? Apply(string response)
    {
        IReadOnlyList<int> starts = Sentences.Starts(response);
        if (starts.Count < 2 || response.Contains('\n', StringComparison.Ordinal)) return null;
        return string.Join('\n', starts.Select((start, i) =>
            $"- {response[start..(i + 1 < starts.Count ? starts[i + 1] : response.Length)].Trim()}"));
    }
}
