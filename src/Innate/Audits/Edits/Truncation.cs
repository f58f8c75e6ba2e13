namespace Innate.Audits.Edits;

/// <summary>The first half of the words, cut wherever that is; a response of fewer than four is left alone.</summary>
internal static class Truncation
{
    private const int FewestWords = 4;

    public static string? Apply(string response)
    {
        List<int> ends = [];
        for (int i = 0; i < response.Length; i++)
        {
            bool isLast = i + 1 == response.Length || char.IsWhiteSpace(response[i + 1]);
            if (!char.IsWhiteSpace(response[i]) && isLast) ends.Add(i + 1);
        }

        return ends.Count < FewestWords ? null : response[..ends[(ends.Count / 2) - 1]];
    }
}
