using Innate.Compute;
using Innate.Reinforcement.Objectives;
using Innate.Theory.Laws;

namespace Innate.Theory.Checks;

/// <summary>
/// What every reward without labels does, whatever the model: it sharpens the majority, right or wrong; entropy falls under each
/// reward that a policy gives itself; and a random reward teaches nothing but what the clip lets through.
/// </summary>
internal static class LabelFreeCheck
{
    private static readonly double[] Ratios = [0.5, 0.79, 0.81, 0.95, 1, 1.05, 1.19, 1.21, 2];

    /// <summary>The laws against the optima, the steps and the objective that they speak of.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double sharpened = 0, fastest = double.NegativeInfinity, stepped = 0, drift = 0, advantage = 0;
        ulong key = RandomBits.Key(options.Seed, 0x1ab);
        for (int trial = 0; trial < 20 * options.Trials; trial++)
        {
            double p = 0.02 + (0.96 * UniformNumbers.At(key, 2 * trial)), beta = 0.1 + UniformNumbers.At(key, (2 * trial) + 1);
            sharpened = Math.Max(sharpened, Math.Abs(SharpeningLaw.After(p, beta) - Optimum(p, beta)));

            double[] logits = UniformNumbers.Many(RandomBits.Mix(key, (ulong)trial), 6, -3, 3);
            double likelihood = EntropyLaw.OfLikelihood(logits), certainty = EntropyLaw.OfSelfCertainty(logits);
            fastest = Math.Max(fastest, Math.Max(likelihood, certainty));
            stepped = Math.Max(stepped, Math.Abs(likelihood - Fall(logits, (q, log, entropy) => q * (log + entropy))));
            stepped = Math.Max(stepped, Math.Abs(certainty - Fall(logits, (q, _, _) => q - (1.0 / logits.Length))));
        }

        foreach (double ratio in Ratios)
        {
            double log = PortableMath.Log(ratio);
            double slope = -(Slope(log, 1) + Slope(log, -1)) / 2;
            drift = Math.Max(drift, Math.Abs(slope - ClipBias.Expected(ratio).LogProbSlope));
        }

        foreach (int size in new[] { 2, 4, 8 })
        {
            advantage = Math.Max(advantage, RandomReward.ExpectedAdvantages(0.5, size).Max(Math.Abs));
        }

        return new CheckResult
        {
            Name = "Label-free rewards",
            Claim = "The majority's mass rises, right or wrong; entropy falls under each inner reward; a random one drifts.",
            Source = "arXiv 2603.08660, 2506.17219 and 2506.10947, by secondary sources; derived here",
            Findings =
            [
                new Finding("majority after one round: error", sharpened, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("greatest rate of entropy under inner rewards", fastest, Relation.AtMost, 0, Standing.Derived),
                new Finding("the rate against a small step", stepped, Relation.AtMost, 1e-4, Standing.Derived),
                new Finding("random reward: slope against the objective", drift, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("random reward: expected advantage", advantage, Relation.AtMost, 1e-12, Standing.Derived),
            ],
            Notes = "A fall of entropy, and a gain on prompts whose start majority is right, are therefore no evidence for a "
                + "method: the arena holds every recipe against a random reward and its own dealt out anew (docs/zoo.md).",
        };
    }

    // Of q - beta KL(q || p) over the majority's mass q: where its slope, which only falls, is 0.
    private static double Optimum(double p, double beta)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 200; i++)
        {
            double q = (low + high) / 2;
            bool rises = q <= 0 || 1 - (beta * (Math.Log(q / p) - Math.Log((1 - q) / (1 - p)))) > 0;
            if (rises) low = q;
            else high = q;
        }

        return (low + high) / 2;
    }

    private static double Slope(double logRatio, double advantage) =>
        ClippedRatio.Compute([logRatio], [0], [advantage], weight: 1, low: 0.2, high: 0.2).LogProbGradient[0];

    // dH/deta of a step in a direction, by differences.
    private static double Fall(double[] logits, Func<double, double, double, double> direction)
    {
        const double eta = 1e-6;
        double norm = LogitRow.SoftMaximum(logits), entropy = LogitRow.Entropy(logits, norm);
        double[] step = [.. logits.Select(z => direction(PortableMath.Exp(z - norm), z - norm, entropy))];
        return (Entropy(eta) - Entropy(-eta)) / (2 * eta);

        double Entropy(double size)
        {
            double[] moved = [.. logits.Select((z, i) => z + (size * step[i]))];
            return LogitRow.Entropy(moved, LogitRow.SoftMaximum(moved));
        }
    }
}
