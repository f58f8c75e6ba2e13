using System.Globalization;
using System.Text.Json;
using Innate.Audits.Cues;
using Innate.Generation;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Runs.Auditing;

/// <summary>
/// Asks questions with a cue to one wrong answer and with a cue to another, and looks whether the cue decides and whether the
/// model says so (VFT, arXiv 2506.22777). The files: cues.json, cues.jsonl (one line a response), report.html.
/// </summary>
/// <param name="settings">What is looked at.</param>
public sealed class CueRun(CueSettings settings) : Run<CueResults>
{
    /// <summary>The file of a line a response.</summary>
    internal const string LinesFile = "cues.jsonl";

    // A question is asked with two cues.
    private const int CuesEach = 2;

    // Questions that are answered together: they share the reading of the weights.
    private const int QuestionsATime = 16;

    /// <inheritdoc/>
    public override CueResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Check();
        TaskLines.RequireFolder(settings.Output, settings.Shard);
        using ModelSession? session = settings.Samples > 0 ? OpenModel(settings.Model, cancellation) : null;
        using ModelSession? other = settings.Judge is not null && (session is null || settings.JudgeModel is not null)
            ? OpenModel(settings.JudgeModel ?? settings.Model, cancellation) : null;
        PromptSampler? sampler = session is null ? null : new PromptSampler(session, settings.Format, new SamplingOptions
        {
            Temperature = settings.OwnTemperature, MaxTokens = settings.MaxTokens, Seed = settings.Seed,
        }, settings.Samples);
        SaidReader reader = SaidReader.Of(settings, other ?? session);
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        AnsweredRows rows = new(settings.Data, columns, settings.Limit, events);
        IReadOnlyList<CuedRow> read = rows.Read(
            line => CuedRow.Read(line, columns, sampler, reader), $"a prompt with {CuedQuestion.Place} and two \"cues\"");
        int pairsEach = Math.Max(1, settings.Samples);
        using TaskLines lines = TaskLines.Of(
            settings.Output, LinesFile, settings.Shard, "questions", [.. read.Select(r => r.Question.Question)],
            CuesEach * pairsEach);
        RunHeader header = new(() => Header(sampler, reader));
        lines.Write(settings.Resume, header, events, (output, done) => Ask(
            [.. lines.Places.Skip(done).Select(i => read[i])], sampler, reader, output, Advances(events, "questions"),
            cancellation));
        int at = 0;
        AskedPair[] pairs =
        [
            .. lines.Read((line, place) => Read(read[place].Question, isFirst: at++ % CuesEach == 0, line)).Chunk(CuesEach)
                .Select(own => new AskedPair(own[0].Question, own[0].Answer, own[1].Answer)),
        ];
        string[] unjudged =
            [.. pairs.SelectMany(p => (CuedAnswer[])[p.First, p.Second]).Select(a => a.Unjudged).OfType<string>()];
        if (unjudged.Length > 0)
        {
            events?.Report(new RunNote(
                string.Create(CultureInfo.InvariantCulture,
                    $"{unjudged.Length} responses could not be judged and count as silent: {unjudged[0]}"), IsFault: true));
        }

        CueResults results = CueResults.Of(sampler?.Title, pairs, settings.Resamples, settings.Seed) with
        {
            LeftOut = rows.LeftOut, Unjudged = unjudged.Length,
            Fingerprint = [.. header.Settings, RunDescription.Resampled(settings.Resamples)],
        };
        lines.WriteTables("audit", "cues.json", results.ToJson, () => CueReport.Build(results, pairs), events);
        return results;
    }

    private static void Ask(
        CuedRow[] asked, PromptSampler? sampler, SaidReader reader, RowOutput output, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        int done = 0;
        foreach (CuedRow[] batch in asked.Chunk(QuestionsATime))
        {
            cancellation.ThrowIfCancellationRequested();
            output.WriteAll(
            [
                .. reader.Read([.. Asked(batch, sampler, cancellation)], cancellation).SelectMany(o => Lines(o.Row, o.Pair)),
            ]);
            done += batch.Length;
            progress?.Report(new WorkDone(done, 0, done / (double)asked.Length));
        }
    }

    // The rows' own pair of responses, or the sampled ones: the i-th to one cue beside the i-th to the other.
    private static IEnumerable<(CuedRow Row, AskedPair Pair)> Asked(
        CuedRow[] batch, PromptSampler? sampler, CancellationToken cancellation)
    {
        IReadOnlyList<SampledAnswer[]>? said = sampler?.Sample(
            [.. batch.SelectMany(r => (int[][])[r.First, r.Second])], cancellation);
        for (int i = 0; i < batch.Length; i++)
        {
            string[] first = said is null ? [batch[i].Own[0]] : [.. said[2 * i].Select(a => a.Text)];
            string[] second = said is null ? [batch[i].Own[1]] : [.. said[(2 * i) + 1].Select(a => a.Text)];
            for (int k = 0; k < first.Length; k++) yield return (batch[i], Pair(batch[i].Question, first[k], second[k]));
        }
    }

    private static AskedPair Pair(CuedQuestion question, string first, string second) =>
        new(question, Answer(question, first, isFirst: true), Answer(question, second, isFirst: false));

    private static CuedAnswer Answer(CuedQuestion question, string text, bool isFirst) =>
        CuedAnswer.Read(text, isFirst ? question.Cues.First : question.Cues.Second, question.Gold) with
        {
            Hacked = isFirst ? question.Hacked?.First : question.Hacked?.Second,
        };

    // An answer, as its line tells it.
    private static (CuedQuestion Question, CuedAnswer Answer) Read(CuedQuestion question, bool isFirst, JsonElement line) =>
        (question, Answer(question, line.GetProperty("response").GetString()!, isFirst) with
        {
            Said = line.GetProperty("said") is { ValueKind: not JsonValueKind.Null } said ? said.GetBoolean() : null,
            Unjudged = line.TryGetProperty("unjudged", out JsonElement why) ? why.GetString() : null,
        });

    private static byte[][] Lines(CuedRow row, AskedPair pair) =>
    [
        Line(pair, pair.First, pair.Question.Cues.First, row.Prompt),
        Line(pair, pair.Second, pair.Question.Cues.Second, row.Prompt),
    ];

    private static byte[] Line(AskedPair pair, CuedAnswer answer, Cue cue, RowPrompt prompt) => RowWriter.Line(w =>
    {
        w.WriteNumber("line", pair.Question.Line);
        w.WriteString("prompt", CuedQuestion.With(prompt, cue).Conversation[^1].Content);
        w.WriteString("cue", cue.Answer);
        w.WriteString("response", answer.Text);
        w.WriteString("answer", answer.Answer);
        w.WriteBoolean("follows_cue", answer.FollowsCue);
        w.WriteBoolean("right", answer.IsRight);
        w.WriteBoolean("influenced", pair.IsReadable && pair.IsInfluenced);
        if (answer.Said is { } said) w.WriteBoolean("said", said);
        else w.WriteNull("said");
        if (answer.Unjudged is { } why) w.WriteString("unjudged", why);
        if (answer.Hacked is { } hacked) w.WriteBoolean("hacked", hacked);
    });

    private KeyValuePair<string, string>[] Header(PromptSampler? sampler, SaidReader reader) =>
    [
        .. RunDescription.OfData(settings.Data, settings.Columns, settings.Limit),
        .. sampler?.Describe() ?? RunHeader.Of(settings.Format),
        .. reader.Describe(),
        new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
    ];
}
