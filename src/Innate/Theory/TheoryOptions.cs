using Innate.Learning.Objectives;
using Innate.Reinforcement.Objectives;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Theory;

/// <summary>
/// How the checks are run, and on which formulas: the ones that ship, unless a test puts a broken one in a place to see the
/// check that rests on it fail.
/// </summary>
public sealed record TheoryOptions
{
    /// <summary>Decides every random process, policy and data set.</summary>
    public ulong Seed { get; init; }

    /// <summary>Fewer processes, shorter horizons, fewer steps: seconds become fractions.</summary>
    public bool Quick { get; init; }

    /// <summary>The endogenous reward.</summary>
    public RewardFormula Reward { get; init; } = EndogenousReward.Compute;

    /// <summary>Self-certainty.</summary>
    public Func<TokenTrace, RewardResult> SelfCertainty { get; init; } = Rewards.SelfCertainty.Compute;

    /// <summary>Next-token training's loss of some tokens, and of how many there are in all.</summary>
    public Func<double[], long, ObjectiveResult> NextTokenLoss { get; init; } =
        (logProbs, n) => SupervisedObjective.Compute(logProbs, n);

    /// <summary>dk / dlog pi of a KL estimator, from log pi and log ref.</summary>
    public Func<KlKind, double, double, double> KlGradient { get; init; } = KlEstimator.Gradient;

    /// <summary>Random processes of each setting.</summary>
    internal int Trials => Quick ? 3 : 20;

    /// <summary>Resamples of a bootstrap.</summary>
    internal int Resamples => Quick ? 200 : 1000;

    /// <summary>A key for a check's own random numbers.</summary>
    internal ulong Key(string check, int trial = 0)
    {
        ulong key = Seed;
        foreach (char c in check) key = RandomBits.Key(key, c);
        return RandomBits.Key(key, (ulong)trial);
    }

    /// <summary>Ragged policies of all the small shapes, with offsets in their logits: one a trial.</summary>
    internal IEnumerable<TablePolicy> RandomPolicies(string check, int trials, int maxHorizon = 5)
    {
        double[] alphas = [0.25, 0.5, 1, 2];
        for (int trial = 0; trial < trials; trial++)
        {
            ulong key = Key(check, trial);
            TokenMdp mdp = new(2 + (trial % 3), 1 + (int)(UniformNumbers.At(key, 0) * maxHorizon));
            double alpha = alphas[(int)(UniformNumbers.At(key, 1) * alphas.Length)];
            double[] logits = UniformNumbers.Many(RandomBits.Key(key, 1), mdp.StateCount * mdp.Vocabulary, -2 * alpha, 2 * alpha);
            yield return Imitation.Offset(new TablePolicy(mdp, logits, alpha), 3, key);
        }
    }
}
