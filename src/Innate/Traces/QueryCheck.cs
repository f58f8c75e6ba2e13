using System.Globalization;
using Innate.Models;

namespace Innate.Traces;

/// <summary>What every trace source asks of a query, in one sentence each.</summary>
internal static class QueryCheck
{
    /// <summary>Refuses a query that a model cannot read; nothing is ever cut short silently.</summary>
    /// <exception cref="InputException">
    /// An empty prompt or response, an id outside the vocabulary, or too long a path.
    /// </exception>
    public static void Check(TraceQuery query, ITraceSource source) =>
        Check(query, source.VocabularySize, source.MaxPositions, source.ContextInWords);

    private static void Check(TraceQuery query, int vocabularySize, int maxPositions, string context)
    {
        if (query.Prompt.Length == 0) throw new InputException("prompt: expected at least one token, found none.");
        if (query.Responses.Count == 0) throw new InputException("responses: expected at least one, found none.");
        CheckIds("prompt", query.Prompt, vocabularySize);
        foreach (int[] response in query.Responses)
        {
            if (response.Length == 0) throw new InputException("response: expected at least one token, found none.");
            CheckIds("response", response, vocabularySize);
            int length = query.Prompt.Length + response.Length;
            if (length > maxPositions)
            {
                throw new InputException(
                    $"The prompt's {query.Prompt.Length} tokens and the response's {response.Length} make {length}, "
                    + $"{length - maxPositions} more than {context}.");
            }
        }
    }

    /// <summary>Refuses a temperature that float32 arithmetic cannot tell from 0 or from infinity.</summary>
    /// <exception cref="InputException">Outside [1e-6, 1e6].</exception>
    public static void CheckAlpha(double alpha)
    {
        if (alpha is >= 1e-6 and <= 1e6) return;
        throw new InputException("Alpha", "a number from 0.000001 to 1000000", alpha.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Refuses ids outside [0, vocabularySize).</summary>
    public static void CheckIds(string field, ReadOnlySpan<int> ids, int vocabularySize)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)vocabularySize)
            {
                throw new InputException(
                    $"{field}: token {i} is {ids[i]}, outside the vocabulary of {vocabularySize} (0 to {vocabularySize - 1}).");
            }
        }
    }
}
