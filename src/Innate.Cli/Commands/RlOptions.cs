using System.CommandLine;
using Innate.Cli.Training;
using Innate.Reinforcement;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;

namespace Innate.Cli.Commands;

/// <summary>The options that reinforcement learning has of its own: a preset, and what replaces its values.</summary>
internal sealed class RlOptions
{
    private static readonly string[] Places = ["reward", "loss"];

    private readonly Option<string?> _preset = Opt.Text("--preset", "NAME", string.Join(", ", RlRecipe.Presets), "endorm-grpo");
    private readonly Option<string[]> _rewards = new("--reward")
    {
        Description = "A part of the reward, NAME[:WEIGHT][,OPTION=VALUE...][,normalized]; repeatable: "
            + $"{string.Join(", ", RewardText.Names)} [default: the preset's]",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _advantage = Opt.Text(
        "--advantage", "NAME", $"How rewards become advantages: {string.Join(", ", RecipeNames.Advantages)} [default: the preset's]");

    private readonly Option<string?> _objective = Opt.Text(
        "--objective", "NAME", $"What is minimised: {string.Join(", ", RecipeNames.Objectives)} [default: the preset's]");

    private readonly Option<int?> _group = Opt.OptionalWhole("--group-size", "Responses to a prompt [default: the preset's]");
    private readonly Option<double?> _kl = Opt.OptionalNumber(
        "--kl", "The weight of the divergence from the frozen model [default: the preset's]");

    private readonly Option<string?> _klIn = Opt.Text(
        "--kl-in", "PLACE", "Where it stands: reward (token by token, as k1) or loss (grpo alone) [default: the preset's]");

    private readonly Option<string?> _klEstimate = Opt.Text("--kl-estimate", "NAME", "In the loss: k1, k2, k3 [default: k3]");
    private readonly Option<double?> _gamma = Opt.OptionalNumber(
        "--gamma", "The discount of token rewards: gae, token-returns, reinforce-plus-plus [default: 1]");

    private readonly Option<double?> _lambda = Opt.OptionalNumber(
        "--lambda", "gae: the weight of later differences [default: 1]");

    private readonly Option<double?> _clipLow = Opt.OptionalNumber(
        "--clip-low", "How far below 1 the ratio to the sampling policy may pull [default: the objective's]");

    private readonly Option<double?> _clipHigh = Opt.OptionalNumber(
        "--clip-high", "How far above 1 it may push [default: the objective's]");

    private readonly Option<double?> _entropyBonus = Opt.OptionalNumber(
        "--entropy-bonus", "What a nat of entropy is worth in the loss [default: 0]");

    private readonly Option<double?> _valueRate = Opt.OptionalNumber(
        "--value-rate", "gae: the value head's learning rate, as a multiple of the policy's [default: 100]");

    private readonly Option<int?> _valueWarmup = Opt.OptionalWhole(
        "--value-warmup", "gae: steps in which the value head learns alone [default: 10]");

    private readonly Option<int?> _epochs = Opt.OptionalWhole(
        "--rollout-epochs", "How often a batch of rollouts is gone through [default: 1]");

    private readonly Option<int?> _minibatches = Opt.OptionalWhole(
        "--minibatches", "Into how many parts it is cut each time; an optimizer step learns from one part [default: 1]");

    private readonly Option<int?> _rounds = Opt.OptionalWhole(
        "--dynamic-sampling-rounds", "dapo: how often a batch is sampled for until all its groups have news; 1: once [default: 3]");

    private readonly Option<double?> _temperature = Opt.OptionalNumber("--temperature", "Of sampling [default: 1]");
    private readonly Option<int?> _topK = Opt.OptionalWhole(
        "--top-k", "Sample from the k likeliest tokens; 0: all [default: 0]");

    private readonly Option<double?> _topP = Opt.OptionalNumber(
        "--top-p", "Sample from the likeliest tokens that reach this probability together; 1: all [default: 1]");

    private readonly Option<double?> _minP = Opt.OptionalNumber(
        "--min-p", "Sample from tokens at least so likely as a share of the likeliest; 0: all [default: 0]");

    private readonly Option<int?> _length = Opt.OptionalWhole(
        "--max-response-tokens", "The longest response, its end token included [default: 256]");

    private readonly Option<string?> _frozen = Opt.Text(
        "--reward-model", "DIR", "The frozen model that rewards, and that the policy is held to [default: the model as it is at the start]");

    private readonly Option<double?> _entropyFloor = Opt.OptionalNumber(
        "--entropy-floor", "Stop where the mean token entropy falls below it, in nats; 0: never [default: 0.005]");

    private readonly Option<double?> _anchorDrop = Opt.OptionalNumber(
        "--anchor-drop", "Stop where the anchor falls so far below its best while the reward rises [default: 0.02]");

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _preset, _rewards, _advantage, _objective, _group, _kl, _klIn, _klEstimate, _gamma, _lambda, _clipLow, _clipHigh, _entropyBonus,
            _valueRate, _valueWarmup, _epochs, _minibatches, _rounds, _temperature, _topK, _topP, _minP, _length, _frozen, _entropyFloor, _anchorDrop,
        ];
        foreach (Option option in all) command.Add(option);
    }

    /// <summary>The frozen model's folder; null: the model as it is at the start.</summary>
    public string? Frozen(ParseResult parsed) => parsed.GetValue(_frozen);

    /// <summary>Reads them; what is wrong is added to the problems.</summary>
    public RlSettings Settings(ParseResult parsed, List<string> problems)
    {
        List<InputProblem> rewardProblems = [];
        RlRecipe recipe = RlRecipe.Preset(RlRecipe.Presets[Chosen(_preset, RlRecipe.Presets) ?? 0]);
        recipe = recipe with
        {
            Rewards = parsed.GetValue(_rewards) is { Length: > 0 } given
                ? [.. given.Select(text => RewardText.Parse(text, rewardProblems)).OfType<RewardTerm>()]
                : recipe.Rewards,
            Advantage = (AdvantageKind)(Chosen(_advantage, RecipeNames.Advantages) ?? (int)recipe.Advantage),
            Objective = (PolicyObjectiveKind)(Chosen(_objective, RecipeNames.Objectives) ?? (int)recipe.Objective),
            GroupSize = parsed.GetValue(_group) ?? recipe.GroupSize,
            Kl = parsed.GetValue(_kl) ?? recipe.Kl,
            KlInReward = Chosen(_klIn, Places) is { } place ? place == 0 : recipe.KlInReward,
            KlKind = (KlKind)(Chosen(_klEstimate, RecipeNames.KlEstimates) ?? (int)recipe.KlKind),
            Gamma = parsed.GetValue(_gamma) ?? recipe.Gamma,
            Lambda = parsed.GetValue(_lambda) ?? recipe.Lambda,
            ClipLow = parsed.GetValue(_clipLow),
            ClipHigh = parsed.GetValue(_clipHigh),
            EntropyBonus = parsed.GetValue(_entropyBonus) ?? recipe.EntropyBonus,
            ValueRate = parsed.GetValue(_valueRate) ?? recipe.ValueRate,
            ValueWarmup = parsed.GetValue(_valueWarmup) ?? recipe.ValueWarmup,
            RolloutEpochs = parsed.GetValue(_epochs) ?? recipe.RolloutEpochs,
            Minibatches = parsed.GetValue(_minibatches) ?? recipe.Minibatches,
            DynamicSamplingRounds = parsed.GetValue(_rounds) ?? recipe.DynamicSamplingRounds,
            Temperature = parsed.GetValue(_temperature) ?? recipe.Temperature,
            TopK = parsed.GetValue(_topK) ?? recipe.TopK,
            TopP = parsed.GetValue(_topP) ?? recipe.TopP,
            MinP = parsed.GetValue(_minP) ?? recipe.MinP,
        };
        problems.InsertRange(0, rewardProblems.Select(p => p.Text(RlOptionNames.Of)));
        problems.AddRange(WithoutEffect(parsed, recipe));
        BrakeOptions brakes = new();
        return new RlSettings
        {
            Recipe = recipe,
            MaxResponseTokens = parsed.GetValue(_length) ?? 256,
            Brakes = brakes with
            {
                EntropyFloor = parsed.GetValue(_entropyFloor) ?? brakes.EntropyFloor,
                AnchorDrop = parsed.GetValue(_anchorDrop) ?? brakes.AnchorDrop,
            },
        };

        int? Chosen(Option<string?> option, IReadOnlyList<string> names)
        {
            if (parsed.GetValue(option) is not { } name) return null;
            int at = names.ToList().IndexOf(name);
            if (at < 0) problems.Add($"{option.Name} takes {string.Join(", ", names)}, not '{name}'");
            return at < 0 ? null : at;
        }
    }

    // An option that would do nothing is a misunderstanding.
    private IEnumerable<string> WithoutEffect(ParseResult parsed, RlRecipe recipe)
    {
        bool isGae = recipe.Advantage == AdvantageKind.Gae;
        bool isDiscounted = isGae || recipe.Advantage is AdvantageKind.TokenReturns or AdvantageKind.ReinforcePlusPlus;
        bool hasClips = RecipeObjective.Clips(recipe) is not null;
        (Option Option, bool HasEffect, string Why)[] checks =
        [
            (
                _gamma, isDiscounted,
                "belongs to --advantage gae, token-returns and reinforce-plus-plus (the endogenous reward's own is --reward endogenous,gamma=X)"),
            (_lambda, isGae, "belongs to --advantage gae"),
            (_valueRate, isGae, "belongs to --advantage gae"),
            (_valueWarmup, isGae, "belongs to --advantage gae"),
            (_clipLow, hasClips, $"has no place in --objective {RecipeNames.Of(recipe.Objective)}"),
            (_clipHigh, hasClips, $"has no place in --objective {RecipeNames.Of(recipe.Objective)}"),
            (_klIn, recipe.Kl > 0, "needs --kl X above 0"),
            (_klEstimate, recipe.Kl > 0 && !recipe.KlInReward, "belongs to --kl in the loss: in the reward the divergence is k1"),
            (_rounds, recipe.IsDynamic, "belongs to --objective dapo"),
            (_frozen, recipe.NeedsFrozen, "has no effect: no part of the recipe asks a frozen model"),
        ];
        return checks.Where(c => !c.HasEffect && parsed.GetResult(c.Option) is { Implicit: false }).Select(c => $"{c.Option.Name} {c.Why}");
    }
}
