using Innate.Compute;

namespace Innate.Theory.Checks;

/// <summary>
/// An imitation of an expert that errs: its endogenous reward prefers the right answer as long as no wrong one is commoner, and
/// RL with it makes right whatever is right in most answers, and wrong the rest.
/// </summary>
internal static class FlawedExpertCheck
{
    private const int Vocabulary = 4, Horizon = 3;
    private const double Rare = 1e-13;

    private static readonly double[] Rates = [.. Enumerable.Range(0, 20).Select(i => i / 20.0)];

    /// <summary>Over all sequences of a small process, every error spread evenly or put on one answer.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        TokenMdp mdp = new(Vocabulary, Horizon);
        int answers = mdp.Sequences.Count, right = answers / 3;
        double reward = 0, learned = 0, broken = 0, kept = 1;
        List<CheckSeries> curves = [];
        foreach ((string name, int wrong) in new[] { ("spread over 63", answers - 1), ("always the same", 1) })
        {
            double[] pairs = new double[Rates.Length], before = new double[Rates.Length], after = new double[Rates.Length];
            for (int i = 0; i < Rates.Length; i++)
            {
                double e = Rates[i];
                TablePolicy imitation = Imitation(mdp, right, wrong, e);
                (pairs[i], before[i]) = (Ordered(imitation, right, wrong, options), imitation.Distribution()[right]);
                foreach (double power in new[] { 2.0, 101 })
                {
                    after[i] = SequenceWeights.Raised(imitation, power)[right];
                    learned = Math.Max(learned, Math.Abs(after[i] - FlawedExpert.Accuracy(e, wrong, power)));
                }

                reward = Math.Max(reward, Math.Abs(pairs[i] - FlawedExpert.RewardAccuracy(e, wrong)));
                if (wrong == 1 && e > 0.5) broken = Math.Max(broken, after[i]);
                if (e < FlawedExpert.BreaksAt(wrong) - 0.04) kept = Math.Min(kept, after[i]);
            }

            curves.AddRange(
            [
                new CheckSeries($"{name}: reward, pairs in order", Rates, pairs),
                new CheckSeries($"{name}: right before RL", Rates, before, IsBound: true),
                new CheckSeries($"{name}: right after RL, lambda 0.01", Rates, after),
            ]);
        }

        return new CheckResult
        {
            Name = "Flawed expert",
            Claim = "Errors spread over many answers are corrected; an error that is commoner than the truth is learned.",
            Source = "derived here, for arXiv 2506.23235's assumption of an optimal expert",
            Findings =
            [
                new Finding("pairs in order: distance from m / (m + 1)", reward, Relation.AtMost, 1e-9, Standing.Derived),
                new Finding("right after RL: distance from the power law", learned, Relation.AtMost, 1e-6, Standing.Derived),
                new Finding("least right after RL below the break", kept, Relation.AtLeast, 0.99, Standing.Derived),
                new Finding("systematic, e above 1/2: right after RL", broken, Relation.AtMost, 1e-6, Standing.Derived),
            ],
            Notes = $"{answers} answers of {Horizon} tokens, a perfect imitation. What a trained model adds to it, misses and "
                + "sampling, is measured in experiments/flawed-expert (docs/rewards.md).",
            Charts = [new CheckChart("Where the expert errs", "error rate", "share", curves, LogX: false, LogY: false)],
        };
    }

    // What a wrong answer of the expert's is held against.
    private static double Ordered(TablePolicy imitation, int right, int wrong, TheoryOptions options)
    {
        double[] outcomes = RewardTable.Endogenous(imitation, options.Reward).Outcomes();
        int[] wrongs = wrong == 1 ? [Systematic(right)] : [.. Enumerable.Range(0, outcomes.Length).Where(i => i != right)];
        return wrongs.Average(w => Math.Abs(outcomes[right] - outcomes[w]) < 1e-9 ? 0.5 : outcomes[right] > outcomes[w] ? 1 : 0);
    }

    private static int Systematic(int right) => right + 1;

    // The expert's conditionals; what it never writes is all but impossible.
    private static TablePolicy Imitation(TokenMdp mdp, int right, int wrong, double e)
    {
        int answers = mdp.Sequences.Count;
        var weight = new double[answers];
        for (int i = 0; i < answers; i++)
        {
            bool isWrong = wrong == 1 ? i == Systematic(right) : i != right;
            weight[i] = Math.Max(Rare, i == right ? 1 - e : isWrong ? e / wrong : 0);
        }

        var logits = new double[mdp.StateCount * mdp.Vocabulary];
        for (int i = 0; i < answers; i++)
        {
            for (int h = 0, state = 0; h < mdp.Horizon; state = mdp.Next(state, mdp.Sequences[i][h]), h++)
            {
                logits[(state * mdp.Vocabulary) + mdp.Sequences[i][h]] += weight[i];
            }
        }

        for (int i = 0; i < logits.Length; i++) logits[i] = PortableMath.Log(logits[i]);
        return new TablePolicy(mdp, logits);
    }
}
