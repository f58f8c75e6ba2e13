using System.Globalization;
using Innate.Compute;
using Innate.Rows;

namespace Innate.Theory.Checks;

/// <summary>
/// Theorem 2 of arXiv 2506.23235: imitation loses up to the order of H^2 eps, RL on the imitation's endogenous
/// reward only of H eps,
/// <code>
/// V(pi_E) - V(pi_hat) &lt;= H^2 eps / 2,  V(pi_E) - V(pi_RL) &lt;= 2 alpha H eps
/// </code>
/// values by r* in [0, 1] a step; the constants are derived here. For the first: log-probabilities of whole sequences differ by
/// at most H eps, so their total variation is at most H eps / 2, and no outcome exceeds H. For the second: r_hat and r* differ
/// on a sequence by a constant and at most alpha H eps, and pi_RL is best by r_hat. Pinsker's inequality says more of the first:
/// a step's divergence is at most eps tanh(eps / 2), so the gap is at most H^1.5 eps / 2;
/// <see cref="WalkProcess"/> grows so.
/// </summary>
internal static class Theorem2Check
{
    private const double WalkAlpha = 0.5;
    private static readonly double[] RandomAlphas = [0.25, 1];
    private static readonly double[] RandomDistances = [0.03, 0.1, 0.3, 1];

    /// <summary>Random processes; the cliff; near ties; the walk.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        Trial[] random = [.. Random(options)];
        int seeds = options.Quick ? 5 : 20;
        int[] cliffs = options.Quick ? [8, 16, 32, 64, 128] : [8, 16, 32, 64, 128, 256, 512];
        int[] chains = options.Quick ? [1, 2, 4, 8, 16] : [1, 2, 4, 8, 16, 32, 64, 128];
        int[] walks = options.Quick ? [6, 10, 18, 34] : [6, 10, 18, 34, 66, 130];
        Growth cliff = Grow("cliff", cliffs, seeds, options, (h, key) =>
            CliffProcess.Of(UniformNumbers.Many(key, h, 0.5e-4, 1.5e-4)));
        Growth ties = Grow("ties", chains, seeds, options, (h, key) =>
            NearTiesProcess.Of(0.2, UniformNumbers.Many(key, h, 0.8, 0.999), alpha: 0.5));
        Growth walk = Grow("walk", walks, seeds, options, (h, key) =>
            WalkProcess.Of(UniformNumbers.Many(key, h / 2, 0.5e-3, 1e-3), WalkAlpha));
        Trial[] all = [.. random, .. cliff.Trials, .. ties.Trials, .. walk.Trials];
        double square = all.Max(t => t.Imitated / t.Square), pinsker = all.Max(t => t.Imitated / t.Pinsker);
        int[] known = [5, 10, 20];
        double[] losses = [.. known.Select(h => CliffProcess.Of([.. Enumerable.Repeat(0.01, h)]).ImitationGap)];
        double closed = known.Zip(losses, (h, loss) => Math.Abs(loss - CliffProcess.Loss(0.01, h))).Max();
        double compared = ties.Trials.Max(t => t.Learned / t.Imitated);
        return new CheckResult
        {
            Name = "Theorem 2",
            Claim = "Imitation may lose of the order of H^2 eps; RL on the imitation's endogenous reward only of H eps.",
            Source = "arXiv 2506.23235, Theorem 2; constants derived here",
            Findings =
            [
                new Finding("imitation gap / (H^2 eps / 2)", square, Relation.AtMost, 1, Standing.Claimed),
                new Finding("RL gap / (2 alpha H eps)", all.Max(t => t.Learned / t.Linear), Relation.AtMost, 1, Standing.Claimed),
                Slope("cliff: slope of imitation", cliff.Imitated, Relation.Near, 2, Standing.Claimed),
                new Finding("cliff: greatest RL gap", cliff.Trials.Max(t => t.Learned), Relation.AtMost, 1e-6, Standing.Claimed),
                Slope("near ties: slope of RL", ties.Learned, Relation.AtMost, 1.05, Standing.Claimed),
                new Finding("cliff: |loss - sum of 1 - (1 - e)^h|", closed, Relation.AtMost, 1e-6, Standing.Derived),
                new Finding("imitation gap / (H^1.5 eps / 2)", pinsker, Relation.AtMost, 1, Standing.Derived),
                Slope("walk: slope of imitation", walk.Imitated, Relation.Near, 1.5, Standing.Derived),
                Slope("gap reaches H^2 in eps", walk.Imitated, Relation.AtLeast, 1.9, Standing.Limit),
                new Finding("near ties: RL gap / imitation gap", compared, Relation.AtMost, 1, Standing.Limit),
            ],
            Notes = Notes(random, cliff, losses),
            Charts = Charts(random, cliff, ties, walk),
            Table = TableOf(cliff, ties, walk),
        };
    }

    private static string Notes(Trial[] random, Growth cliff, double[] losses) => string.Create(
        CultureInfo.InvariantCulture,
        $"{random.Length} imitations of random processes, half of them the worst that eps allows. The cliff at e = 0.01 loses "
        + $"{losses[0]:0.000}, {losses[1]:0.000}, {losses[2]:0.000} at H = 5, 10, 20 (e H^2 / 2: 0.125, 0.5, 2). Where it stops: "
        + $"H^2 is in the error rate e. In the theorem's own eps the cliff's imitation is far off (eps of "
        + $"{cliff.Trials.Min(t => t.Eps):0} and more, because the expert never errs), and no process exceeds H^1.5 eps / 2. "
        + $"RL follows the order of what it imitates: where decisions are near ties it loses more than the imitation itself.");

    private static IEnumerable<Trial> Random(TheoryOptions options)
    {
        int last = options.Quick ? 4 : 6;
        foreach (double alpha in RandomAlphas)
        {
            for (int horizon = 1; horizon <= last; horizon++)
            {
                for (int trial = 0; trial < options.Trials; trial++)
                {
                    ulong key = RandomBits.Key(options.Key("theorem-2", trial), (ulong)((100 * horizon) + (int)(4 * alpha)));
                    RewardTable truth = RewardTable.Random(new TokenMdp(3, horizon), key);
                    TablePolicy expert = SoftValueIteration.Solve(truth, alpha);
                    foreach (double eps in RandomDistances)
                    {
                        TablePolicy worst = Imitation.Worst(expert, truth, _ => eps);
                        TablePolicy moved = Imitation.Offset(Imitation.Perturbed(expert, eps, key), 2, key);
                        yield return Trial.Of(new ImitationCase(truth, expert, worst), options, worst: true) with { Asked = eps };
                        yield return Trial.Of(new ImitationCase(truth, expert, moved), options) with { Asked = eps };
                    }
                }
            }
        }
    }

    private static Growth Grow(
        string name, int[] horizons, int seeds, TheoryOptions options, Func<int, ulong, ImitationCase> make)
    {
        Trial[][] runs = [.. Enumerable.Range(0, seeds).Select(seed => horizons.Select(h =>
        {
            ulong key = options.Key(name, seed);
            return Trial.Of(Moved(make(h, RandomBits.Key(key, (ulong)h)), key), options);
        }).ToArray())];
        double[] x = [.. horizons.Select(h => (double)h)];
        var imitated = LogLogFit.OverSeeds(
            x, [.. runs.Select(r => r.Select(t => t.Imitated).ToArray())], options.Resamples, options.Key(name + "-fit"));
        var learned = LogLogFit.OverSeeds(
            x, [.. runs.Select(r => r.Select(t => t.Learned).ToArray())], options.Resamples, options.Key(name + "-fit"));
        return new Growth(x, [.. runs.SelectMany(r => r)], imitated, learned);
    }

    // The logits that are learned from carry constants of their own, as any training's do.
    private static ImitationCase Moved(ImitationCase c, ulong key) =>
        c with { Imitation = Imitation.Offset(c.Imitation, 1, key) };

    private static Finding Slope(
        string what, (double Slope, Interval Interval) fit, Relation relation, double bound, Standing standing) =>
        new(what, fit.Slope, relation, bound, standing) { Tolerance = 0.1, Interval = fit.Interval };

    private static CheckChart[] Charts(Trial[] random, Growth cliff, Growth ties, Growth walk) =>
    [
        new CheckChart(
            "How gaps grow with the length, and straight lines of slope 1, 1.5 and 2", "H", "V(expert) - V(policy)",
            [
                cliff.Series("imitation on the cliff", t => t.Imitated, cliff.Imitated.Slope),
                walk.Series("imitation on the walk", t => t.Imitated, walk.Imitated.Slope),
                ties.Series("imitation of near ties", t => t.Imitated, ties.Imitated.Slope),
                ties.Series("RL on near ties", t => t.Learned, ties.Learned.Slope),
                Power("2", cliff, t => t.Imitated, 2),
                Power("1.5", walk, t => t.Imitated, 1.5),
                Power("1", ties, t => t.Learned, 1),
            ]),
        new CheckChart(
            "Random processes: the worst imitation, and RL on its reward, eps = 0.3", "H", "mean V(expert) - V(policy)",
            [
                .. from alpha in RandomAlphas
                   from series in new[] { OfRandom(random, alpha, learned: false), OfRandom(random, alpha, learned: true) }
                   select series,
            ],
            LogX: false, LogY: false),
    ];

    private static CheckSeries OfRandom(Trial[] random, double alpha, bool learned)
    {
        var groups = random.Where(t => t.Alpha == alpha && t.IsWorst && t.Asked == 0.3)
            .GroupBy(t => t.Horizon).OrderBy(g => g.Key).ToArray();
        return new CheckSeries(
            string.Create(CultureInfo.InvariantCulture, $"{(learned ? "RL" : "imitation")}, alpha = {alpha}"),
            [.. groups.Select(g => (double)g.Key)],
            [.. groups.Select(g => g.Average(t => learned ? t.Learned : t.Imitated))]);
    }

    // A line of the power through the growth's last point.
    private static CheckSeries Power(string name, Growth growth, Func<Trial, double> gap, double power)
    {
        double[] x = growth.X;
        double end = growth.Mean(x[^1], gap);
        double[] y = [.. x.Select(h => end * PortableMath.Exp(power * PortableMath.Log(h / x[^1])))];
        return new CheckSeries(name, x, y, IsBound: true);
    }

    private static CheckTable TableOf(Growth cliff, Growth ties, Growth walk)
    {
        return new CheckTable(
            ["process", "policy", "H", "gap at the shortest", "gap at the longest", "slope", "95% interval"],
            [
                Row("cliff, e near 1e-4", "imitation", cliff, t => t.Imitated, cliff.Imitated),
                Row("cliff, e near 1e-4", "RL", cliff, t => t.Learned, cliff.Learned),
                Row("near ties, eps = 0.2", "imitation", ties, t => t.Imitated, ties.Imitated),
                Row("near ties, eps = 0.2", "RL", ties, t => t.Learned, ties.Learned),
                Row("walk, eps up to 1e-3", "imitation", walk, t => t.Imitated, walk.Imitated),
                Row("walk, eps up to 1e-3", "RL", walk, t => t.Learned, walk.Learned),
            ]);

        static string[] Row(
            string process, string policy, Growth growth, Func<Trial, double> gap, (double Slope, Interval Interval) fit)
        {
            // A gap that is not above 0 has no logarithm, and no slope.
            bool grows = double.IsFinite(fit.Slope);
            return
            [
                process, policy, string.Create(CultureInfo.InvariantCulture, $"{growth.X[0]} to {growth.X[^1]}"),
                Text(growth.Mean(growth.X[0], gap)), Text(growth.Mean(growth.X[^1], gap)),
                grows ? Text(fit.Slope) : "none",
                grows ? $"{Text(fit.Interval.Low)} to {Text(fit.Interval.High)}" : "never above 0",
            ];
        }

        static string Text(double x) =>
            x.ToString(Math.Abs(x) is > 0 and < 0.01 ? "0.0e-0" : "0.000", CultureInfo.InvariantCulture);
    }

    // One imitation and what it lost; the bounds are of the distance measured.
    private sealed record Trial(
        int Horizon, double Alpha, double Eps, double Imitated, double Learned, bool IsWorst)
    {
        public double Asked { get; init; }

        public double Square => 0.5 * Horizon * Horizon * Eps;

        public double Pinsker => 0.5 * Horizon * Math.Sqrt(Horizon) * Eps;

        public double Linear => 2 * Alpha * Horizon * Eps;

        public static Trial Of(ImitationCase c, TheoryOptions options, bool worst = false) =>
            new(c.Horizon, c.Expert.Alpha, c.Distance, c.ImitationGap, c.LearnedGap(options.Reward), worst);
    }

    private sealed record Growth(
        double[] X, Trial[] Trials, (double Slope, Interval Interval) Imitated, (double Slope, Interval Interval) Learned)
    {
        public double Mean(double horizon, Func<Trial, double> gap) => Trials.Where(t => t.Horizon == (int)horizon).Average(gap);

        public CheckSeries Series(string name, Func<Trial, double> gap, double slope) => new(
            string.Create(CultureInfo.InvariantCulture, $"{name}, slope {slope:0.00}"), X, [.. X.Select(h => Mean(h, gap))]);
    }
}
