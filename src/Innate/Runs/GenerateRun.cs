using System.Text.Json;
using Innate.Generation;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs.Foretelling;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>Rows whose prompts are answered, and how.</summary>
public sealed record GenerateSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The rows with their responses.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>How to sample; the ids that end a response are the model's own.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Texts that end a response, which keeps them.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Responses to each prompt.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Go on after the rows that the output holds already.</summary>
    public bool Resume { get; init; }
}

/// <summary>Samples responses to rows: each line with its responses, a bad row's reason in its place.</summary>
/// <param name="settings">What is answered, and how.</param>
public sealed class GenerateRun(GenerateSettings settings) : Run<RowsResult>
{
    /// <summary>
    /// Rows that are sampled together: they share the reading of the weights. Samples depend on a row's place in its group, so
    /// this number belongs to what a seed means, and is a part's <see cref="RowShard.Block"/>.
    /// </summary>
    public const int GroupSize = 16;

    // What a group's number adds to the seed: without it equal rows of different groups would get equal samples.
    private const ulong SeedStep = 0x9E3779B97F4A7C15;

    private static readonly string[] OwnFields = ["responses"];

    /// <summary>The sampling of a model: the ids and texts that end its responses are put in.</summary>
    /// <param name="session">The model.</param>
    /// <param name="format">Chat or raw.</param>
    /// <param name="sampling">How to sample.</param>
    /// <param name="stop">Texts that end a response.</param>
    public static SamplingOptions Sampling(
        ModelSession session, ChatFormatOptions format, SamplingOptions sampling, IReadOnlyList<string> stop) => sampling with
    {
        StopTexts = stop.Count > 0 ? new StopTexts(session.Tokenizer, stop) : null,
        StopIds = session.StopIds(format),
    };

    /// <summary>Writes responses as a field of JSON.</summary>
    /// <param name="w">Where to.</param>
    /// <param name="session">The model.</param>
    /// <param name="prompt">The prompt's ids.</param>
    /// <param name="responses">What was sampled.</param>
    public static void WriteResponses(Utf8JsonWriter w, ModelSession session, int[] prompt,
        IReadOnlyList<GeneratedResponse> responses)
    {
        w.WriteStartArray("responses");
        foreach (GeneratedResponse r in responses)
        {
            w.WriteStartObject();
            if (session.HasTokenizer) w.WriteString("text", GeneratedText.Of(session.Tokenizer, prompt, r));
            w.WriteStartArray("ids");
            foreach (int id in r.TokenIds) w.WriteNumberValue(id);
            w.WriteEndArray();
            w.WriteStartArray("logprobs");
            foreach (double x in r.LogProbabilities) w.WriteNumberValue(x);
            w.WriteEndArray();
            w.WriteString("finish_reason", r.FinishReason == FinishReason.Stop ? "stop" : "length");
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        RowLocation place = Place;
        using RowInput input = RowInput.Open(place);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        RowEncoder encoder = RowEncoder.Of(session, settings.Format);
        SamplingOptions sampling = Sampling(session, settings.Format, settings.Sampling, settings.Stop);

        // Only of a group's first good row the samples do not depend on the others.
        EarlierRows earlier = new(place, OwnFields, (line, row) =>
        {
            PromptLine first = Prepare(line, isFirst: true, encoder, session, input);
            return Lines([first], session, sampling, (ulong)row / GroupSize, cancellation).Lines[0];
        })
        {
            TriesLast = false,
        };
        using RowOutput output = RowOutput.Open(
            settings.Output, input, Header(input, session), settings.Resume,
            new RowsOfOutput { RowsTogether = GroupSize, Earlier = earlier });
        if (output.Note is { } note) events?.Report(new RunNote(note));
        if (output.IsComplete) return new RowsResult(0, 0) { HasEarlierErrors = output.HasErrors };
        input.Skip(output.RowsDone);
        RowsResult result = Interruption.Tell("rows", output.Target, events, () =>
            Sample(input, output, session, encoder, sampling, Advances(events, "rows"), cancellation));
        return result with { HasEarlierErrors = output.HasErrors };
    }

    private RowsResult Sample(
        RowInput input, RowOutput output, ModelSession session, RowEncoder encoder, SamplingOptions sampling,
        IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        UnreadRows unread = new(input, output);
        long done = 0, errors = 0, tokens = 0;
        for (ulong own = (ulong)output.RowsDone / GroupSize; ; own++)
        {
            List<PromptLine> rows = [];
            while (rows.Count < GroupSize && input.Lines.ReadNext() is { } line)
            {
                rows.Add(Prepare(line, done + rows.Count == 0, encoder, session, input));
                if (rows[^1].Row is null) unread.Add(rows[^1].Error!);
                else unread.AddRead();
            }

            if (rows.Count == 0) break;

            // Of a part, the group's place among all.
            ulong group = settings.Input.Shard is not { } shard ? own : (own * (ulong)shard.Count) + (ulong)shard.Index - 1;
            (byte[][] lines, long sampled) = Lines(rows, session, sampling, group, cancellation);
            unread.WriteAll(lines);
            done += rows.Count;
            tokens += sampled;
            errors += rows.Count(r => r.Error is not null);
            progress?.Report(new WorkDone(done, tokens, input.FractionAt(rows[^1].Line.End)));
        }

        unread.Complete();
        return new RowsResult(done, errors);
    }

    /// <summary>
    /// Foretells what <see cref="Execute"/> would take at most: reads the rows, samples a few tokens, writes nothing. What
    /// guesses from the text itself save is not foretold.
    /// </summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">As for the run; or the model runs elsewhere.</exception>
    public Forecast Foretell(CancellationToken cancellation = default)
    {
        using RowInput input = RowInput.Open(Place);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        double load = Pace.Seconds(() => Forecasts.RequireHere(session));
        _ = session.Generator;
        RowEncoder encoder = RowEncoder.Of(session, settings.Format);
        List<int[]> prompts = [];
        long bad = 0;
        while (input.Lines.ReadNext() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isFirst = prompts.Count + bad == 0;
            try
            {
                prompts.Add(Encode(RowParser.ParsePrompt(line, input.Columns), isFirst, encoder, session));
            }
            catch (InputException) when (!isFirst || session.HasTokenizer)
            {
                bad++;
            }
        }

        return GenerateForecast.Of(
            session, [.. prompts.Chunk(GroupSize)], settings.Count, settings.Sampling, load, cancellation) with { BadRows = bad };
    }

    // A part is of whole groups.
    private RowLocation Place =>
        settings.Input.Shard is { } shard ? settings.Input with { Shard = shard with { Block = GroupSize } } : settings.Input;

    // A line of input with its prompt's ids, or with what is wrong with it.
    private sealed record PromptLine(InputLine Line, Row? Row, int[] Ids, string? Error);

    private RunHeader Header(RowInput input, ModelSession session) => RunDescription.Header(input, settings.Format, () =>
    [
        new("model", session.Fingerprint(settings.Format.Raw).Id),
        .. RunDescription.Of(settings.Sampling, settings.Count, settings.Stop),
    ]);

    // A group's lines, and the tokens that were sampled for them.
    private (byte[][] Lines, long Tokens) Lines(
        IReadOnlyList<PromptLine> rows, ModelSession session, SamplingOptions sampling, ulong group,
        CancellationToken cancellation)
    {
        int[][] prompts = [.. rows.Where(r => r.Error is null).Select(r => r.Ids)];
        IReadOnlyList<GeneratedResponse[]> all = prompts.Length == 0 ? [] : session.Generator.Generate(
            prompts, settings.Count, sampling with { Seed = sampling.Seed + (group * SeedStep) }, null, cancellation);
        int next = 0;
        byte[][] lines =
        [
            .. rows.Select(row => row.Error is not null ? RowWriter.Error(row.Line.Number, row.Error) : RowWriter.Line(w =>
            {
                RowWriter.PassThrough(w, row.Row!.Fields, OwnFields);
                WriteResponses(w, session, row.Ids, all[next++]);
            })),
        ];
        return (lines, all.Sum(g => g.Sum(r => (long)r.TokenIds.Length)));
    }

    private static PromptLine Prepare(
        InputLine line, bool isFirst, RowEncoder encoder, ModelSession session, RowInput input)
    {
        Row? row = null;
        try
        {
            row = RowParser.ParsePrompt(line, input.Columns);
            return new PromptLine(line, row, Encode(row, isFirst, encoder, session), null);
        }
        catch (InputException e) when (!isFirst || session.HasTokenizer)
        {
            return new PromptLine(line, row, [], e.Message);
        }
    }

    private static int[] Encode(Row row, bool isFirst, RowEncoder encoder, ModelSession session)
    {
        if (row.Prompt.Ids is null && isFirst) encoder.RequireText();
        int[] ids = encoder.EncodePrompt(row.Prompt);
        ModelLimits.Of(session.Traces).RequirePrompt(ids, room: 1);
        return ids;
    }
}
