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
    // Prompts that are answered together: they share the reading of the weights.
    private const int PromptsATime = 32;

    /// <inheritdoc/>
    public override TrapResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        Check();
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
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
        string folder = WholeFile.MakeFolder(nameof(settings.Output), settings.Output);
        List<TrapPrompt> traps = [];
        int cutOff = 0;
        IProgress<WorkDone>? progress = Advances(events, "prompts");
        string lines = Path.Combine(folder, "traps.jsonl");
        using (RowOutput output = RowOutput.Open(RowLocation.File(lines), resume: false, new RunHeader(() => Header(sampler))))
        {
            foreach (var batch in read.Chunk(PromptsATime))
            {
                cancellation.ThrowIfCancellationRequested();
                IReadOnlyList<SampledAnswer[]>? said = sampler?.Sample([.. batch.Select(b => b.Ids)], cancellation);
                cutOff += said?.Sum(s => s.Count(a => !a.HasEnded)) ?? 0;
                TrapPrompt[] own =
                [
                    .. batch.Select((b, i) => said is null
                        ? b.Trap : b.Trap with { Responses = [.. said[i].Select(a => a.Text)] }),
                ];
                traps.AddRange(own);
                output.WriteAll([.. own.SelectMany(Lines)]);
                progress?.Report(new WorkDone(traps.Count, 0, traps.Count / (double)read.Count));
            }

            output.Complete();
        }

        TrapResults results = TrapResults.Of(sampler?.Title, traps, settings.Resamples, settings.Seed) with
        {
            LeftOut = rows.LeftOut, CutOff = cutOff, Fingerprint = Header(sampler),
        };
        WholeFile.Write(Path.Combine(folder, "traps.json"), results.ToJson());
        TrapReport.Build(results, traps).Write(Path.Combine(folder, "report.html"));
        return results;
    }

    private void Check()
    {
        if (settings.Samples < 0)
        {
            throw new InputException(nameof(settings.Samples), "a whole number of at least 0", $"{settings.Samples}");
        }

        if (settings.Samples > 1 && settings.Temperature == 0)
        {
            throw new InputException(
                nameof(settings.Temperature),
                $"a number above 0 with {{Samples}} {settings.Samples}, which would be one answer several times", "0");
        }
    }

    private static IEnumerable<byte[]> Lines(TrapPrompt trap) => trap.Responses.Select(response =>
    {
        string[] held = [.. trap.Wires.Where(w => response.Contains(w, StringComparison.OrdinalIgnoreCase))];
        return RowWriter.Line(w =>
        {
            w.WriteNumber("line", trap.Line);
            w.WriteString("prompt", trap.Question);
            w.WriteString("response", response);
            w.WriteStartArray("held");
            foreach (string wire in held) w.WriteStringValue(wire);
            w.WriteEndArray();
            w.WriteNumber("wires", trap.Wires.Count);
            w.WriteNumber("held_exactly", held.Count(wire => response.Contains(wire, StringComparison.Ordinal)));
        });
    });

    private KeyValuePair<string, string>[] Header(PromptSampler? sampler) =>
    [
        new("data", RowInput.DigestOf(settings.Data)),
        .. sampler?.Describe() ?? [],
        new("resamples", settings.Resamples.ToString(CultureInfo.InvariantCulture)),
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
