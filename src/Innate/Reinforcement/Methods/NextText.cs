using Innate.Models;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// What comes next in the text, for RLP (arXiv 2510.01265): after the prompt, and a thought or none, the gold answer's tokens.
/// The thought is a response without its end token, and the same few words lead over to the answer either way.
/// </summary>
internal static class NextText
{
    private const string Bridge = "\nThe answer is";

    /// <summary>What each thought adds to the answer's log-probability: <see cref="ThoughtGain"/>.</summary>
    /// <param name="scene">Its policy reads the thoughts; its reference, a slow copy, reads none.</param>
    /// <param name="groups">Thoughts about prompts with gold answers.</param>
    /// <returns>One number a thought, in nats.</returns>
    public static IReadOnlyList<double[]> Gains(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        double[] with = Sums(scene.Models.Policy(
            [.. groups.SelectMany(g => g.Rollouts.Select(r => Query(scene, g.Prompt, Thought(scene, r))))], scene.Cancellation));
        double[] without = Sums(scene.Models.Reference!(
            [.. groups.Select(g => Query(scene, g.Prompt, []))], scene.Cancellation));
        int at = 0;
        return
        [
            .. groups.Select((g, i) =>
            {
                int from = at;
                at += g.Rollouts.Count;
                return ThoughtGain.Compute(with.AsSpan(from, at - from), [.. g.Rollouts.Select(_ => without[i])]);
            }),
        ];
    }

    /// <summary>The answer after a prompt and a thought.</summary>
    /// <param name="scene">Its tokenizer.</param>
    /// <param name="prompt">With a gold answer.</param>
    /// <param name="thought">Ids, of which the first count that the context has room for; none: it does not think.</param>
    public static TraceQuery Query(RolloutScene scene, PolicyPrompt prompt, int[] thought)
    {
        int[] bridge = scene.Models.Tokenizer.EncodeContinuation(Bridge);
        int[] next = scene.Models.Tokenizer.EncodeContinuation($" {prompt.Answer}");
        int room = Math.Max(0, scene.Models.MaxPositions - prompt.Ids.Length - bridge.Length - next.Length);
        return new TraceQuery([.. prompt.Ids, .. thought.Take(room), .. bridge], [next]);
    }

    /// <summary>A response's tokens without the one that ended it.</summary>
    public static int[] Thought(RolloutScene scene, Rollout rollout) => rollout.Response.TokenIds is [.. var thought, var last]
        && scene.Models.Sampling.StopIds.Contains(last) ? thought : rollout.Response.TokenIds;

    private static double[] Sums(IReadOnlyList<TokenTrace[]> said) => [.. said.Select(t => t[0].LogProbability.Sum())];
}
