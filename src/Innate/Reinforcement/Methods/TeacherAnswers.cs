using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>The second model's own answers, which the policy learns from in place of its own (AdvDistill, arXiv
/// 2507.00054).</summary>
internal static class TeacherAnswers
{
    private const ulong Salt = 0x7eac;

    /// <summary>The groups with as many answers of the second model as the recipe has responses.</summary>
    public static IReadOnlyList<RolloutGroup> Fill(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<Rollout[]> answers = scene.Models.Sample(
            scene.Models.SecondGenerator!, [.. groups.Select(g => g.Prompt.Ids)], scene.Recipe.GroupSize, scene.Key(Salt),
            scene.Cancellation);
        return GivenResponses.Fill(scene, groups, [.. answers.Select(a => a.Select(r => r.Response).ToArray())]);
    }
}
