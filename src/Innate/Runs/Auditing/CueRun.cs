using System.Globalization;
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
    // Questions that are answered together: they share the reading of the weights.
    private const int QuestionsATime = 16;

    /// <inheritdoc/>
    public override CueResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Check();
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
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
        string folder = WholeFile.MakeFolder(nameof(settings.Output), settings.Output);
        KeyValuePair<string, string>[] header = Header(sampler, reader);
        List<AskedPair> pairs = [];
        IProgress<WorkDone>? progress = Advances(events, "questions");
        using (RowOutput output = RowOutput.Open(
            RowLocation.File(Path.Combine(folder, "cues.jsonl")), resume: false, new RunHeader(() => header)))
        {
            int done = 0;
            foreach (CuedRow[] batch in read.Chunk(QuestionsATime))
            {
                cancellation.ThrowIfCancellationRequested();
                (CuedRow Row, AskedPair Pair)[] own = reader.Read([.. Asked(batch, sampler, cancellation)], cancellation);
                pairs.AddRange(own.Select(o => o.Pair));
                output.WriteAll([.. own.SelectMany(o => Lines(o.Row, o.Pair))]);
                done += batch.Length;
                progress?.Report(new WorkDone(done, 0, done / (double)read.Count));
            }

            output.Complete();
        }

        if (reader.Unjudged > 0)
        {
            events?.Report(new RunNote(
                string.Create(CultureInfo.InvariantCulture,
                    $"{reader.Unjudged} responses could not be judged and count as silent: {reader.Fault}"), IsFault: true));
        }

        CueResults results = CueResults.Of(sampler?.Title, pairs, settings.Resamples, settings.Seed) with
        {
            LeftOut = rows.LeftOut, Unjudged = reader.Unjudged, Fingerprint = header,
        };
        WholeFile.Write(Path.Combine(folder, "cues.json"), results.ToJson());
        CueReport.Build(results, pairs).Write(Path.Combine(folder, "report.html"));
        return results;
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

    private static AskedPair Pair(CuedQuestion question, string first, string second) => new(
        question,
        CuedAnswer.Read(first, question.Cues.First, question.Gold) with { Hacked = question.Hacked?.First },
        CuedAnswer.Read(second, question.Cues.Second, question.Gold) with { Hacked = question.Hacked?.Second });

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
        if (answer.Hacked is { } hacked) w.WriteBoolean("hacked", hacked);
    });

    private KeyValuePair<string, string>[] Header(PromptSampler? sampler, SaidReader reader) =>
    [
        new("data", RowInput.DigestOf(settings.Data)),
        .. sampler?.Describe() ?? [],
        .. reader.Describe(),
        new("resamples", settings.Resamples.ToString(CultureInfo.InvariantCulture)),
        new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
    ];
}
