using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>Where what a recipe does was read.</summary>
public enum RecipeStatus
{
    /// <summary>In the authors' code.</summary>
    Code,

    /// <summary>In the paper's own text.</summary>
    Paper,

    /// <summary>In reviews, notes, abstracts or others' code.</summary>
    Secondary,

    /// <summary>Nowhere: what matters is our own choice.</summary>
    Ours,
}

/// <summary>What a recipe needs beside prompts and the model.</summary>
[Flags]
public enum RecipeNeeds
{
    /// <summary>Nothing: it learns from prompts alone.</summary>
    None = 0,

    /// <summary>Gold answers: rows with <c>answer</c>.</summary>
    Answers = 1,

    /// <summary>Hints: rows with <c>hint</c>.</summary>
    Hints = 2,

    /// <summary>The same question in other words: rows with <c>rephrased</c>.</summary>
    Rephrasings = 4,

    /// <summary>Responses to learn from: rows with <c>demonstration</c>.</summary>
    Demonstrations = 8,

    /// <summary>A second model: <c>--second-model</c>.</summary>
    SecondModel = 16,

    /// <summary>A critic that learns beside the policy; it comes with the recipe.</summary>
    Critic = 32,

    /// <summary>Held-out questions with answers: <c>--eval-data</c>.</summary>
    HeldOut = 64,

    /// <summary>Responses to be judged whose worth is known: rows with <c>judged</c>.</summary>
    Judged = 128,

    /// <summary>Texts to answer from, with their answers: rows with <c>documents</c> and <c>answers</c>.</summary>
    Documents = 256,

    /// <summary>How instructions are checked: rows with <c>constraints</c> and <c>intent</c>.</summary>
    Constraints = 512,

    /// <summary>A world that gives the reward: <c>--world</c>.</summary>
    World = 1024,
}

/// <summary>The size of a paper's runs, where it is known.</summary>
/// <param name="Prompts">Prompts of a batch of rollouts.</param>
/// <param name="Responses">Responses to each.</param>
/// <param name="Tokens">The longest response.</param>
/// <param name="Rate">The learning rate.</param>
public sealed record RecipeSize(int? Prompts = null, int? Responses = null, int? Tokens = null, double? Rate = null)
{
    /// <summary>Optimizer steps that learn from one batch of rollouts; null: not known.</summary>
    public int? Minibatches { get; init; }

    /// <summary>AdamW's decay; null: not known.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>The largest norm of the gradient; null: not known.</summary>
    public double? Clip { get; init; }
}

/// <summary>How the learning rate of a paper's runs moves, beside how it falls; what is null is as runs have it.</summary>
/// <param name="Warmup">The share of the run in which it rises.</param>
/// <param name="Stable">The share of the run for which it then stays.</param>
/// <param name="Final">What is left of it at the end.</param>
public sealed record RecipeRate(double? Warmup = null, double? Stable = null, double? Final = null);

/// <summary>
/// A paper's method as a page: what it learns from, in the paper's numbers. <see cref="RlRecipe"/> is what runs; the rest is for
/// readers, and for the checks of the arena.
/// </summary>
public sealed record Recipe
{
    /// <summary>Its name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Where it was published: <c>arXiv 2508.21104</c>.</summary>
    public required string Paper { get; init; }

    /// <summary>Where its numbers and forms were read.</summary>
    public required RecipeStatus Status { get; init; }

    /// <summary>What it needs beside prompts and the model; it reads no label beside these.</summary>
    public RecipeNeeds Needs => Has(Learns.Fields.HasFlag(PromptFields.Answer), RecipeNeeds.Answers)
        | Has(Learns.Fields.HasFlag(PromptFields.Hint), RecipeNeeds.Hints)
        | Has(Learns.Fields.HasFlag(PromptFields.Rephrased), RecipeNeeds.Rephrasings)
        | Has(Learns.Fields.HasFlag(PromptFields.Demonstration), RecipeNeeds.Demonstrations)
        | Has(Learns.Fields.HasFlag(PromptFields.Judged), RecipeNeeds.Judged)
        | Has(Learns.Fields.HasFlag(PromptFields.Documents), RecipeNeeds.Documents)
        | Has(Learns.Fields.HasFlag(PromptFields.Constraints), RecipeNeeds.Constraints)
        | Has(Learns.Rewards.Any(r => ReferenceEquals(r.Own, WorldReward.Own)), RecipeNeeds.World)
        | Has(Learns.Method.NeedsSecondModel, RecipeNeeds.SecondModel)
        | Has(Learns.HasValueHead, RecipeNeeds.Critic)
        | Has(Learns.Method.Reference.Patience > 0, RecipeNeeds.HeldOut);

    /// <summary>Its form, one equation a line.</summary>
    public required string Formula { get; init; }

    /// <summary>What should be seen where it works: a prediction, which can fail.</summary>
    public required string Signature { get; init; }

    /// <summary>What of the signature the arena can test; empty: nothing of it.</summary>
    public IReadOnlyList<SignatureCheck> Checks { get; init; } = [];

    /// <summary>How it is known to fail.</summary>
    public required string Failure { get; init; }

    /// <summary>What no source settles, and we chose; one sentence each.</summary>
    public IReadOnlyList<string> Ours { get; init; } = [];

    /// <summary>What is learned, with the paper's numbers.</summary>
    public required RlRecipe Learns { get; init; }

    /// <summary>The size of the paper's runs.</summary>
    public RecipeSize Size { get; init; } = new();

    /// <summary>The shape of the learning rate; null: as runs have it.</summary>
    public LearningRateDecay? Schedule { get; init; }

    /// <summary>How the learning rate rises, stays and ends.</summary>
    public RecipeRate Rate { get; init; } = new();

    private static RecipeNeeds Has(bool isSo, RecipeNeeds need) => isSo ? need : RecipeNeeds.None;
}
