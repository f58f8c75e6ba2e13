using System.Globalization;

namespace Innate.Theory.Checks;

/// <summary>
/// The two layers of INFOM (Zheng et al. 2025, arXiv 2506.08902) that can be counted out: the occupancy that its flows learn to
/// sample, in tables,
/// <code>
/// M = (1 - gamma) I + gamma P M,  V = M r / (1 - gamma)
/// </code>
/// and a flow whose velocity is known, in one dimension. The encoder of intentions is not among them: here the intention of each
/// step is given.
/// </summary>
internal static class OccupancyCheck
{
    private const double Gamma = 0.9, Lean = 0.9;
    private const int Corridor = 11;
    private static readonly int[] EulerSteps = [10, 20, 40, 80, 160];

    /// <summary>Random chains; a corridor walked with two intentions; flows between Gaussians.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        Chains chains = RandomChains(options);
        int steps = options.Quick ? 4_000 : 20_000;
        Intentions told = Walk(options, steps);
        GaussianFlow[] flows = [.. Enumerable.Range(0, options.Trials).Select(trial => FlowOf(options.Key("flow", trial)))];
        double[] counts = [.. EulerSteps.Select(n => (double)n)];
        double[] off = [.. EulerSteps.Select(n => flows.Average(f => Math.Abs(f.Euler(1, n) - f.Exact(1))))];
        return new CheckResult
        {
            Name = "Occupancy",
            Claim = "INFOM's mixture of the state itself and the next state's occupancy has the discounted occupancy as its "
                + "fixed point, whose mean reward is the value; who knows the intention knows where each one leads.",
            Source = "arXiv 2506.08902, its loss as published in code; the two layers that can be counted out",
            Findings =
            [
                new Finding("|M r / (1 - gamma) - V|, largest", chains.Value, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("|fixed point of the mixture - M|", chains.FixedPoint, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding(
                    "one application draws together by", chains.Contraction, Relation.AtMost, Gamma + 1e-9, Standing.Derived),
                new Finding(
                    "corridor: off M, intention known / not", told.Known / told.Unknown, Relation.AtMost, 0.5,
                    Standing.Claimed),
                new Finding("flow: |dx/dt - velocity|", flows.Max(Slip), Relation.AtMost, 1e-6, Standing.Derived),
                new Finding(
                    "flow: slope of Euler's error", LogLogFit.Slope(counts, off), Relation.Near, -1,
                    Standing.Derived)
                {
                    Tolerance = 0.1,
                },
                new Finding(
                    "|M of a mixed policy - mixed M|", told.Mixed, Relation.AtMost, 1e-6, Standing.Limit),
            ],
            Notes = string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Trials} random chains of 2 to 8 states, gamma = {Gamma}. The corridor has {Corridor} places; either "
                + $"intention goes its own way with probability {Lean}, and {steps} steps were seen from the middle. Variation "
                + $"from the exact occupancy of each intention: {told.Known:0.000} where a step's intention is known, "
                + $"{told.Unknown:0.000} where all steps are one. Not shown, and not claimed: that an encoder finds the "
                + $"intentions, and that a network's flow comes near them. Nothing here is about language models: a "
                + $"log-probability is no occupancy."),
            Charts =
            [
                new CheckChart("Euler's error at the flow's end", "steps", "error", [new CheckSeries("mean", counts, off)]),
            ],
        };
    }

    private static Chains RandomChains(TheoryOptions options)
    {
        double value = 0, fixedPoint = 0, contraction = 0;
        for (int trial = 0; trial < options.Trials; trial++)
        {
            ulong key = options.Key("occupancy", trial);
            int n = 2 + (trial % 7);
            double[][] chain =
                [.. Enumerable.Range(0, n).Select(i => Normalised(UniformNumbers.Many(RandomBits.Key(key, (ulong)i), n, 0, 1)))];
            double[] reward = UniformNumbers.Many(RandomBits.Key(key, 99), n, -1, 1);
            double[][] exact = SuccessorMeasure.Of(chain, Gamma);
            double[] mean = SuccessorMeasure.Mean(exact, Gamma, reward), bellman = SuccessorMeasure.Value(chain, Gamma, reward);
            value = Math.Max(value, mean.Zip(bellman, (a, b) => Math.Abs(a - b)).Max());
            double[][] found = [.. chain.Select((_, i) => Unit(n, 0))];
            for (double off = Distance(found, exact); off > 1e-12;)
            {
                found = SuccessorMeasure.Mixture(chain, Gamma, found);
                double now = Distance(found, exact);
                if (now > 1e-3) contraction = Math.Max(contraction, now / off);
                if (now >= off) break;
                off = now;
            }

            fixedPoint = Math.Max(fixedPoint, Distance(found, exact));
        }

        return new Chains(value, fixedPoint, contraction);
    }

    // Steps seen of a corridor that is walked to the left or to the right.
    private static Intentions Walk(TheoryOptions options, int steps)
    {
        double[][] left = Leaning(1 - Lean), right = Leaning(Lean), seen = Zeros();
        double[][][] own = [Zeros(), Zeros()];
        for (int z = 0; z < 2; z++)
        {
            ulong key = options.Key("corridor", z);
            int at = Corridor / 2;
            for (int i = 0; i < steps; i++)
            {
                // As often as an occupancy of this gamma ends, the walk begins anew.
                if (UniformNumbers.At(key, 2 * i) < 1 - Gamma) at = Corridor / 2;
                int next = Step(at, UniformNumbers.At(key, (2 * i) + 1) < (z == 0 ? 1 - Lean : Lean));
                own[z][at][next]++;
                seen[at][next]++;
                at = next;
            }
        }

        double[][][] exact = [SuccessorMeasure.Of(left, Gamma), SuccessorMeasure.Of(right, Gamma)];
        double[] unknown = SuccessorMeasure.Of(Rows(seen), Gamma)[Corridor / 2];
        double known = 0, not = 0;
        for (int z = 0; z < 2; z++)
        {
            double[] truth = exact[z][Corridor / 2];
            known += Variation(SuccessorMeasure.Of(Rows(own[z]), Gamma)[Corridor / 2], truth) / 2;
            not += Variation(unknown, truth) / 2;
        }

        double[] mixed = SuccessorMeasure.Of(Leaning(0.5), Gamma)[Corridor / 2];
        double[] mean = [.. exact[0][Corridor / 2].Zip(exact[1][Corridor / 2], (a, b) => (a + b) / 2)];
        return new Intentions(known, not, Variation(mixed, mean));
    }

    private static double[][] Leaning(double right)
    {
        double[][] chain = Zeros();
        for (int at = 0; at < Corridor; at++)
        {
            chain[at][Step(at, true)] += right;
            chain[at][Step(at, false)] += 1 - right;
        }

        return chain;
    }

    private static int Step(int at, bool isRight) => Math.Clamp(at + (isRight ? 1 : -1), 0, Corridor - 1);

    private static double[][] Zeros() => [.. Enumerable.Range(0, Corridor).Select(_ => new double[Corridor])];

    // What was seen, as chances; a place where nobody was is stayed in.
    private static double[][] Rows(double[][] counts) =>
        [.. counts.Select((row, i) => row.Sum() == 0 ? Unit(Corridor, i) : Normalised(row))];

    private static double[] Unit(int count, int at) => [.. Enumerable.Range(0, count).Select(i => i == at ? 1.0 : 0)];

    private static double[] Normalised(double[] row)
    {
        double sum = row.Sum();
        return [.. row.Select(x => x / sum)];
    }

    private static double Variation(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() / 2;

    private static double Distance(double[][] a, double[][] b) => a.Zip(b, Variation).Max();

    private static GaussianFlow FlowOf(ulong key) =>
        new(UniformNumbers.Between(key, 0, -1, 1), UniformNumbers.Between(key, 1, 0.4, 0.8));

    // The flow's path from x_0 is t m + sqrt(t^2 s^2 + (1 - t)^2) x_0; its slope, by differences, against the velocity there.
    private static double Slip(GaussianFlow flow)
    {
        const double step = 1e-5;
        double worst = 0;
        for (int i = 1; i < 20; i++)
        {
            double t = i / 20.0;
            double slope = (At(t + step) - At(t - step)) / (2 * step);
            worst = Math.Max(worst, Math.Abs(slope - flow.Velocity(At(t), t)));
        }

        return worst;

        double At(double t) =>
            (t * flow.Mean) + Math.Sqrt((t * t * flow.Deviation * flow.Deviation) + ((1 - t) * (1 - t)));
    }

    private readonly record struct Chains(double Value, double FixedPoint, double Contraction);

    private readonly record struct Intentions(double Known, double Unknown, double Mixed);
}
