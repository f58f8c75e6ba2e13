using Innate.Generation;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Rules;

namespace Innate.Reinforcement;

/// <summary>What is measured of a batch of rollouts: beside the reward, what shows that a policy collapses.</summary>
internal sealed record RolloutNumbers
{
    /// <summary>The mean reward of a response.</summary>
    public required double Reward { get; init; }

    /// <summary>The mean estimated (k3) divergence from the frozen model, in nats a token; null without a frozen model.</summary>
    public required double? Kl { get; init; }

    /// <summary>The means of the reward's parts; empty where there is one alone, which is the reward.</summary>
    public required IReadOnlyList<RewardMean> Parts { get; init; }

    /// <summary>The policy's mean entropy, in nats a token.</summary>
    public required double Entropy { get; init; }

    /// <summary>The mean length of a response, in tokens.</summary>
    public required double ResponseLength { get; init; }

    /// <summary>The mean share of a response's four-grams that occurred in it before.</summary>
    public required double Repetition { get; init; }

    /// <summary>The share of responses that reached the longest length allowed.</summary>
    public required double CutOff { get; init; }

    /// <summary>The share of groups whose rewards are all equal, which teach nothing.</summary>
    public required double DeadGroups { get; init; }

    /// <summary>Prompts whose group got no reward; null where every part of the reward always has a verdict.</summary>
    public required int? SkippedPrompts { get; init; }

    /// <summary>Prompts that were sampled for; null without dynamic sampling.</summary>
    public required int? SampledPrompts { get; init; }

    /// <summary>How often prompts were sampled for; null without dynamic sampling.</summary>
    public required int? SamplingRounds { get; init; }

    /// <summary>Measures a batch. Pure.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="batch">The rollouts.</param>
    /// <param name="advantages">Their rewards.</param>
    public static RolloutNumbers Of(RlRecipe recipe, RolloutBatch batch, BatchAdvantages advantages)
    {
        Rollout[] all = [.. batch.Groups.SelectMany(g => g.Rollouts)];
        return new RolloutNumbers
        {
            Reward = advantages.Rewards.SelectMany(g => g.Rewards).Average(),
            Kl = all[0].Frozen is null ? null : MeanKl(all),
            Parts = advantages.Means.Count > 1 || recipe.Rewards.Any(r => r.Expression is not null) ? advantages.Means : [],
            Entropy = all.Sum(r => r.Policy.Entropy.Sum()) / all.Sum(r => r.Length),
            ResponseLength = all.Average(r => r.Length),
            Repetition = all.Average(r => RepetitionPenalty.RepeatedShare(r.Response.TokenIds, 4)),
            CutOff = all.Average(r => r.Response.FinishReason == FinishReason.Length ? 1.0 : 0),
            DeadGroups = advantages.Rewards.Average(g => RewardGroup.AllEqual(g.Rewards) ? 1.0 : 0),
            SkippedPrompts = recipe.Rewards.Any(r => r.CanBeMissing) ? batch.SkippedPrompts : null,
            SampledPrompts = recipe.SamplesFurther ? batch.SampledPrompts : null,
            SamplingRounds = recipe.SamplesFurther ? batch.SamplingRounds : null,
        };
    }

    /// <summary>Names and values in the order in which they are written into metrics.jsonl; what is null is left out.</summary>
    public IReadOnlyList<(string Name, double Value)> Metrics()
    {
        List<(string, double)> metrics = [("reward", Reward)];
        if (Kl is { } kl) metrics.Add(("kl", kl));
        metrics.AddRange(Parts.Select(p => (p.Name, p.Mean)));
        metrics.AddRange(
        [
            ("entropy", Entropy), ("response_length", ResponseLength), ("repetition", Repetition), ("cut_off", CutOff),
            ("dead_groups", DeadGroups),
        ]);
        if (SkippedPrompts is { } skipped) metrics.Add(("skipped_prompts", skipped));
        if (SampledPrompts is { } sampled) metrics.Add(("sampled_prompts", sampled));
        if (SamplingRounds is { } rounds) metrics.Add(("sampling_rounds", rounds));
        return metrics;
    }

    private static double MeanKl(Rollout[] all) =>
        all.Sum(r => KlEstimator.Values(KlKind.K3, r.Policy.LogProbability, r.Frozen!.LogProbability).Sum())
        / all.Sum(r => r.Length);
}
