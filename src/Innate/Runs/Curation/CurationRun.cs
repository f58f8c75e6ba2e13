using System.Globalization;
using Innate.Judges;
using Innate.Learning.Data;
using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Curation;

/// <summary>Pairs whose labels are doubted.</summary>
public sealed record CurationSettings
{
    /// <summary>The most examples beside a pair: Skywork's.</summary>
    public const int UsualExamples = 8;

    /// <summary>The pairs.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The pairs that are kept, some of them turned round.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The file of pairs that people have labelled; null: the judge sees no examples.</summary>
    public string? Gold { get; init; }

    /// <summary>The model that judges.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>The model whose usual reward says how sure a label is; null: the one that judges.</summary>
    public ModelSource? RewardModel { get; init; }

    /// <summary>How the judge asks: which of two is better, or how good each is.</summary>
    public JudgeSettings Judge { get; init; } = new() { Kind = JudgeKind.Pairwise };

    /// <summary>The most examples beside a pair.</summary>
    public int Examples { get; init; } = UsualExamples;

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();
}

/// <summary>
/// Curation of preference pairs (after Skywork-Reward-V2, arXiv 2507.01352): a reward says how sure a pair's label is,
/// p = sigma(r_chosen - r_rejected); the less sure, the more of the nearest labelled pairs a judge is shown
/// (<see cref="RetrievedExamples"/>); a pair that the judge calls wrong is turned round, one on which it abstains, or holds both
/// for equal, is dropped.
/// </summary>
/// <remarks>Examples that the judge's context has no room for are halved in number until they fit, and counted (ours).</remarks>
/// <param name="settings">What is curated.</param>
public sealed class CurationRun(CurationSettings settings) : Run<RowsResult>
{
    private static readonly string[] Replaced = ["prompt", "messages", "chosen", "rejected", "flipped", "sureness", "examples"];

    private long _kept;
    private long _flipped;
    private long _dropped;
    private long _shortened;

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        if (settings.Examples < 1)
        {
            throw new InputException(nameof(settings.Examples), "a whole number of at least 1", $"{settings.Examples}");
        }

        using RowInput input = RowInput.Open(settings.Input);
        LabelledExamples gold = new(settings.Gold is not { } file ? [] :
        [
            .. RowInput.Read(file, line => Pair(RowParser.Parse(line, input.Columns)), input.Columns).Select(r => r.Row),
        ]);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        using ModelSession? other = settings.RewardModel is { } source ? OpenModel(source, cancellation) : null;
        ModelSession rewarding = other ?? session;
        using ResponseScorer sure = ResponseScorer.Of(
            new ScorerSettings { Reward = ScoreHead.Usual(rewarding.Head) }, rewarding, null, settings.Format, samples: false);
        NamedJudge judge = MetaScores.Judge(settings.Judge, session, settings.Format with { System = null });
        using RowOutput output = RowOutput.Open(settings.Output, input);
        LabelledRows rows = new(input, output, events, Advances(events, "pairs"));
        rows.Run(together: 1, line => Pair(RowParser.Parse(line, input.Columns)), Lines, cancellation);
        events?.Report(new RunNote(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Result.Rows} pairs: {_kept} kept, {_flipped} turned round, {_dropped} dropped, for the judge abstains or "
            + $"says they are equal; {_shortened} were judged with fewer examples, for want of room.")));
        return rows.Result;

        IEnumerable<byte[]> Lines(IReadOnlyList<Row> batch)
        {
            try
            {
                return Curate(batch[0], gold, sure, judge, cancellation) is { } kept ? [kept] : [];
            }
            catch (InputException e)
            {
                rows.Tell(batch[0].Line, e);
                return [];
            }
        }
    }

    private byte[]? Curate(
        Row row, LabelledExamples gold, ResponseScorer sure, NamedJudge judge, CancellationToken cancellation)
    {
        ScoredRow scored = sure.Score([row], cancellation)[0];
        if (scored.Verdict is not { } rewards) throw new InputException(scored.Error!);
        double sureness = 1 / (1 + Math.Exp(rewards.Scores[1] - rewards.Scores[0]));
        IReadOnlyList<Row> examples = gold.Nearest(row, RetrievedExamples.Count(sureness, settings.Examples));
        int wanted = examples.Count;
        (JudgeVerdict? verdict, string? error) = judge.Ask([LabelledExamples.Ask(row, examples)], cancellation)[0];
        while (verdict is null && examples.Count > 0)
        {
            examples = [.. examples.Take(examples.Count / 2)];
            (verdict, error) = judge.Ask([LabelledExamples.Ask(row, examples)], cancellation)[0];
        }

        if (verdict is null) throw new InputException(error!);
        if (examples.Count < wanted) _shortened++;
        int order = verdict.Preferences is { } preferences
            ? double.IsNaN(preferences[0, 1]) ? 0 : preferences[0, 1] < 0.5 ? -1 : 1
            : verdict.Scores[0].CompareTo(verdict.Scores[1]);
        if (order == 0)
        {
            _dropped++;
            return null;
        }

        bool flips = order < 0;
        if (flips) _flipped++;
        else _kept++;
        return RowWriter.Line(w =>
        {
            if (row.Prompt.Messages is { } messages) RowWriter.Messages(w, "prompt", messages);
            else w.WriteString("prompt", row.Prompt.Text);
            w.WriteString("chosen", row.Responses[flips ? 1 : 0].Text);
            w.WriteString("rejected", row.Responses[flips ? 0 : 1].Text);
            w.WriteBoolean("flipped", flips);
            w.WriteNumber("sureness", sureness);
            w.WriteNumber("examples", examples.Count);
            RowWriter.PassThrough(w, row.Fields, Replaced);
        });
    }

    private static Row Pair(Row row) =>
        row.Shape == ResponseShape.Pair && row.Prompt.Ids is null && row.Responses.All(r => r.Text is not null)
        ? row : throw new InputException("expected a prompt with \"chosen\" and \"rejected\" as text, found other responses");
}
