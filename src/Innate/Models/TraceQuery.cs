using Innate.Text;

namespace Innate.Models;

/// <summary>A prompt and the responses to it, as token ids: one token tree.</summary>
/// <param name="Prompt">The prompt's ids; at least one.</param>
/// <param name="Responses">Each response's ids; at least one id each.</param>
public sealed record TraceQuery(int[] Prompt, IReadOnlyList<int[]> Responses)
{
    /// <summary>
    /// Of each response the tokens at which a head that judges steps reads it, by their index; null: at its last token.
    /// </summary>
    internal IReadOnlyList<int[]>? Places { get; init; }

    /// <summary>Which tokens may come at each place of a response; null: all.</summary>
    public AllowedIds? Allowed { get; init; }

    /// <summary>The prompt that says nothing: what guidance, and the reward pmi, compare with; null: none is known.</summary>
    public int[]? NullPrompt { get; init; }

    /// <summary>For guidance in three ways: the prompt with its image alone; null: none.</summary>
    public int[]? ImagePrompt { get; init; }

    /// <summary>How far logits are pushed from those of <see cref="NullPrompt"/>; null: the prompt's own are read.</summary>
    public Guidance? Guidance { get; init; }

    /// <summary>Whether its logits are read as they are, all of them.</summary>
    public bool IsPlain => Allowed is null && Guidance is null;

    /// <summary>How many numbers a score head reads of it: one a response, or one a step.</summary>
    public int ScoreCount => Places?.Sum(p => p.Length) ?? Responses.Count;

    /// <summary>Some of its responses.</summary>
    internal TraceQuery Only(Range responses) => this with
    {
        Responses = [.. Responses.Take(responses)], Places = Places is null ? null : [.. Places.Take(responses)],
    };

    /// <summary>Queries of one prompt as one.</summary>
    /// <param name="queries">At least one; of several each is plain (<see cref="IsPlain"/>).</param>
    public static TraceQuery Together(IReadOnlyList<TraceQuery> queries) => queries.Count == 1 ? queries[0]
        : new TraceQuery(queries[0].Prompt, [.. queries.SelectMany(q => q.Responses)])
        {
            Places = queries.All(q => q.Places is null) ? null
                : [.. queries.SelectMany(q => q.Places ?? [.. q.Responses.Select(r => new[] { r.Length - 1 })])],
        };

    /// <summary>Tokens of the tree: the prompt once and every response.</summary>
    public int TokenCount => Prompt.Length + Responses.Sum(r => r.Length);

    /// <summary>A conversation and the responses to it.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="messages">The conversation; in raw mode its texts, with a blank line between them.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="whole">
    /// For a trained reward model, which reads a conversation as the template writes it, its own tail included. Raw mode has
    /// none.
    /// </param>
    /// <param name="arguments">What the template is given beside them; null: nothing.</param>
    /// <exception cref="InputException">A response is empty, or the template refuses the messages.</exception>
    public static TraceQuery Of(
        ChatFormat format, IReadOnlyList<ConversationMessage> messages, IReadOnlyList<string> responses, bool whole = false,
        TemplateArguments? arguments = null)
    {
        if (whole && format.JudgesSteps)
        {
            return OfSteps(format, PromptOf(format, messages, arguments), [.. responses.Select(format.StepsOf)]);
        }

        if (whole && !format.IsRaw)
        {
            return OfSequences([.. responses.Select(r => format.EncodeConversation(messages, r, arguments))]);
        }

        EncodedPrompt prompt = PromptOf(format, messages, arguments);
        return new TraceQuery(prompt.Ids, [.. responses.Select(r => format.EncodeResponse(prompt, r).Ids)]);
    }

    /// <summary>Solutions as a head that judges steps reads them: at the last token of the blank line after each step.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="prompt">What they answer.</param>
    /// <param name="solutions">The steps of each.</param>
    /// <exception cref="InputException">A solution without a step, or a step without text.</exception>
    internal static TraceQuery OfSteps(ChatFormat format, EncodedPrompt prompt, IReadOnlyList<IReadOnlyList<string>> solutions)
    {
        List<int[]> responses = [], places = [];
        foreach (IReadOnlyList<string> steps in solutions)
        {
            if (steps.Count == 0)
            {
                throw new InputException("the response is empty; expected steps, for there is nothing to score");
            }

            (int[] ids, int[] ends) = StepEncoder.Encode(format, prompt, [.. steps.Select(StepText.Clean)], judged: true);
            responses.Add(ids);
            places.Add([.. ends.Select(e => e - 1)]);
        }

        return new TraceQuery(prompt.Ids, responses) { Places = places };
    }

    /// <summary>The same of a prompt and a response as the chat template has written them.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="prompt">The rendered prompt.</param>
    /// <param name="response">What follows it; the end of the turn is passed over.</param>
    /// <exception cref="InputException">A response without a step.</exception>
    public static TraceQuery OfSteps(ChatFormat format, string prompt, string response)
    {
        string end = format.Closing is { } closing ? closing.Trail + closing.EndText : "";
        string words = response.TrimEnd();
        if (end.Length > 0 && words.EndsWith(end.TrimEnd(), StringComparison.Ordinal)) words = words[..^end.TrimEnd().Length];
        return OfSteps(format, EncodedPrompt.Of(format.Tokenizer, prompt), [format.StepsOf(words)]);
    }

    private static EncodedPrompt PromptOf(
        ChatFormat format, IReadOnlyList<ConversationMessage> messages, TemplateArguments? arguments) => format.IsRaw
        ? format.EncodePrompt(string.Join("\n\n", messages.Select(m => m.Content)), arguments)
        : format.EncodePrompt(messages, arguments);

    /// <summary>A user's message, in raw mode a text, and the responses to it.</summary>
    /// <inheritdoc cref="Of(ChatFormat, IReadOnlyList{ConversationMessage}, IReadOnlyList{string}, bool, TemplateArguments?)"/>
    public static TraceQuery Of(ChatFormat format, string prompt, IReadOnlyList<string> responses, bool whole = false) =>
        Of(format, [new ConversationMessage("user", prompt)], responses, whole);

    /// <summary>
    /// Whole sequences: what they begin with in common is the prompt, the rest of each, at least its last id, a response.
    /// </summary>
    /// <param name="sequences">The sequences; at least one.</param>
    /// <exception cref="InputException">One has less than two ids.</exception>
    public static TraceQuery OfSequences(IReadOnlyList<int[]> sequences)
    {
        int shared = sequences.Min(s => s.Length) - 1;
        foreach (int[] s in sequences) shared = Math.Min(shared, s.AsSpan().CommonPrefixLength(sequences[0]));
        return shared > 0
            ? new TraceQuery(sequences[0][..shared], [.. sequences.Select(s => s[shared..])])
            : throw new InputException("the text is less than two tokens; there is nothing to score");
    }
}
