using System.Text.Json;
using Innate.Learning.Data;
using Innate.Rows;
using Innate.Text;
using Innate.Verifiers.Instructions;

namespace Innate.Reinforcement.Rollouts;

/// <summary>
/// Rows for reinforcement learning, one JSON object a line: <c>messages</c>, or <c>prompt</c> (a text or messages), and an
/// <c>answer</c> (a text or a number) where the reward is verifiable. A recipe may ask for <c>hint</c>, <c>rephrased</c>,
/// <c>demonstration</c> (texts), <c>documents</c> and <c>answers</c> (<see cref="GroundedPrompt"/>), an instruction's checks
/// (<see cref="Instruction"/>) and, where a judge learns, <c>judged</c> (a number a response); what it does not ask for is not
/// read. Other fields are passed over.
/// </summary>
internal static class PromptRows
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">JSON lines.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="format">Chat template or raw.</param>
    /// <param name="maxTokens">The longest prompt: what the context leaves beside the response.</param>
    /// <param name="vocabularySize">Ids the model takes.</param>
    /// <param name="needed">A row without one of these is an error.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">The first bad row, named by file and line; or there is none.</exception>
    public static IReadOnlyList<PolicyPrompt> Read(
        string file, Tokenizer tokenizer, ChatFormat format, int maxTokens, int vocabularySize, PromptFields needed,
        RowColumns? columns = null, CancellationToken cancellation = default)
    {
        var tokens = new RowTokens(tokenizer, () => format, vocabularySize);
        List<PolicyPrompt> prompts = [];
        prompts.AddRange(RowInput.Read(file, line =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Of(line, tokens, maxTokens, needed, columns);
        }, columns).Select(row => row.Row));
        return prompts.Count > 0 ? prompts : throw new InputException($"{file}: expected prompts, found none.");
    }

    private static PolicyPrompt Of(InputLine line, RowTokens tokens, int maxTokens, PromptFields needed, RowColumns? columns)
    {
        Row row = RowParser.ParsePrompt(line, columns);
        int[] ids = tokens.OfPrompt(row.Prompt);
        if (ids.Length > maxTokens)
        {
            throw new InputException($"the prompt: expected at most {maxTokens} tokens, found {ids.Length}");
        }

        RowFields fields = new(row.Fields, columns);
        string? answer = fields.Has("answer") ? fields.Scalar("answer") : null;
        if (needed.HasFlag(PromptFields.Answer) && answer is null)
        {
            throw new InputException("\"answer\": expected the gold answer, which the reward compares with, found nothing");
        }

        string? Needed(PromptFields field, string name, string what) => !needed.HasFlag(field) ? null
            : fields.Has(name) ? fields.Text(name)
            : throw new InputException($"\"{name}\": expected {what}, which the recipe learns with, found nothing");

        string? rephrased = Needed(PromptFields.Rephrased, "rephrased", "the same question in other words");
        string? demonstration = Needed(PromptFields.Demonstration, "demonstration", "a response to learn from");
        return new PolicyPrompt(ids, answer, line.Number, row.Prompt.Text ?? row.Prompt.Messages?[^1].Content ?? "")
        {
            Grounding = needed.HasFlag(PromptFields.Documents) ? GroundedPrompt.Of(fields) : null,
            Hint = Needed(PromptFields.Hint, "hint", "a text that helps"),
            Rephrased = rephrased is null ? null : tokens.OfPrompt(Rephrased(row.Prompt, rephrased)),
            Demonstration = demonstration is null ? null : tokens.Of(row with
                {
                    Responses = [new RowResponse(demonstration, Ids: null)], Shape = ResponseShape.One,
                }).Responses[0],
            Judged = needed.HasFlag(PromptFields.Judged) ? Judged(fields) : null,
            Instruction = needed.HasFlag(PromptFields.Constraints) ? Instruction.Read(fields) : null,
            NullPrompt = NullOf(row, tokens, maxTokens),
            Conversation = row.Prompt.Ids is null ? row.Prompt.Conversation : null,
        };
    }

    private static int[]? NullOf(Row row, RowTokens tokens, int maxTokens)
    {
        if (row.Tokens?.NullPrompt is not { } prompt) return null;
        int[] ids = tokens.OfPrompt(prompt);
        return ids.Length <= maxTokens ? ids
            : throw new InputException($"the null prompt: expected at most {maxTokens} tokens, found {ids.Length}");
    }

    // What the responses that the prompt shows are worth.
    private static Dictionary<string, double> Judged(RowFields fields)
    {
        if (fields.Get("judged") is not { ValueKind: JsonValueKind.Object } judged)
        {
            throw new InputException(
                "\"judged\": expected a number for each response that the prompt shows, such as {\"1\": 1, \"2\": 0} "
                + "(`innate label judgements --for rl` writes it), found nothing");
        }

        Dictionary<string, double> known = new(StringComparer.Ordinal);
        foreach (JsonProperty response in judged.EnumerateObject())
        {
            if (response.Value.ValueKind != JsonValueKind.Number || !double.IsFinite(response.Value.GetDouble())
                || !known.TryAdd(response.Name, response.Value.GetDouble()))
            {
                throw new InputException(
                    $"\"judged\": expected one number a response, found {RowJson.Describe(response.Value)} of "
                    + $"\"{response.Name}\"");
            }
        }

        return known.Count >= 2 && known.Values.Distinct().Count() > 1 ? known : throw new InputException(
            $"\"judged\": expected at least two responses that are not worth the same, found {known.Count}");
    }

    // A system message and turns before the question stay.
    private static RowPrompt Rephrased(RowPrompt prompt, string last) => prompt.Messages is { Count: > 0 } messages
        ? prompt with { Messages = [.. messages.SkipLast(1), new ConversationMessage(messages[^1].Role, last)] }
        : new RowPrompt { Text = last, Arguments = prompt.Arguments };
}
