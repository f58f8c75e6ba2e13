using Innate.Models;
using Innate.Traces;

namespace Innate.Sessions;

/// <summary>What a model takes.</summary>
/// <param name="VocabularySize">Ids lie in [0, VocabularySize).</param>
/// <param name="MaxPositions">The longest prompt + response, in tokens.</param>
public sealed record ModelLimits(int VocabularySize, int MaxPositions)
{
    /// <summary>What holds so many tokens, for messages; null: the model's context.</summary>
    public string? Context { get; init; }

    /// <summary>A source's limits.</summary>
    /// <param name="source">The model.</param>
    public static ModelLimits Of(ITraceSource source) =>
        new(source.VocabularySize, source.MaxPositions) { Context = source.ContextInWords };

    /// <summary>The same with the shorter of two contexts.</summary>
    /// <param name="other">Another model that reads the same rows.</param>
    public ModelLimits Within(ModelLimits other) => other.MaxPositions >= MaxPositions ? this
        : this with { MaxPositions = other.MaxPositions, Context = other.Context };

    /// <summary>Refuses a query that the model cannot read; nothing is ever cut short silently.</summary>
    /// <param name="query">A prompt with its responses.</param>
    /// <exception cref="InputException">
    /// An empty part, an id outside the vocabulary, or more tokens than the context holds.
    /// </exception>
    public void Require(TraceQuery query)
    {
        RequirePrompt(query.Prompt, room: 1);
        for (int i = 0; i < query.Responses.Count; i++)
        {
            int[] response = query.Responses[i];
            string name = query.Responses.Count == 1 ? "the response" : $"response {i}";
            if (response.Length == 0) throw new InputException($"{name} encodes to no token; there is nothing to score");
            RequireIds(response, name);
            long length = (long)query.Prompt.Length + response.Length;
            if (length > MaxPositions)
            {
                throw new InputException(
                    $"prompt ({query.Prompt.Length} tokens) and {name} ({response.Length}) are {length} tokens, "
                    + $"{length - MaxPositions} more than {ContextInWords}");
            }

            query.Allowed?.Require(response, VocabularySize, name);
        }

        RequireBeside(query, query.NullPrompt, "the null prompt");
        RequireBeside(query, query.ImagePrompt, "the image's prompt");
    }

    // What is read in the prompt's place has to be readable too.
    private void RequireBeside(TraceQuery query, int[]? prompt, string name)
    {
        if (prompt is null) return;
        if (prompt.Length == 0) throw new InputException($"{name} encodes to no token; the model needs at least one");
        RequireIds(prompt, name);
        int longest = query.Responses.Max(r => r.Length);
        if ((long)prompt.Length + longest > MaxPositions)
        {
            throw new InputException(
                $"{name} ({prompt.Length} tokens) and a response ({longest}) are more than {ContextInWords}");
        }
    }

    /// <summary>Refuses a prompt that the model cannot go on from.</summary>
    /// <param name="prompt">The ids.</param>
    /// <param name="room">How many tokens must fit after it.</param>
    /// <exception cref="InputException">An empty prompt, an id outside the vocabulary, or no room left after it.</exception>
    public void RequirePrompt(int[] prompt, int room)
    {
        if (prompt.Length == 0)
        {
            throw new InputException("the prompt encodes to no token; the model needs at least one to start from");
        }

        RequireIds(prompt, "the prompt");
        if (prompt.Length + room > MaxPositions)
        {
            throw new InputException(
                $"the prompt is {prompt.Length} tokens, which leaves no room in {ContextInWords}");
        }
    }

    private string ContextInWords => Context ?? $"the model's context of {MaxPositions}";

    private void RequireIds(int[] ids, string name)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)VocabularySize)
            {
                throw new InputException($"{name} holds the id {id}, outside the model's vocabulary of {VocabularySize}");
            }
        }
    }
}
