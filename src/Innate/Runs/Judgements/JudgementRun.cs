using System.Text.Json;
using Innate.Judges;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Judgements;

/// <summary>
/// Responses with known worth into rows that a judge learns from, as its paper trains it: verdicts (GenRM), the judge's own
/// judgements of which those are kept that say what is known (rejection sampling), pairs of a right and a wrong one, or
/// questions with what is known for reinforcement learning. A bad row is told and left out.
/// </summary>
/// <param name="settings">What is judged, and what for.</param>
public sealed class JudgementRun(JudgementSettings settings) : Run<RowsResult>
{
    // Rows that are judged together: they share the reading of the weights.
    private const int RowsATime = 16;

    private static readonly string[] Replaced =
    [
        "prompt", "messages", "response", "responses", "chosen", "rejected", "completion", "completions", "steps", "labels",
        "scores", "principle", "verifies", "judged",
    ];

    private JudgeKind Kind => settings.Judge.Kind;

    // A verdict without a word before it is known; nobody has to be asked.
    private bool Asks => settings.Use != JudgementUse.Rl && JudgeTraits.Of(Kind).Writes;

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Check();
        using RowInput input = RowInput.Open(settings.Input);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        JudgePrincipleSet judges = new(settings, session);
        using RowOutput output = RowOutput.Open(settings.Output, input);
        LabelledRows labelled = new(input, output, events, Advances(events, "rows"));
        JudgementRows rows = new(settings);
        labelled.Run(RowsATime, Read, Lines, cancellation);
        events?.Report(new RunNote(rows.Summary(judges.Told)));
        return labelled.Result;

        KnownQuestion Read(InputLine line)
        {
            KnownQuestion known = KnownQuestion.Of(line, input.Columns);
            judges.Require(known);
            return known;
        }

        IEnumerable<byte[]> Lines(IReadOnlyList<KnownQuestion> batch)
        {
            (JudgeVerdict? Verdict, string? Error)[] asked = Asks ? judges.Ask(batch, cancellation) : [];
            for (int i = 0; i < batch.Count; i++)
            {
                byte[][] lines;
                try
                {
                    if (Asks && asked[i].Verdict is null && asked[i].Error is { } error) throw new InputException(error);
                    lines =
                    [
                        .. settings.Use == JudgementUse.Rl ? [rows.Question(batch[i], judges.Asked(batch[i]))]
                            : !Asks ? rows.Verdicts(batch[i], judges.EachAsked(batch[i]), judges.Labels)
                            : rows.Judgements(batch[i], asked[i].Verdict!.Replies),
                    ];
                }
                catch (InputException e)
                {
                    labelled.Tell(batch[i].Row.Line, e);
                    continue;
                }

                foreach (byte[] line in lines) yield return line;
            }
        }
    }

    /// <summary>A line of a row's own fields, and what is learned.</summary>
    internal static byte[] Line(KnownQuestion known, Action<Utf8JsonWriter> write) => RowWriter.Line(w =>
    {
        RowWriter.PassThrough(w, known.Row.Fields, Replaced);
        write(w);
    });
}
