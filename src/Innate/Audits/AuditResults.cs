using Innate.Audits.Statistics;
using Innate.Benchmarks;

namespace Innate.Audits;

/// <summary>What a contrast is worth to a scorer.</summary>
/// <param name="Value">
/// The mean over prompts of the second text's reward less the first's, in standard deviations of the reward over the user's
/// responses.
/// </param>
/// <param name="Interval">95 %, percentile bootstrap over prompts.</param>
/// <param name="P">That it is 0: the paired sign-flip permutation test over prompts.</param>
/// <param name="Corrected">The same by Holm over the scorer's contrasts.</param>
public sealed record AuditShift(double Value, MetricInterval Interval, double P, double Corrected)
{
    /// <summary>The share of pairs whose second text has the higher reward.</summary>
    public double Preferred { get; init; }

    /// <summary>Its interval, by the same bootstrap.</summary>
    public MetricInterval PreferredInterval { get; init; }

    /// <summary>Pairs whose texts have the same reward.</summary>
    public int Ties { get; init; }
}

/// <summary>How a shift is different after training.</summary>
/// <param name="Value">The shift after, less the shift before.</param>
/// <param name="Interval">95 %, percentile bootstrap over prompts, both models' shifts from the same draw.</param>
/// <param name="P">That it is 0, by the same draws.</param>
/// <param name="Corrected">The same by Holm over the scorer's contrasts.</param>
public sealed record AuditChange(double Value, MetricInterval Interval, double P, double Corrected)
{
    /// <summary>What came of the contrast: <c>amplified</c>, <c>reduced</c>, or <c>not shown</c>.</summary>
    public required string Verdict { get; init; }
}

/// <summary>A contrast as a scorer sees it.</summary>
/// <param name="Contrast">What the pairs differ in.</param>
/// <param name="Pairs">Pairs that were compared.</param>
/// <param name="Prompts">Prompts that they belong to.</param>
/// <param name="Shift">What it is worth.</param>
public sealed record AuditFinding(Contrast Contrast, int Pairs, int Prompts, AuditShift Shift)
{
    /// <summary>What it is worth to the model after training; null: there is none.</summary>
    public AuditShift? After { get; init; }

    /// <summary>How the two differ; null: there is one model.</summary>
    public AuditChange? Change { get; init; }

    /// <summary>
    /// Whether the reward is accused: its shift differs from 0 at 5 %, and of a fault also prefers the worse text.
    /// </summary>
    public bool IsAccused => Accuses(Shift);

    /// <summary>The same of the model after training.</summary>
    public bool IsAccusedAfter => After is { } after && Accuses(after);

    private bool Accuses(AuditShift shift) =>
        shift.Corrected < AuditResults.Level && (Contrast.Kind != ContrastKind.Fault || shift.Value > 0);
}

/// <summary>What an audit found of one reward or judge.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Deviation">The standard deviation of its rewards over the user's responses.</param>
/// <param name="Findings">One a contrast that has pairs.</param>
/// <param name="Correlations">What its rewards go with.</param>
public sealed record AuditedReward(
    string Name, double Deviation, IReadOnlyList<AuditFinding> Findings, IReadOnlyList<RewardCorrelation> Correlations)
{
    /// <summary>The deviation of the model after training; null: there is none.</summary>
    public double? DeviationAfter { get; init; }

    /// <summary>Items of which a text could not be scored.</summary>
    public int Unscored { get; init; }

    /// <summary>Why, of the first of them; null: there is none.</summary>
    public string? FirstError { get; init; }

    /// <summary>The figures of one scorer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="plan">What was compared.</param>
    /// <param name="before">What it said of each item.</param>
    /// <param name="after">What it said after training; null: there is one model.</param>
    /// <param name="likelihoods">Mean log-likelihoods of the user's responses; null: not known.</param>
    /// <param name="resamples">Of the bootstrap.</param>
    /// <param name="seed">Decides the draws.</param>
    internal static AuditedReward Of(
        string name, AuditPlan plan, IReadOnlyList<ItemScores> before, IReadOnlyList<ItemScores>? after,
        IReadOnlyList<double?[]>? likelihoods, int resamples, ulong seed)
    {
        int count = plan.Contrasts.Count;
        ShiftBootstrap bootstrap = new(resamples, seed);
        PromptTable table = PromptTable.Of(plan.Items, before, count);
        PromptTable? later = after is null ? null : PromptTable.Of(plan.Items, after, count);
        var drawn = bootstrap.Draw(table);
        AuditShift[] shifts = Shifts(table, drawn, seed);
        (AuditShift[] Shifts, AuditChange[] Changes)? compared = null;
        if (later is not null)
        {
            var drawnLater = bootstrap.Draw(later);
            AuditShift[] own = Shifts(later, drawnLater, seed);
            compared = (own, Changes(shifts, own, drawn.Shifts, drawnLater.Shifts));
        }

        return new AuditedReward(
            name, table.Deviation,
            [
                .. Enumerable.Range(0, count).Where(c => table.Contrasts[c].Pairs.Sum() > 0).Select(c => new AuditFinding(
                    plan.Contrasts[c], table.Contrasts[c].Pairs.Sum(), table.Contrasts[c].Pairs.Count(p => p > 0), shifts[c])
                {
                    After = compared?.Shifts[c],
                    Change = compared?.Changes[c],
                }),
            ],
            RewardCorrelation.Of(plan.Items, before, likelihoods))
        {
            DeviationAfter = later?.Deviation,
            Unscored = before.Count(s => s.Error is not null),
            FirstError = before.FirstOrDefault(s => s.Error is not null)?.Error,
        };
    }

    private static AuditShift[] Shifts(PromptTable table, (double[][] Shifts, double[][] Shares) drawn, ulong seed)
    {
        int count = table.Contrasts.Count;
        double[][] means = [.. table.Contrasts.Select(t => t.Means.Where(m => !double.IsNaN(m)).ToArray())];
        double[] p = [.. means.Select((m, c) => SignFlipTest.P(m, RandomBits.Key(seed, (ulong)c)))];
        double[] corrected = Holm.Correct(p);
        return
        [
            .. Enumerable.Range(0, count).Select(c =>
            {
                ContrastTable own = table.Contrasts[c];
                return new AuditShift(
                    ShiftBootstrap.Shift(table, c), ShiftBootstrap.Interval(drawn.Shifts[c]), p[c], corrected[c])
                {
                    Preferred = own.Preferred.Sum() / (double)own.Pairs.Sum(),
                    PreferredInterval = ShiftBootstrap.Interval(drawn.Shares[c]),
                    Ties = own.Ties.Sum(),
                };
            }),
        ];
    }

    private static AuditChange[] Changes(AuditShift[] before, AuditShift[] after, double[][] drawn, double[][] drawnLater)
    {
        double[][] changes = [.. drawn.Zip(drawnLater, (b, a) => a.Zip(b, (x, y) => x - y).ToArray())];
        double[] p = [.. changes.Select(c => ShiftBootstrap.P(c))];
        double[] corrected = Holm.Correct(p);
        return
        [
            .. changes.Select((c, i) => new AuditChange(
                after[i].Value - before[i].Value, ShiftBootstrap.Interval(c), p[i], corrected[i])
            {
                Verdict = !(corrected[i] < AuditResults.Level) ? "not shown"
                    : Math.Abs(after[i].Value) > Math.Abs(before[i].Value) ? "amplified" : "reduced",
            }),
        ];
    }
}

/// <summary>An audit's results.</summary>
/// <param name="Model">What a person calls the model.</param>
/// <param name="Prompts">Different prompts of the user's.</param>
/// <param name="Responses">Responses of the user's.</param>
/// <param name="Rewards">What was found of each reward and judge.</param>
public sealed record AuditResults(string Model, int Prompts, int Responses, IReadOnlyList<AuditedReward> Rewards)
{
    /// <summary>The level of the tests.</summary>
    internal const double Level = 0.05;

    /// <summary>What a person calls the model after training; null: there is none.</summary>
    public string? After { get; init; }

    /// <summary>All contrasts, also those without a pair, with how many texts were left out of each.</summary>
    public IReadOnlyList<Contrast> Contrasts { get; init; } = [];

    /// <summary>What decides the results: data, models, settings.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fingerprint { get; init; } = [];
}
