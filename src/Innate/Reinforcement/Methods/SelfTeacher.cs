using Innate.Models;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// SDPO's teacher (arXiv 2601.20802): the reference, which is the policy's running average, reads each response once more after a
/// prompt that says what was right. What it says of the tokens is <see cref="Rollout.Teacher"/>.
/// </summary>
internal static class SelfTeacher
{
    /// <summary>The groups, each response with its teacher's log-probabilities.</summary>
    /// <param name="scene">Its rewards say which responses are right; its reference is the teacher.</param>
    /// <param name="groups">Sampled, of prompts with gold answers.</param>
    /// <returns>
    /// The groups in order. Where the context has no room for the feedback and the response the teacher is told nothing.
    /// </returns>
    /// <exception cref="InputException">A prompt is known by its ids alone.</exception>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<GroupRewards?> rewards = scene.Score(groups).Groups;
        TraceQuery[][] queries =
        [
            .. groups.Select((g, i) => Feedback(g, rewards[i]?.Rewards ?? new double[g.Rollouts.Count])
                .Select((told, j) => Query(scene, g.Prompt, told, g.Rollouts[j].Response.TokenIds)).ToArray()),
        ];
        IReadOnlyList<TokenTrace[]> said = scene.Models.Reference!([.. queries.SelectMany(q => q)], scene.Cancellation);
        int at = 0;
        return
        [
            .. groups.Select(g => g with
            {
                Rollouts = [.. g.Rollouts.Select(r => r with { Teacher = said[at++][0].LogProbability })],
            }),
        ];
    }

    private static TraceQuery Query(RolloutScene scene, PolicyPrompt prompt, string told, int[] response)
    {
        int[] ids = scene.Models.PromptWith(prompt, told);
        return new TraceQuery(scene.Models.HasRoom(ids, response) ? ids : prompt.Ids, [response]);
    }

    /// <summary>What the teacher is told before each response: another one that is right, or else the gold answer.</summary>
    /// <param name="group">The responses.</param>
    /// <param name="rewards">One a response.</param>
    public static string[] Feedback(RolloutGroup group, double[] rewards) =>
    [
        .. SdpoFeedback.Demonstrations(rewards).Select(shown =>
            shown is { } other ? $"A right solution:\n{group.Rollouts[other].Text}" : $"The right answer: {group.Prompt.Answer}"),
    ];
}
