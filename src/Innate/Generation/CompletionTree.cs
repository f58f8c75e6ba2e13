using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Generation;

/// <summary>What the completions of a state come to, by their probability.</summary>
/// <param name="Right">Of completions that are known to be right.</param>
/// <param name="Wrong">Of those that are known to be wrong.</param>
/// <param name="Completions">How many ended.</param>
/// <param name="States">How many states were read.</param>
internal readonly record struct CompletionShares(double Right, double Wrong, int Completions, int States)
{
    /// <summary>What was not followed to an end: the chance of success lies between Right and Right + Rest.</summary>
    public double Rest => Math.Max(0, 1 - Right - Wrong);
}

/// <summary>
/// The chance that a model's own completion of a state is right, by counting: completions are followed in the order of their
/// probability, at temperature 1, until what is left weighs less than asked for. What rollouts estimate, exactly up to that
/// weight; only models that are sure of most tokens can be counted so (one that inherits an entropy of h nats a token over n
/// tokens has about exp(h n) likely completions).
/// </summary>
internal static class CompletionTree
{
    private const int StatesATime = 64;

    /// <summary>Counts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">The ids of the state, the prompt's included.</param>
    /// <param name="stopIds">What ends a completion.</param>
    /// <param name="maxTokens">A completion that is longer counts as it stands, as a sampled one does.</param>
    /// <param name="isRight">Of a completion's ids, without what ended it.</param>
    /// <param name="rest">The weight that may be left, 0 to 1.</param>
    /// <param name="maxStates">The most states to read.</param>
    /// <param name="cancellation">Stops between states.</param>
    public static CompletionShares Count(
        CausalLanguageModel model, int[] state, IReadOnlySet<int> stopIds, int maxTokens, Func<int[], bool> isRight,
        double rest = 1e-3, int maxStates = 100_000, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(state.Length, nameof(state));
        Require.Unit(rest);
        using KeyValueCache cache = new(model.Config, keepLayers: true);
        PriorityQueue<Open, double> open = new();
        open.Enqueue(new Open(-1, state, [], 1), -1);
        double right = 0, wrong = 0;
        (int ended, int read) = (0, 0);
        while (open.Count > 0 && 1 - right - wrong > rest && read < maxStates)
        {
            cancellation.ThrowIfCancellationRequested();
            List<Open> batch = [];
            while (batch.Count < StatesATime && open.TryDequeue(out Open? next, out _)) batch.Add(next);
            read += batch.Count;
            int[] nodes = [.. batch.Select(b => cache.AddNode(b.Parent))];
            Matrix hidden = model.Forward(
                [.. batch.Select((b, i) => new NodeTokens(nodes[i], b.Tokens))], cache, 0, cancellation);
            int row = -1;
            Matrix logits = model.Logits(hidden, [.. batch.Select(b => row += b.Tokens.Length)]);
            for (int i = 0; i < batch.Count; i++) Follow(batch[i], nodes[i], logits.Row(i));
        }

        return new CompletionShares(right, wrong, ended, read);

        void Follow(Open from, int node, ReadOnlySpan<float> logits)
        {
            double[] q = new double[logits.Length];
            for (int t = 0; t < q.Length; t++) q[t] = logits[t];
            double[] logProbabilities = LogitRow.LogProbabilities(q);
            for (int t = 0; t < q.Length; t++)
            {
                double weight = from.Weight * PortableMath.Exp(logProbabilities[t]);

                // What weighs so little is left over: all of it together is less than a thousandth of what may be left.
                if (weight < rest * 1e-6) continue;
                int[] said = stopIds.Contains(t) ? from.Said : [.. from.Said, t];
                if (said.Length > from.Said.Length && said.Length < maxTokens)
                {
                    open.Enqueue(new Open(node, [t], said, weight), -weight);
                    continue;
                }

                ended++;
                if (isRight(said)) right += weight;
                else wrong += weight;
            }
        }
    }

    // A state that is to be read: its node's parent, the tokens that come to it, what the completion says so far, its weight.
    private sealed record Open(int Parent, int[] Tokens, int[] Said, double Weight);
}
