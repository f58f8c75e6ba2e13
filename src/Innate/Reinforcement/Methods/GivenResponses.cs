using Innate.Generation;
using Innate.Models;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// Responses that the policy is to learn from and did not sample now: a person's, a teacher's, its own of long ago. They are read
/// as if it had: with its own trace of them, and the reference's where the recipe asks for it.
/// </summary>
internal static class GivenResponses
{
    /// <summary>The groups with these responses in place of theirs.</summary>
    /// <param name="scene">Whom to ask.</param>
    /// <param name="groups">Prompts and keys.</param>
    /// <param name="responses">One list a group: what was written; why it ended counts where a response was cut off.</param>
    public static IReadOnlyList<RolloutGroup> Fill(
        RolloutScene scene, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<IReadOnlyList<GeneratedResponse>> responses)
    {
        IReadOnlyList<TokenTrace[]> said = scene.Models.Policy(
            [.. groups.Select((g, i) => new TraceQuery(g.Prompt.Ids, [.. responses[i].Select(r => r.TokenIds)]))],
            scene.Cancellation);
        return WithReference(scene,
        [
            .. groups.Select((g, i) => g with
            {
                Rollouts =
                [
                    .. responses[i].Select((r, j) => new Rollout(
                        new GeneratedResponse(r.TokenIds, said[i][j].LogProbability, r.FinishReason) { Trace = said[i][j] },
                        scene.Models.TextOf(r.TokenIds))),
                ],
            }),
        ]);
    }

    /// <summary>Each group with its row's demonstration and nothing else.</summary>
    public static IReadOnlyList<RolloutGroup> Demonstrations(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
        Fill(scene, groups, [.. groups.Select(g => (GeneratedResponse[])[Written(g.Prompt.Demonstration!)])]);

    /// <summary>A response that someone wrote to its end; who samples it now is not asked yet.</summary>
    public static GeneratedResponse Written(int[] ids) => new(ids, [], FinishReason.Stop);

    /// <summary>The groups with the reference's traces, where the recipe needs them.</summary>
    public static IReadOnlyList<RolloutGroup> WithReference(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        if (!scene.Recipe.NeedsFrozenTraces) return groups;
        IReadOnlyList<TokenTrace[]> said = scene.Models.Reference!(RolloutModels.Queries(groups), scene.Cancellation);
        return
        [
            .. groups.Select((g, i) => g with { Rollouts = [.. g.Rollouts.Select((r, j) => r with { Frozen = said[i][j] })] }),
        ];
    }

    /// <summary>The groups with what the second model says of their tokens: <see cref="Rollout.Teacher"/>.</summary>
    public static IReadOnlyList<RolloutGroup> WithSecond(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<TokenTrace[]> said = scene.Models.Second!(RolloutModels.Queries(groups), scene.Cancellation);
        return
        [
            .. groups.Select((g, i) => g with
            {
                Rollouts = [.. g.Rollouts.Select((r, j) => r with { Teacher = said[i][j].LogProbability })],
            }),
        ];
    }
}
