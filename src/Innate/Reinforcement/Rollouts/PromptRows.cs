using Innate.Learning.Data;
using Innate.Text;

namespace Innate.Reinforcement.Rollouts;

/// <summary>
/// Rows for reinforcement learning, one JSON object a line: <c>messages</c>, or <c>prompt</c> (a text or messages), and an
/// <c>answer</c> (a text or a number) where the reward is verifiable. Other fields are passed over.
/// </summary>
internal static class PromptRows
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">JSON lines.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="format">Chat template or raw.</param>
    /// <param name="maxTokens">The longest prompt: what the context leaves beside the response.</param>
    /// <param name="vocabularySize">Ids the model takes.</param>
    /// <param name="needsAnswers">Whether a row without an answer is an error.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">The first bad row, named by file and line; or there is none.</exception>
    public static IReadOnlyList<PolicyPrompt> Read(
        string file, Tokenizer tokenizer, ChatFormat format, int maxTokens, int vocabularySize, bool needsAnswers,
        CancellationToken cancellation = default)
    {
        var tokens = new RowTokens(tokenizer, () => format, vocabularySize);
        List<PolicyPrompt> prompts = [];
        foreach (JsonLine line in JsonLines.Read(file))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var fields = new RowFields(line.Fields);
                RowPrompt row = RowPrompt.Of(fields, fields.Has("messages") ? "messages" : "prompt");
                int[] ids = tokens.OfPrompt(row);
                if (ids.Length > maxTokens)
                {
                    throw new InputException($"the prompt: expected at most {maxTokens} tokens, found {ids.Length}");
                }

                string? answer = fields.Has("answer") ? fields.Scalar("answer") : null;
                if (needsAnswers && answer is null)
                {
                    throw new InputException(
                        "\"answer\": expected the gold answer, which the reward compares with, found nothing");
                }

                prompts.Add(new PolicyPrompt(ids, answer, line.Line, row.Text ?? row.Messages![^1].Content));
            }
            catch (InputException e)
            {
                throw new InputException($"{file}, line {line.Line}: {e.Message.TrimEnd('.')}.", e);
            }
        }

        return prompts.Count > 0 ? prompts : throw new InputException($"{file}: expected prompts, found none.");
    }
}
