using System.Globalization;
using Innate.Compute;
using Innate.Rewards;

namespace Innate.Theory.Checks;

/// <summary>
/// Theorem 1 of arXiv 2506.23235: preferences by the endogenous reward of an imitation are near those by the true reward,
/// <code>
/// D_TV(P_r*(. | y, y'), P_rhat(. | y, y')) &lt;= (alpha H / 2) eps,  eps = max |log pi_E(a|s) - log pi_hat(a|s)|
/// </code>
/// on undiscounted sums. V(s_1) cancels in a pair, the difference of the two rewards' differences is at most 2 alpha H eps, and
/// the sigmoid's slope at most 1/4. Of all pairs of numbers that far apart none has sigmoids further apart than the symmetric
/// one, so the bound can be sharpened to tanh(alpha H eps / 2), which <see cref="FlippedCoins"/> reaches.
/// </summary>
internal static class Theorem1Check
{
    private static readonly double[] Distances = [0.01, 0.03, 0.1, 0.3, 1];
    private static readonly double[] Alphas = [0.25, 0.5, 1];

    /// <summary>All pairs of sequences: random processes over eps, H, alpha; the sharpest process; learned from data.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        int[] horizons = options.Quick ? [1, 2, 3] : [1, 2, 3, 4, 5];
        Cell[] cells = [.. from alpha in Alphas from h in horizons from cell in Sweep(alpha, h, options) select cell];
        Cell[] coins = [.. FlippedCoins(options)];
        Cell[] learned = [.. FromData(options)];
        double sharp = cells.Concat(coins).Concat(learned).Max(c => c.Variation - c.SharpBound);
        Cell discounted = Discounted(options);
        int processes = Alphas.Length * horizons.Length * options.Trials;
        return new CheckResult
        {
            Name = "Theorem 1",
            Claim = "Preferences by the endogenous reward differ from the true ones by at most alpha H eps / 2.",
            Source = "arXiv 2506.23235, Theorem 1",
            Findings =
            [
                new Finding("random processes: variation / bound", Most(cells), Relation.AtMost, 1, Standing.Claimed),
                new Finding("learned from data: variation / bound", Most(learned), Relation.AtMost, 1, Standing.Claimed),
                new Finding("flipped coins: variation / bound", Most(coins), Relation.AtMost, 1, Standing.Claimed),
                new Finding("flipped coins come close to the bound", Most(coins), Relation.AtLeast, 0.999, Standing.Derived),
                new Finding("variation - tanh(alpha H eps / 2)", sharp, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding(
                    "flipped coins: |variation - that tanh|",
                    coins.Max(c => Math.Abs(c.Variation - c.SharpBound)), Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("gamma 0.9, eps 0, offsets: variation", discounted.Variation, Relation.AtMost, 0, Standing.Limit),
            ],
            Notes = $"{processes} random processes of 3 tokens, each imitated at {Distances.Length} distances, every pair of "
                + "sequences; the greatest total variation of a pair is compared. Data: 10 to 1000 sequences. Flipped coins: "
                + "two tokens, in each state the expert's log-odds are eps and the imitation's -eps. Where it stops: with "
                + "gamma < 1 on both sides, an imitation that is the expert itself (eps = 0) but whose logits carry a constant "
                + "of each state's own prefers otherwise. No training fixes those constants.",
            Charts = Charts(cells, coins),
            Table = TableOf(cells, coins),
        };
    }

    // Random rewards on 3 tokens, the expert's policy moved by exactly eps in every state, its logits by random offsets.
    private static Cell[] Sweep(double alpha, int horizon, TheoryOptions options)
    {
        Cell[] cells = new Cell[Distances.Length];
        for (int trial = 0; trial < options.Trials; trial++)
        {
            ulong key = RandomBits.Key(options.Key("theorem-1", trial), (ulong)((horizon * 1000) + (int)(100 * alpha)));
            TokenMdp mdp = new(3, horizon);
            RewardTable truth = RewardTable.Random(mdp, key);
            TablePolicy expert = SoftValueIteration.Solve(truth, alpha);
            for (int i = 0; i < Distances.Length; i++)
            {
                TablePolicy imitation = Imitation.Perturbed(expert, Distances[i], RandomBits.Key(key, (ulong)i));
                Cell cell = Measure(truth, expert, Imitation.Offset(imitation, 2, key), Distances[i], options);
                if (trial == 0 || cell.Ratio > cells[i].Ratio) cells[i] = cell;
            }
        }

        return cells;
    }

    // Each state a coin: the reward alpha eps for token 0 makes the expert's log-odds eps whatever follows; the imitation's are
    // -eps. So log-probabilities move by exactly eps, and 00..0 against 11..1 is tied as far from right as can be.
    private static IEnumerable<Cell> FlippedCoins(TheoryOptions options)
    {
        int[] horizons = options.Quick ? [1, 2, 4] : [1, 2, 4, 6, 8];
        foreach (double alpha in Alphas)
        {
            foreach (int horizon in horizons)
            {
                foreach (double eps in Distances)
                {
                    TokenMdp mdp = new(2, horizon);
                    RewardTable truth = RewardTable.Of(mdp, (_, _, token) => token == 0 ? alpha * eps : 0);
                    RewardTable flipped = RewardTable.Of(mdp, (_, _, token) => token == 0 ? 0 : alpha * eps);
                    TablePolicy imitation = Imitation.Offset(SoftValueIteration.Solve(flipped, alpha), 2, options.Key("coins"));
                    yield return Measure(truth, SoftValueIteration.Solve(truth, alpha), imitation, eps, options);
                }
            }
        }
    }

    // An imitation from finite data: its eps is what it is.
    private static IEnumerable<Cell> FromData(TheoryOptions options)
    {
        for (int trial = 0; trial < options.Trials; trial++)
        {
            foreach (int samples in new[] { 10, 100, 1000 })
            {
                ulong key = RandomBits.Key(options.Key("theorem-1-data", trial), (ulong)samples);
                TokenMdp mdp = new(3, 3);
                RewardTable truth = RewardTable.Random(mdp, key);
                TablePolicy expert = SoftValueIteration.Solve(truth, 0.5);
                var data = Enumerable.Range(0, samples).Select(i => expert.Draw(RandomBits.Key(key, (ulong)i)));
                yield return Measure(truth, expert, Imitation.FromData(mdp, data, smoothing: 0.5, 0.5), samples, options);
            }
        }
    }

    // The bound is of the distance measured, not of the one asked for.
    private static Cell Measure(RewardTable truth, TablePolicy expert, TablePolicy imitation, double asked, TheoryOptions options)
    {
        double eps = Imitation.Distance(expert, imitation), reach = expert.Alpha * truth.Mdp.Horizon * eps;
        RewardOptions undiscounted = new() { Alpha = expert.Alpha };
        double[] found = [.. truth.Mdp.Sequences.Select(s => options.Reward(imitation.Trace(s), undiscounted).Value)];
        double variation = Preference.GreatestTotalVariation(truth.Outcomes(), found);
        double e = PortableMath.Exp(-reach);
        return new Cell(expert.Alpha, truth.Mdp.Horizon, asked, variation, reach / 2, (1 - e) / (1 + e));
    }

    // The same policy, other logits, discounted: the reward of offsets alone.
    private static Cell Discounted(TheoryOptions options)
    {
        ulong key = options.Key("theorem-1-discounted");
        RewardTable truth = RewardTable.Random(new TokenMdp(3, 3), key);
        TablePolicy expert = SoftValueIteration.Solve(truth, 1), same = Imitation.Offset(expert, 2, key);
        RewardOptions weighting = new() { Gamma = 0.9 };
        RewardTable weighted = RewardTable.Of(truth.Mdp, (h, prefix, token) =>
            truth[truth.Mdp.FirstState(h) + prefix, token] * (h switch { 0 => 1, 1 => 0.9, _ => 0.81 }));
        double[] found = [.. truth.Mdp.Sequences.Select(s => options.Reward(same.Trace(s), weighting).Value)];
        return new Cell(1, 3, 0, Preference.GreatestTotalVariation(weighted.Outcomes(), found), 0, 0);
    }

    private static CheckChart[] Charts(Cell[] cells, Cell[] coins)
    {
        int h = cells.Max(c => c.Horizon), many = coins.Max(c => c.Horizon);
        double[] reach = [.. coins.Select(c => 2 * c.Bound).Distinct().Order()];
        return
        [
            new CheckChart(
                "How far preferences are off, and how far they may be", "alpha H eps", "greatest total variation over all pairs",
                [
                    Cloud("random processes", cells),
                    Cloud("flipped coins", coins),
                    new CheckSeries("the bound, alpha H eps / 2", reach, [.. reach.Select(x => x / 2)], IsBound: true),
                ]),
            new CheckChart(
                string.Create(CultureInfo.InvariantCulture, $"Share of the bound against eps, random processes, H = {h}"),
                "eps", "variation / bound",
                [
                    .. Alphas.Select(a => AgainstEps(cells, a, h)),
                    Full(Distances[0], Distances[^1]),
                ],
                LogY: false),
            new CheckChart(
                "Share of the bound against H, random processes, alpha = 0.5", "H", "variation / bound",
                [
                    .. Distances.Select(e => AgainstLength(cells, e)),
                    Full(1, h),
                ],
                LogX: false, LogY: false),
            new CheckChart(
                string.Create(CultureInfo.InvariantCulture, $"Share of the bound against eps, flipped coins, H = {many}"),
                "eps", "variation / bound",
                [
                    .. Alphas.Select(a => AgainstEps(coins, a, many)),
                    Full(Distances[0], Distances[^1]),
                ],
                LogY: false),
        ];

        CheckSeries AgainstEps(Cell[] points, double alpha, int horizon) =>
            Line($"alpha = {Text(alpha)}", points.Where(c => c.Alpha == alpha && c.Horizon == horizon), c => c.Eps);

        CheckSeries AgainstLength(Cell[] points, double eps) =>
            Line($"eps = {Text(eps)}", points.Where(c => c.Alpha == 0.5 && c.Eps == eps), c => c.Horizon);

        CheckSeries Full(double from, double to) => new("the bound", [from, to], [1, 1], IsBound: true);

        CheckSeries Cloud(string name, Cell[] points)
        {
            var groups = points.GroupBy(c => Math.Round(2 * c.Bound, 9)).OrderBy(g => g.Key).ToArray();
            return new CheckSeries(name, [.. groups.Select(g => g.Key)], [.. groups.Select(g => g.Max(c => c.Variation))]);
        }

        CheckSeries Line(string name, IEnumerable<Cell> points, Func<Cell, double> x)
        {
            Cell[] sorted = [.. points.OrderBy(x)];
            return new CheckSeries(name, [.. sorted.Select(x)], [.. sorted.Select(c => c.Ratio)]);
        }
    }

    private static CheckTable TableOf(Cell[] cells, Cell[] coins) => new(
        ["eps", .. Alphas.Select(a => $"random, alpha = {Text(a)}"), .. Alphas.Select(a => $"coins, alpha = {Text(a)}")],
        [.. Distances.Select(e => (IReadOnlyList<string>)
            [Text(e), .. Alphas.Select(a => Most(cells, a, e)), .. Alphas.Select(a => Most(coins, a, e))])]);

    private static double Most(IEnumerable<Cell> cells) => cells.Max(c => c.Ratio);

    private static string Most(Cell[] cells, double alpha, double eps) =>
        Most(cells.Where(c => c.Alpha == alpha && c.Eps == eps)).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Text(double x) => x.ToString(CultureInfo.InvariantCulture);

    // One setting: the greatest variation over all pairs, (alpha H / 2) eps, and tanh of it.
    private sealed record Cell(double Alpha, int Horizon, double Eps, double Variation, double Bound, double SharpBound)
    {
        public double Ratio => Variation / Bound;
    }
}
