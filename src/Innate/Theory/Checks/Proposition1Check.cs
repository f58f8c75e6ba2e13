using Innate.Compute;
using Innate.Learning.Objectives;

namespace Innate.Theory.Checks;

/// <summary>
/// Proposition 1 of arXiv 2506.23235: next-token training solves the offline inverse soft-Q problem
/// <code>
/// max over Q of J(Q) = mean over the data's tokens of Q(s, a) - alpha logsumexp(Q(s, .) / alpha)
/// </code>
/// J is alpha times the mean log-likelihood, so the training's own loss is what the ascent here goes by. Its optimum is the
/// data's conditionals, log-frequencies plus a constant of each state that nothing fixes.
/// </summary>
internal static class Proposition1Check
{
    /// <summary>Data of a soft expert, fitted by gradient ascent from a random table.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        int trials = options.Quick ? 2 : 6, samples = options.Quick ? 500 : 4000, steps = options.Quick ? 3000 : 8000;
        Errors worst = new();
        for (int trial = 0; trial < trials; trial++)
        {
            ulong key = options.Key("proposition-1", trial);
            double alpha = (trial % 3) switch { 0 => 0.7, 1 => 1, _ => 2 };
            TokenMdp mdp = new(3, options.Quick ? 2 : 3);
            TablePolicy expert = SoftValueIteration.Solve(RewardTable.Random(mdp, key), alpha);
            int[][] data = [.. Enumerable.Range(0, samples).Select(i => expert.Draw(RandomBits.Key(key, (ulong)i)))];
            worst = worst.With(Fit(new Data(mdp, data), alpha, steps, key, options));
        }

        return new CheckResult
        {
            Name = "Proposition 1",
            Claim = "The logits that next-token training finds solve the offline inverse soft-Q problem, up to c(s).",
            Source = "arXiv 2506.23235, Proposition 1",
            Findings =
            [
                new Finding("|fitted pi - the data's conditionals|", worst.Fit, Relation.AtMost, 1e-6, Standing.Claimed),
                new Finding("|dJ/dQ| at log-frequencies + any c(s)", worst.Gradient, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("|change of J| when c(s) is added", worst.Objective, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("|change of log pi| when c(s) is added", worst.Policy, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("|the loss's gradient - the slope of J|", worst.Slope, Relation.AtMost, 1e-6, Standing.Derived),
                new Finding("drift of c(s) during the fit", worst.Offset, Relation.AtMost, 1e-9, Standing.Derived),
            ],
            Notes = $"{trials} experts, {samples} sequences of each, {steps} steps of plain gradient ascent on the loss that "
                + "`innate train sft` uses. A token that the data never shows has no optimum: its logit falls for ever.",
        };
    }

    private static Errors Fit(Data data, double alpha, int steps, ulong key, TheoryOptions options)
    {
        TokenMdp mdp = data.Mdp;
        int k = mdp.Vocabulary;
        double[] conditionals = data.Conditionals();
        TablePolicy start = Imitation.Offset(
            new TablePolicy(mdp, UniformNumbers.Many(RandomBits.Key(key, 0x51), mdp.StateCount * k, -1, 1), alpha), 3, key);
        TablePolicy fitted = start;
        for (int step = 0; step < steps; step++)
        {
            double[] logits = [.. fitted.Logits], gradient = data.Gradient(fitted, options);
            for (int i = 0; i < logits.Length; i++) logits[i] += 3 * alpha * mdp.Horizon * gradient[i];
            fitted = new TablePolicy(mdp, logits, alpha);
        }

        // The optimum in one line, with offsets of its own.
        TablePolicy optimum = new(mdp, [.. conditionals.Select(p => alpha * PortableMath.Log(Math.Max(p, 1e-300)))], alpha);
        TablePolicy moved = Imitation.Offset(optimum, 5, key + 1);
        double fit = 0, policy = 0, offset = 0;
        for (int state = 0; state < mdp.StateCount; state++)
        {
            double carried = 0;
            for (int a = 0; a < k; a++)
            {
                int place = (state * k) + a;
                if (data.Visits(state) > 0)
                {
                    fit = Math.Max(fit, Math.Abs(PortableMath.Exp(fitted.LogProb(state, a)) - conditionals[place]));
                }

                policy = Math.Max(policy, Math.Abs(optimum.LogProb(state, a) - moved.LogProb(state, a)));
                carried += (fitted.Logits[place] - start.Logits[place]) / k;
            }

            // dJ/dQ adds up to 0 over a state's tokens, so their mean logit stays where it began.
            offset = Math.Max(offset, Math.Abs(carried));
        }

        return new Errors
        {
            Fit = fit,
            Gradient = data.Gradient(moved, options).Max(Math.Abs),
            Objective = Math.Abs(data.Objective(moved) - data.Objective(optimum)),
            Policy = policy,
            Slope = data.SlopeError(start, options),
            Offset = offset,
        };
    }

    private sealed record Errors
    {
        public double Fit { get; init; }

        public double Gradient { get; init; }

        public double Objective { get; init; }

        public double Policy { get; init; }

        public double Slope { get; init; }

        public double Offset { get; init; }

        public Errors With(Errors other) => new()
        {
            Fit = Math.Max(Fit, other.Fit),
            Gradient = Math.Max(Gradient, other.Gradient),
            Objective = Math.Max(Objective, other.Objective),
            Policy = Math.Max(Policy, other.Policy),
            Slope = Math.Max(Slope, other.Slope),
            Offset = Math.Max(Offset, other.Offset),
        };
    }

    /// <summary>A data set, and J on it.</summary>
    private sealed class Data
    {
        private readonly double[] _counts;
        private readonly (int[] Sequence, int Count)[] _distinct;
        private readonly long _tokens;

        public Data(TokenMdp mdp, int[][] sequences)
        {
            Mdp = mdp;
            _counts = Imitation.Counts(mdp, sequences);
            _distinct = [.. sequences.GroupBy(s => mdp.IndexOf(s)).OrderBy(g => g.Key).Select(g => (g.First(), g.Count()))];
            _tokens = (long)sequences.Length * mdp.Horizon;
        }

        public TokenMdp Mdp { get; }

        public double Visits(int state) => _counts.AsSpan(state * Mdp.Vocabulary, Mdp.Vocabulary).ToArray().Sum();

        public double[] Conditionals() =>
            [.. _counts.Select((c, i) => c / Math.Max(1, Visits(i / Mdp.Vocabulary)))];

        // As the paper writes it.
        public double Objective(TablePolicy policy) => _counts.Select((c, i) =>
            c == 0 ? 0 : c * (policy.Logits[i] - policy.Value(i / Mdp.Vocabulary)) / _tokens).Sum();

        // As the trainer computes it: J = -alpha loss.
        public double[] Gradient(TablePolicy policy, TheoryOptions options)
        {
            double[] gradient = new double[policy.Logits.Length];
            foreach ((int[] sequence, int count) in _distinct)
            {
                ObjectiveResult loss = options.NextTokenLoss(policy.LogProbs(sequence), _tokens);
                policy.Backward(sequence, [.. loss.LogProbGradient.Select(g => -policy.Alpha * count * g)], gradient);
            }

            return gradient;
        }

        public double SlopeError(TablePolicy policy, TheoryOptions options)
        {
            double[] gradient = Gradient(policy, options);
            double error = 0;
            for (int i = 0; i < gradient.Length; i++)
            {
                error = Math.Max(error, Math.Abs(gradient[i] - ((Moved(i, 1e-4) - Moved(i, -1e-4)) / 2e-4)));
            }

            return error;

            double Moved(int place, double step)
            {
                double[] logits = [.. policy.Logits];
                logits[place] += step;
                return Objective(new TablePolicy(Mdp, logits, policy.Alpha));
            }
        }
    }
}
