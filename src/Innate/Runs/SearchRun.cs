using Innate.Generation;
using Innate.Rows;
using Innate.Scoring;
using Innate.Search;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>Rows whose prompts are answered by search over steps.</summary>
public sealed record SearchSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The rows with their answers.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model that answers.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The model that scores; null: the one that answers.</summary>
    public ModelSource? RewardModel { get; init; }

    /// <summary>What scores an answer as far as it goes.</summary>
    public ScorerSettings Scorer { get; init; } = new();

    /// <summary>The search.</summary>
    public StepSearchSettings Search { get; init; } = new();

    /// <summary>How candidates are sampled; its tokens are an answer's; the ids that end one are the model's own.</summary>
    public SamplingOptions Sampling { get; init; } = new() { Temperature = 0.8, TopP = 0.95 };

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();
}

/// <summary>
/// Answers by search: a line for each line, <c>"response"</c>, its <c>"reward"</c> and <c>"steps"</c> with their scores, what was
/// sampled and scored for it; a bad row's reason in its place.
/// </summary>
/// <param name="settings">What is answered, and how.</param>
public sealed class SearchRun(SearchSettings settings) : Run<RowsResult>
{
    private static readonly string[] Own =
    [
        "response", "responses", "response_ids", "reward", "rewards", "steps", "finished", "sampled_tokens", "verdicts",
    ];

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Scorer.Check();
        settings.Search.Check();
        if (settings.Sampling.Temperature <= 0)
        {
            throw new InputException(
                nameof(settings.Sampling.Temperature), "a number above 0 with {Search}, which samples candidates", "0");
        }

        using RowInput input = RowInput.Open(settings.Input);
        using ModelSession policy = OpenModel(settings.Model, cancellation);
        using ModelSession? other = settings.RewardModel is { } source ? OpenModel(source, cancellation) : null;
        using ModelSession? reference = settings.Scorer.Reference is { } of ? OpenModel(of, cancellation) : null;
        using PrefixScorer scorer = new(settings.Scorer, policy, other ?? policy, reference, settings.Format);
        RowEncoder encoder = RowEncoder.Of(policy, settings.Format);
        encoder.RequireText();
        using RowOutput output = RowOutput.Open(settings.Output, input);
        UnreadRows unread = new(input, output);
        IProgress<WorkDone>? progress = Advances(events, "rows");
        long done = 0, errors = 0, tokens = 0;
        while (input.Lines.ReadNext() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            (byte[] result, long sampled, string? error, bool isUnread) = Answer(line);
            if (error is not null) errors++;
            if (isUnread) unread.Add(error!);
            else unread.AddRead();
            unread.Write(result);
            output.Flush();
            tokens += sampled;
            progress?.Report(new WorkDone(++done, tokens, input.FractionAt(line.End)));
        }

        unread.Complete();
        return new RowsResult(done, errors);

        (byte[] Line, long Sampled, string? Error, bool IsUnread) Answer(InputLine line)
        {
            Row? row = null;
            try
            {
                row = RowParser.ParsePrompt(line, input.Columns);
                int[] prompt = encoder.EncodePrompt(row.Prompt);
                ModelLimits.Of(policy.Traces).RequirePrompt(prompt, room: 1);
                StepSearch search = new(
                    policy.Generator, policy.Tokenizer, settings.Sampling with { StopIds = policy.StopIds(settings.Format) },
                    policy.Traces.MaxPositions, (answers, stop) => scorer.Score(row, prompt, answers, stop), settings.Search);
                SearchedAnswer found = search.Find(prompt, cancellation);
                return (Line(row, prompt, found, scorer), found.Sampled, null, false);
            }
            catch (InputException e)
            {
                return (RowWriter.Error(line.Number, e.Message), 0, e.Message, row is null);
            }
        }
    }

    private static byte[] Line(Row row, int[] prompt, SearchedAnswer found, PrefixScorer scorer) => RowWriter.Line(w =>
    {
        RowWriter.PassThrough(w, row.Fields, Own);
        w.WriteString("response", scorer.TextOf(prompt, found.Answer.Ids));
        WriteScore("reward", found.Answer.Score);
        w.WriteStartArray("steps");
        int[] before = prompt;
        foreach (SearchedStep step in found.Answer.Steps)
        {
            w.WriteStartObject();
            w.WriteString("text", scorer.TextOf(before, step.Ids));
            WriteScore("score", step.Score);
            w.WriteNumber("tokens", step.Ids.Length);
            w.WriteEndObject();
            before = [.. before, .. step.Ids];
        }

        w.WriteEndArray();
        w.WriteBoolean("finished", found.HasEnded);
        w.WriteNumber("sampled_tokens", found.Sampled);
        w.WriteNumber("verdicts", found.Verdicts);

        // An answer without a word has no score.
        void WriteScore(string name, double score)
        {
            if (double.IsFinite(score)) w.WriteNumber(name, score);
            else w.WriteNull(name);
        }
    });
}
