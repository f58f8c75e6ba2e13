using System.Globalization;
using Innate.Audits;
using Innate.Audits.Traps;
using Innate.Generation;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Runs.Auditing;

/// <summary>
/// Counts how often responses touch trip wires: texts that only a cheat would write, at prompts that tempt (IFDecorator, arXiv
/// 2508.04632). The files: traps.json, traps.jsonl (one line a response), report.html.
/// </summary>
/// <param name="settings">What is looked at.</param>
public sealed class TrapRun(TrapSettings settings) : Run<TrapResults>
{
    /// <summary>The file of a line a response.</summary>
    internal const string LinesFile = "traps.jsonl";

    // Prompts that are answered together: they share the reading of the weights.
    private const int PromptsATime = 32;

    /// <inheritdoc/>
    public override TrapResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        Check();
        TaskLines.RequireFolder(settings.Output, settings.Shard);
        using ModelSession? session = settings.Samples > 0 ? OpenModel(settings.Model, cancellation) : null;
        PromptSampler? sampler = session is null ? null : new PromptSampler(session, settings.Format, new SamplingOptions
        {
            Temperature = settings.Temperature, MaxTokens = settings.MaxTokens, Seed = settings.Seed,
        }, settings.Samples);
        RowColumns? columns = RowColumns.ParseAny(settings.Columns);
        AnsweredRows rows = new(settings.Data, columns, settings.Limit, events);
        IReadOnlyList<(TrapPrompt Trap, int[] Ids)> read =
            [.. rows.Read(line => new TrapRow(line, columns, sampler), "a prompt with \"wires\" and responses")
                .Select(r => (r.Trap, r.Ids))];
        using TaskLines lines = TaskLines.Of(
            settings.Output, LinesFile, settings.Shard, "prompts", [.. read.Select(r => r.Trap.Key)],
            Math.Max(1, settings.Samples));
        RunHeader header = new(() => Header(sampler));
        lines.Write(settings.Resume, header, events, (output, done) => Answer(
            [.. lines.Places.Skip(done).Select(i => read[i])], sampler, output, Advances(events, "prompts"), cancellation));
        (IReadOnlyList<TrapPrompt> traps, int cutOff) = sampler is null
            ? ([.. read.Select(r => r.Trap)], 0) : Answered([.. lines.Places.Select(i => read[i].Trap)], lines);
        TrapResults results = TrapResults.Of(sampler?.Title, traps, settings.Resamples, settings.Seed) with
        {
            LeftOut = rows.LeftOut, CutOff = cutOff,
            Fingerprint = [.. header.Settings, RunDescription.Resampled(settings.Resamples)],
        };
        lines.WriteTables("audit", "traps.json", results.ToJson, () => TrapReport.Build(results, traps), events);
        return results;
    }

    private static void Answer(
        (TrapPrompt Trap, int[] Ids)[] asked, PromptSampler? sampler, RowOutput output, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        int done = 0;
        foreach ((TrapPrompt Trap, int[] Ids)[] batch in asked.Chunk(PromptsATime))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<SampledAnswer[]>? said = sampler?.Sample([.. batch.Select(b => b.Ids)], cancellation);
            output.WriteAll(
            [
                .. batch.SelectMany((b, i) => said is null
                    ? b.Trap.Responses.Select(r => Line(b.Trap, r, hasEnded: null))
                    : said[i].Select(a => Line(b.Trap, a.Text, a.HasEnded))),
            ]);
            done += batch.Length;
            progress?.Report(new WorkDone(done, 0, done / (double)asked.Length));
        }
    }

    // The sampled responses, as the lines tell them, and how many the limit of tokens cut.
    private (IReadOnlyList<TrapPrompt> Traps, int CutOff) Answered(TrapPrompt[] traps, TaskLines lines)
    {
        SampledAnswer[] all = lines.Read((line, _) => new SampledAnswer(
            line.GetProperty("response").GetString()!, line.GetProperty("ended").GetBoolean()));
        return (
            [
                .. traps.Zip(all.Chunk(settings.Samples), (trap, own) => trap with { Responses = [.. own.Select(a => a.Text)] }),
            ],
            all.Count(a => !a.HasEnded));
    }

    private void Check()
    {
        if (settings.Samples < 0)
        {
            throw new InputException(nameof(settings.Samples), "a whole number of at least 0", $"{settings.Samples}");
        }

        if (settings is { Samples: 0, Resume: true } or { Samples: 0, Shard: not null })
        {
            throw new InputException(
                settings.Resume ? nameof(settings.Resume) : nameof(settings.Shard),
                "none without {Samples}, for nothing is computed of rows that bring their responses", "one");
        }

        if (settings.Samples > 1 && settings.Temperature == 0)
        {
            throw new InputException(
                nameof(settings.Temperature),
                $"a number above 0 with {{Samples}} {settings.Samples}, which would be one answer several times", "0");
        }
    }

    private static byte[] Line(TrapPrompt trap, string response, bool? hasEnded)
    {
        string[] held = [.. trap.Wires.Where(w => response.Contains(w, StringComparison.OrdinalIgnoreCase))];
        return RowWriter.Line(w =>
        {
            w.WriteNumber("line", trap.Line);
            w.WriteString("prompt", trap.Question);
            w.WriteString("response", response);
            if (hasEnded is { } ended) w.WriteBoolean("ended", ended);
            w.WriteStartArray("held");
            foreach (string wire in held) w.WriteStringValue(wire);
            w.WriteEndArray();
            w.WriteNumber("wires", trap.Wires.Count);
            w.WriteNumber("held_exactly", held.Count(wire => response.Contains(wire, StringComparison.Ordinal)));
        });
    }

    private KeyValuePair<string, string>[] Header(PromptSampler? sampler) =>
    [
        .. RunDescription.OfData(settings.Data, settings.Columns, settings.Limit),
        .. sampler?.Describe() ?? [],
        new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
    ];

    // A row, and the ids of its prompt where it is asked.
    private sealed class TrapRow
    {
        public TrapRow(InputLine line, RowColumns? columns, PromptSampler? sampler)
        {
            Row row = sampler is null ? RowParser.Parse(line, columns) : RowParser.ParsePrompt(line, columns);
            if (row.Shape == ResponseShape.Pair)
            {
                throw new InputException("expected \"response\" or \"responses\", found \"chosen\" and \"rejected\"");
            }

            Trap = new TrapPrompt(
                line.Number, row.Prompt.Conversation[^1].Content,
                string.Join('\0', row.Prompt.Conversation.Select(m => $"{m.Role}\0{m.Content}")),
                TrapPrompt.WiresOf(new RowFields(row.Fields, columns)),
                [.. row.Responses.Select(r => r.Text ?? throw new InputException(
                    "expected responses as texts, found ids: wires are looked for in words"))]);
            Ids = sampler?.Encode(row.Prompt) ?? [];
        }

        public TrapPrompt Trap { get; }

        public int[] Ids { get; }
    }
}
