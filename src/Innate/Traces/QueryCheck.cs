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
    public static void Check(TraceQuery query, ITraceSource source)
    {
        Check(query, source.VocabularySize, source.MaxPositions, source.ContextInWords);
        if (query.IsPlain) return;
        if (!source.HoldsLogits)
        {
            throw new InputException(
                $"{(query.Allowed is null ? "guidance" : "allowed")}: expected a model in this process, whose logits are here, "
                + "found one that keeps them.");
        }

        CheckSteered(query, source);
    }

    /// <summary>Refuses guidance without the prompts that it compares, and responses that are not allowed.</summary>
    private static void CheckSteered(TraceQuery query, ITraceSource source)
    {
        foreach (int[] response in query.Responses) query.Allowed?.Require(response, source.VocabularySize);
        if (query.Guidance is not { } guidance) return;
        guidance.Check();
        if (query.NullPrompt is not { } without)
        {
            throw new InputException("guidance: expected a null prompt to compare with, found none");
        }

        if (guidance.ImageScale is not null != query.ImagePrompt is not null)
        {
            throw new InputException(
                "guidance: expected two scales together with an image's prompt, found "
                + (query.ImagePrompt is null ? "no such prompt" : "one scale"));
        }

        foreach (int[] prompt in (IEnumerable<int[]>)[without, .. query.ImagePrompt is { } image ? (int[][])[image] : []])
        {
            Check(query with { Prompt = prompt }, source.VocabularySize, source.MaxPositions, source.ContextInWords);
        }
    }

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
