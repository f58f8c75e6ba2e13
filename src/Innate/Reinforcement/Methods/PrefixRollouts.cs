using Innate.Generation;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>A state within a response: the prompt and its first tokens.</summary>
/// <param name="Group">The prompt's group.</param>
/// <param name="Response">The response's place in it.</param>
/// <param name="Length">Tokens of the response that are kept, below its length.</param>
internal readonly record struct PrefixState(RolloutGroup Group, int Response, int Length)
{
    /// <summary>The tokens kept.</summary>
    public int[] Prefix => Group.Rollouts[Response].Response.TokenIds[..Length];
}

/// <summary>
/// Rollouts that go on from states within responses. A state is a prompt of its own: what was kept of the response stands in its
/// ids and is not learned from. A rollout's tokens are those that were drawn, its text is the whole response's, from the first
/// kept token on, for that is what rewards read. Prefix and rollout together are no longer than a response may be.
/// </summary>
internal static class PrefixRollouts
{
    /// <summary>One group a state, in order, with the key of the group that the state is from.</summary>
    /// <param name="scene">Its policy goes on.</param>
    /// <param name="states">The states.</param>
    /// <param name="count">Rollouts from each.</param>
    /// <param name="salt">Apart from other draws of the batch.</param>
    public static IReadOnlyList<RolloutGroup> Continue(
        RolloutScene scene, IReadOnlyList<PrefixState> states, int count, ulong salt)
    {
        if (states.Count == 0) return [];
        int longest = scene.Models.Sampling.MaxTokens;
        int[][] prompts = [.. states.Select(s => (int[])[.. s.Group.Prompt.Ids, .. s.Prefix])];
        IReadOnlyList<Rollout[]> rollouts = scene.Models.Sample(
            scene.Models.Generator, prompts, count, RandomBits.Mix(scene.Key(salt), states[0].Group.Key), scene.Cancellation,
            longest - states.Min(s => s.Length));
        return GivenResponses.WithReference(scene,
        [
            .. states.Select((s, i) => s.Group with
            {
                Prompt = s.Group.Prompt with { Ids = prompts[i] },
                Rollouts = [.. rollouts[i].Select(r => WithPrefix(scene, s, Cut(r.Response, longest - s.Length)))],
                Greedy = null,
            }),
        ]);
    }

    private static Rollout WithPrefix(RolloutScene scene, PrefixState state, GeneratedResponse drawn) =>
        new(drawn, scene.Models.TextOf([.. state.Prefix, .. drawn.TokenIds]));

    // States that kept less were sampled for longer.
    private static GeneratedResponse Cut(GeneratedResponse drawn, int length) => drawn.TokenIds.Length <= length
        ? drawn
        : new GeneratedResponse(drawn.TokenIds[..length], drawn.LogProbabilities[..length], FinishReason.Length)
        {
            Trace = drawn.Trace?.Turn(0, length),
        };
}
