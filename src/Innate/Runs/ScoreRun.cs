using System.Globalization;
using Innate.Reports;
using Innate.Rewards;
using Innate.Rows;
using Innate.Runs.Foretelling;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>Rows to be scored, and how.</summary>
public sealed record ScoreSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The scored rows.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The reward.</summary>
    public RewardKind Reward { get; init; } = RewardKind.Endogenous;

    /// <summary>Several rewards in one expression, in the reward's place; null: the reward alone.</summary>
    public RewardExpression? Expression { get; init; }

    /// <summary>The reward's parameters.</summary>
    public RewardOptions Options { get; init; } = new();

    /// <summary>The implicit reward's reference model; null: none.</summary>
    public ModelSource? Reference { get; init; }

    /// <summary>Guidance, and the null prompt of rows that give none; null: neither.</summary>
    public GuidanceSettings? Guided { get; init; }

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Whether lines hold each response's trace, token by token.</summary>
    public bool Tokens { get; init; }

    /// <summary>What of a response is rewarded, where a row has no spans of its own.</summary>
    public ResponsePart Part { get; init; } = ResponsePart.All;

    /// <summary>A reward for each of a conversation's assistant turns, in place of the last alone.</summary>
    public bool Turns { get; init; }

    /// <summary>A page with the first rows' responses, coloured by their rewards; null: none.</summary>
    public string? Report { get; init; }

    /// <summary>Go on after the rows that the output holds already.</summary>
    public bool Resume { get; init; }
}

/// <summary>Rows in, rewards out: each line with its rewards, a bad row's reason in its place.</summary>
/// <param name="settings">What is scored, and how.</param>
public sealed class ScoreRun(ScoreSettings settings) : Run<RowsResult>
{
    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        Check();
        using RowInput rows = RowInput.Open(settings.Input);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        using ModelSession? reference = settings.Reference is { } other ? OpenModel(other, cancellation) : null;
        using ExpressionScorer? expression = Expression(session, reference, rows.Columns);
        ScoreReport? report = settings.Report is { } page
            ? new ScoreReport(page, $"{Formula} by {session.Name}", () => [new("rows", rows.Name), .. Facts])
            : null;
        Action<PreparedRow, ScoredResponse[]>? told = report is null ? null : report.Add;
        RowScorer scorer = expression is not null ? new RowScorer(expression.Score, settings.Tokens) { Told = told }
            : RowScorer.Of(session, reference, settings.Reward, settings.Options, settings.Tokens, told);
        bool withTexts = settings.Tokens || report is not null;
        RowEncoder encoder = RowEncoder.Of(session, settings.Format, session.LimitsWith(reference), withTexts,
            rows.Columns, settings.Part, settings.Turns).With(Reader(session, rows.Columns))
            .Guided(settings.Guided?.Guidance, settings.Guided?.NullPrompt);
        EarlierRows earlier = new(
            settings.Input, ["turns"], (line, place) => scorer.Lines([encoder.Prepare(line)], out int _, cancellation)[0]);
        RunHeader header = Header(rows, session, reference);
        using RowOutput output = RowOutput.Open(
            settings.Output, rows, header, settings.Resume, new RowsOfOutput { Earlier = earlier });
        if (output.Note is { } note) events?.Report(new RunNote(note));
        if (settings.Guided?.Guidance is { } guidance)
        {
            events?.Report(new RunNote(
                $"rewards are of guided logits, w = {guidance}; without guidance they are of the prompt's own."));
        }

        if (output.IsComplete) return new RowsResult(0, 0) { HasEarlierErrors = output.HasErrors };
        RowBatches batches = new(rows.Lines, encoder);
        long start = rows.Skip(output.RowsDone);
        RowsResult result = Interruption.Tell("rows", output.Target, events, () =>
            Score(rows, output, batches, start, scorer, Advances(events, "rows"), cancellation));
        report?.Write();
        return result with { HasEarlierErrors = output.HasErrors };
    }

    /// <summary>
    /// Foretells what <see cref="Execute"/> would take: reads the rows, computes a small piece of them, writes nothing.
    /// </summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">As for the run; or the model runs elsewhere.</exception>
    public Forecast Foretell(CancellationToken cancellation = default)
    {
        Check();
        if (settings.Resume) throw new InputException(nameof(settings.Resume), "off where a run is foretold", "on");
        using RowInput rows = RowInput.Open(settings.Input);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        using ModelSession? reference = settings.Reference is { } other ? OpenModel(other, cancellation) : null;
        ModelSession[] sessions = reference is null ? [session] : [session, reference];
        double load = Pace.Seconds(() => Array.ForEach(sessions, Forecasts.RequireHere));
        using ExpressionScorer? expression = Expression(session, reference, rows.Columns);
        if (expression is null) _ = RowScorer.Of(session, reference, settings.Reward, settings.Options, settings.Tokens);
        RowEncoder encoder = RowEncoder.Of(session, settings.Format, session.LimitsWith(reference), withTexts: false,
            rows.Columns, settings.Part, settings.Turns).With(Reader(session, rows.Columns))
            .Guided(settings.Guided?.Guidance, settings.Guided?.NullPrompt);
        return ScoreForecast.Of(new RowBatches(rows.Lines, encoder), sessions, load, cancellation);
    }

    private Func<Row, Tokenizer, IReadOnlyList<int[]>>? Reader(ModelSession session, RowColumns? columns) =>
        settings.Expression is not null ? null : PolarRows.ReaderOf(settings.Reward, session.Limits.MaxPositions, columns);

    private ExpressionScorer? Expression(ModelSession session, ModelSession? reference, RowColumns? columns) =>
        settings.Expression is { } said
            ? new ExpressionScorer(said, ExpressionModel.Of(said, session, reference, settings.Format), columns)
            : null;

    private string Formula => settings.Expression?.ToString() ?? RewardNames.NameOf(settings.Reward);

    private IEnumerable<Fact> Facts => settings.Guided?.Header.Where(h => h.Value.Length > 0)
        .Select(h => new Fact(h.Key.Replace('_', ' '), h.Value)) ?? [];

    // Before anything is scored: the page must not take the place of the rows or of the rewards.
    private void RequirePage(string page)
    {
        WholeFile.RequirePlace(nameof(settings.Report), page);
        string full = Path.GetFullPath(page);
        foreach (RowLocation other in (RowLocation[])[settings.Input, settings.Output])
        {
            if (other.Path is { Length: > 0 } path && Path.GetFullPath(path) == full)
            {
                throw new InputException(nameof(settings.Report), "another file than {Input} and {Output}", page);
            }
        }
    }

    private void Check()
    {
        if (settings is { Report: not null, Resume: true })
        {
            throw new InputException(nameof(settings.Report), "none with {Resume}, for it shows the rows of this run", "one");
        }

        if (settings.Report is { } page) RequirePage(page);
        new ScorerSettings
        {
            Reward = settings.Reward, Options = settings.Options, Reference = settings.Reference,
            Expression = settings.Expression, Guided = settings.Guided,
        }.Check();
        if (settings is { Turns: true, Guided: not null })
        {
            throw new InputException(
                nameof(settings.Turns), "off with guidance or a null prompt, for a turn has a prompt of its own", "on");
        }

        if (settings.Expression is { } expression)
        {
            if (settings.Turns)
            {
                throw new InputException(nameof(settings.Turns), "off with an expression in {Reward}", "on");
            }

            if (settings.Part != ResponsePart.All && expression.Needs.Text is { } reader)
            {
                throw new InputException(nameof(settings.Part), $"all with {reader.Name}, which reads a whole response",
                    settings.Part.ToString().ToLowerInvariant());
            }

            if (settings.Tokens) ExpressionChecks.RequireTokens(expression);
            return;
        }

        if (RewardNames.IsOfHead(settings.Reward))
        {
            string? off = settings.Tokens ? nameof(settings.Tokens)
                : settings.Part != ResponsePart.All ? nameof(settings.Part)
                : settings.Turns ? nameof(settings.Turns)
                : null;
            if (off is not null)
            {
                throw new InputException(
                    off, "a reward of traces in {Reward}",
                    $"{RewardNames.NameOf(settings.Reward)}, which {(settings.Reward == RewardKind.Process
                        ? "judges steps" : "gives one number a response")}");
            }
        }
    }

    private static RowsResult Score(
        RowInput input, RowOutput output, RowBatches batches, long start, RowScorer scorer, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        if (input.FractionAt(start) is { } done) progress?.Report(new WorkDone(0, 0, done));
        long rows = 0, tokens = 0, errors = 0;
        UnreadRows lines = new(input, output);

        // The next batch is tokenized while this one is computed.
        Task<List<PreparedRow>> next = Task.Run(() => batches.Next(cancellation), CancellationToken.None);
        while (true)
        {
            next.Wait(cancellation); // the pipe may be silent for long: a cancellation must not wait for it
            List<PreparedRow> batch = next.Result;
            if (batch.Count == 0)
            {
                lines.Complete();
                return new RowsResult(rows, errors);
            }

            next = Task.Run(() => batches.Next(cancellation), CancellationToken.None);
            foreach (PreparedRow row in batch)
            {
                if (row.IsUnread) lines.Add(row.Error!);
                else lines.AddRead();
            }

            lines.WriteAll(scorer.Lines(batch, out int bad, cancellation));
            rows += batch.Count;
            errors += bad;
            tokens += batch.Sum(r => (long)r.TokenCount);
            progress?.Report(new WorkDone(rows, tokens, input.FractionAt(batch[^1].End)));
        }
    }

    private RunHeader Header(RowInput rows, ModelSession session, ModelSession? reference) =>
        RunDescription.Header(rows, settings.Format, () =>
    [
        new("model", session.Fingerprint(settings.Format.Raw, reference).Id),
        new("reward", settings.Expression?.Deciding.ToString() ?? RewardNames.NameOf(settings.Reward)),
        new("alpha", settings.Options.Alpha.ToString("R", CultureInfo.InvariantCulture)),
        new("gamma", settings.Options.Gamma.ToString("R", CultureInfo.InvariantCulture)),
        new("beta", settings.Options.Beta.ToString("R", CultureInfo.InvariantCulture)),
        new("steps", settings.Options.Steps.ToString()),
        .. settings.Options.First is { } first
            ? [new("first", first.ToString(CultureInfo.InvariantCulture))]
            : Array.Empty<KeyValuePair<string, string>>(),
        .. settings.Guided?.Header ?? [],
        new("tokens", settings.Tokens ? "on" : "off"),
        new("part", settings.Part.ToString()),
        new("turns", settings.Turns ? "on" : "off"),
    ]);
}
