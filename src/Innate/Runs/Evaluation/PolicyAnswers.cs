using Innate.Benchmarks.Policy;
using Innate.Generation;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Evaluation;

/// <summary>How a policy's answers are sampled.</summary>
/// <param name="Kind">How they are graded.</param>
/// <param name="Samples">Answers to each question.</param>
/// <param name="Temperature">0: always the likeliest token.</param>
/// <param name="MaxTokens">The most tokens of an answer.</param>
/// <param name="Seed">With the prompt's tokens, decides every sample.</param>
/// <param name="Instruction">On a line after each question; empty: nothing.</param>
internal sealed record PolicySampling(
    QuestionKind Kind, int Samples, double Temperature, int MaxTokens, ulong Seed, string Instruction);

/// <summary>
/// Answers questions and grades the answers. An answer depends on its question and the seed alone: not on the limit, its
/// neighbours, or an interruption.
/// </summary>
internal sealed class PolicyAnswers(ModelSession session, ChatFormatOptions options, PolicySampling sampling)
{
    // Questions that are answered together: they share the reading of the weights.
    private const int QuestionsATime = 32;

    private readonly ChatFormat _format = session.Format(options);
    private readonly SamplingOptions _sampling = new()
    {
        MaxTokens = sampling.MaxTokens,
        Temperature = sampling.Temperature,
        Seed = sampling.Seed,
        SeedsByPrompt = true,
        StopIds = session.StopIds(options),
    };

    /// <summary>Answers questions, a batch at a time.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="done">How many of them need no answer any more.</param>
    /// <param name="take">Is given a batch's lines of items.jsonl, in order.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Stops between batches and tokens.</param>
    public void Answer(
        IReadOnlyList<CheckedQuestion> questions, int done, Action<byte[][]> take, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        long tokens = 0;
        for (int first = done; first < questions.Count; first += QuestionsATime)
        {
            cancellation.ThrowIfCancellationRequested();
            CheckedQuestion[] own = [.. questions.Skip(first).Take(QuestionsATime)];
            take(Answer(own, ref tokens, cancellation));
            progress?.Report(new WorkDone(first + own.Length - done, tokens, (first + own.Length) / (double)questions.Count));
        }
    }

    private byte[][] Answer(CheckedQuestion[] questions, ref long tokens, CancellationToken cancellation)
    {
        (int[]? Ids, string? Why)[] prompts = [.. questions.Select(Encode)];
        int[][] good = [.. prompts.Where(p => p.Ids is not null).Select(p => p.Ids!)];
        IReadOnlyList<GeneratedResponse[]> groups = good.Length == 0
            ? []
            : session.Generator.Generate(good, sampling.Samples, _sampling, null, cancellation);
        byte[][] lines = new byte[questions.Length][];
        int next = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (prompts[i].Ids is not { } ids)
            {
                lines[i] = PolicyItems.Unscored(questions[i], prompts[i].Why!);
                continue;
            }

            GeneratedResponse[] group = groups[next++];
            tokens += group.Sum(g => g.TokenIds.Length);
            string[] texts = [.. group.Select(g => GeneratedText.Of(session.Tokenizer, ids, g))];
            lines[i] = PolicyItems.Line(
                questions[i], Asked(questions[i]), group, texts,
                [.. texts.Select(t => QuestionSet.Grade(sampling.Kind, t, questions[i].Expected))]);
        }

        return lines;
    }

    private (int[]? Ids, string? Why) Encode(CheckedQuestion question)
    {
        try
        {
            IReadOnlyList<ConversationMessage> asked = Asked(question);
            int[] ids = (_format.IsRaw ? _format.EncodePrompt(asked[0].Content) : _format.EncodePrompt(asked)).Ids;
            ModelLimits.Of(session.Traces).RequirePrompt(ids, room: 1);
            return (ids, null);
        }
        catch (InputException e)
        {
            return (null, e.Message);
        }
    }

    // A model without a chat template is given the words that question and answer stand after in print.
    private IReadOnlyList<ConversationMessage> Asked(CheckedQuestion question)
    {
        IReadOnlyList<ConversationMessage> asked = sampling.Instruction.Length == 0
            ? question.Messages
            : [.. question.Messages.SkipLast(1),
                question.Messages[^1] with { Content = $"{question.Messages[^1].Content}\n{sampling.Instruction}" }];
        return !_format.IsRaw ? asked : [new ConversationMessage(
            "user", $"Question: {string.Join('\n', asked.Select(m => m.Content))}\nAnswer:")];
    }
}
