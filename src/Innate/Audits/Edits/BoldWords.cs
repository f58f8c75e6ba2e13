using System.Text;

namespace Innate.Audits.Edits;

/// <summary>The first word of each sentence in bold; a response that has bold words is left alone.</summary>
internal static class BoldWords
{
    public static string? Apply(string response)
    {
        if (response.Contains("**", StringComparison.Ordinal)) return null;
        StringBuilder text = new();
        int from = 0;
        foreach (int start in Sentences.Starts(response))
        {
            int end = start;
            while (end < response.Length && char.IsLetterOrDigit(response[end])) end++;
            if (end == start) continue;
            text.Append(response, from, start - from).Append("**").Append(response, start, end - start).Append("**");
            from = end;
        }

        return text.Append(response, from, response.Length - from).ToString();
    }
}
