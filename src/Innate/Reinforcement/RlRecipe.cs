using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;
using Innate.Scoring.Expressions;

namespace Innate.Reinforcement;

/// <summary>A recipe of reinforcement learning: everything that decides what is learned, readable in one place.</summary>
public sealed record RlRecipe
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The reward's parts; at least one.</summary>
    public required IReadOnlyList<RewardTerm> Rewards { get; init; }

    /// <summary>How rewards become advantages.</summary>
    public AdvantageKind Advantage { get; init; } = AdvantageKind.GroupNormalized;

    /// <summary>The objective.</summary>
    public PolicyObjectiveKind Objective { get; init; } = PolicyObjectiveKind.Grpo;

    /// <summary>The weight of the divergence from the frozen model, a nat; DPO's beta.</summary>
    public double Kl { get; init; }

    /// <summary>True: in the token rewards, as k1; false: in the loss, where the objective has a place for it.</summary>
    public bool KlInReward { get; init; }

    /// <summary>The estimate of the divergence in the loss.</summary>
    public KlKind KlKind { get; init; } = KlKind.K3;

    /// <summary>Responses to a prompt.</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>The discount of dense rewards.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>GAE's lambda.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>The value head's learning rate, as a multiple of the policy's.</summary>
    public double ValueRate { get; init; } = 100;

    /// <summary>Steps in which the value head learns alone.</summary>
    public int ValueWarmup { get; init; } = 10;

    /// <summary>The weight of the entropy in the loss, a nat; negative: entropy is minimised.</summary>
    public double EntropyBonus { get; init; }

    /// <summary>How far below 1 the ratio to the sampling policy may pull; null: the objective's own.</summary>
    public double? ClipLow { get; init; }

    /// <summary>How far above 1 the ratio may push; null: the objective's own.</summary>
    public double? ClipHigh { get; init; }

    /// <summary>How often a batch of rollouts is gone through.</summary>
    public int RolloutEpochs { get; init; } = 1;

    /// <summary>Into how many parts it is cut each time; one optimizer step learns from one part.</summary>
    public int Minibatches { get; init; } = 1;

    /// <summary>
    /// DAPO: the most rounds of sampling for one batch, until no group is left whose rewards are all equal; 1: no further round.
    /// </summary>
    public int DynamicSamplingRounds { get; init; } = 3;

    /// <summary>The sampling temperature.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Sampling: the likeliest tokens alone; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Sampling: the likeliest tokens that reach this probability together; 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Sampling: tokens at least so likely as a share of the likeliest; 0: all.</summary>
    public double MinP { get; init; }

    /// <summary>What its paper does otherwise than the parts above.</summary>
    internal MethodParts Method { get; init; } = MethodParts.None;

    /// <summary>Parts of the run with limits of their own; empty: it is one.</summary>
    internal IReadOnlyList<TrainingStage> Stages { get; init; } = [];

    /// <summary>Optimizer steps that learn from one batch of rollouts.</summary>
    public int UpdatesPerRollout => RolloutEpochs * Minibatches;

    /// <summary>DAPO leaves out groups whose rewards are all equal, and responses that were cut off.</summary>
    public bool IsDynamic => Objective == PolicyObjectiveKind.Dapo && Method.Objective is null;

    /// <summary>Whether prompts whose rewards are all equal are replaced by further ones.</summary>
    internal bool SamplesFurther => IsDynamic || Method.Objective is { SamplesFurther: true };

    /// <summary>Whether a group is one pair, its best response against its worst.</summary>
    public bool LearnsPairs => Objective == PolicyObjectiveKind.Dpo && Method.Objective is null;

    /// <summary>Whether a value head learns beside the policy.</summary>
    public bool HasValueHead => Advantage == AdvantageKind.Gae && Method.Advantage is null;

    /// <summary>What a row must have beside its prompt.</summary>
    internal PromptFields Fields =>
        Method.Fields | (Rewards.Any(r => r.NeedsAnswers) ? PromptFields.Answer : PromptFields.None);

    /// <summary>Whether the frozen model is needed.</summary>
    public bool NeedsFrozen => NeedsFrozenTraces || Method.NeedsReferenceHere || MovesReference;

    /// <summary>Whether it moves: behind the policy, or to it.</summary>
    internal bool MovesReference => Method.Reference.Moves || Stages.Any(s => s.ResetsReference);

    /// <summary>Whether its traces of the responses are needed.</summary>
    internal bool NeedsFrozenTraces => (Kl > 0 && Method.Objective is not { NeedsFrozen: false, TakesKl: true })
        || (Advantage == AdvantageKind.MaskedStep && Method.Advantage is null) || Rewards.Any(r => r.NeedsFrozen)
        || Method.Advantage is { NeedsFrozen: true } || Method.Objective is { NeedsFrozen: true };

    /// <summary>The temperature of the frozen model's soft value: that of its endogenous parts.</summary>
    public double Alpha => Alphas.Append(1).First();

    /// <summary>The temperatures that its parts ask for, in order.</summary>
    internal IEnumerable<double> Alphas => Rewards.SelectMany(r => r.Source == RewardSource.Endogenous
        ? [r.Endogenous.Alpha]
        : r.Expression?.Needs.Leaves.Where(u => u.Leaf.Kind == LeafKind.Endogenous).Select(u => u.Leaf.Options.Alpha ?? 1) ?? []);

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } =
        ["endorm", "endorm-grpo", "endorm-dpo", "intuitor", "ttrl", "grpo", "spro"];

    /// <summary>A preset.</summary>
    /// <param name="name">One of <see cref="Presets"/>.</param>
    /// <exception cref="InputException">There is no preset of this name.</exception>
    public static RlRecipe Preset(string name) => name switch
    {
        // arXiv 2506.23235: PPO, the frozen base as reward model, KL 0.01.
        "endorm" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.Endogenous)],
            Advantage = AdvantageKind.Gae,
            Objective = PolicyObjectiveKind.Ppo,
            Kl = 0.01,
            KlInReward = true,
        },
        // The same reward without a value head: the group is the baseline.
        "endorm-grpo" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.Endogenous)],
            Kl = 0.01,
        },
        // The same reward says which of a group is best and which is worst; arXiv 2506.21495: semi-online DPO, beta 0.1, fresh
        // pairs every ten steps.
        "endorm-dpo" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.Endogenous)],
            Objective = PolicyObjectiveKind.Dpo,
            Kl = 0.1,
            Minibatches = 10,
        },
        // arXiv 2505.19590: GRPO with the mean self-certainty in the outcome's place, KL 0.005.
        "intuitor" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.SelfCertainty)],
            Kl = 0.005,
        },
        // arXiv 2504.16084: GRPO towards the group's majority answer.
        "ttrl" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.Majority)],
            Kl = 0.001,
            GroupSize = 16,
        },
        // arXiv 2402.03300 with verified answers.
        "grpo" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Kl = 0.001,
        },
        // arXiv 2507.01551: verified answers and the process reward of the policy's own log-ratios; no KL.
        "spro" => new RlRecipe
        {
            Name = name,
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Advantage = AdvantageKind.MaskedStep,
            Objective = PolicyObjectiveKind.Ppo,
        },
        _ => throw new InputException(
            nameof(Preset), string.Join(", ", Presets), $"'{name}'{NearestName.Hint(name, Presets)}"),
    };
}
