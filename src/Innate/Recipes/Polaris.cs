using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Schedules;

namespace Innate.Recipes;

/// <summary>Longer and hotter stages on ever harder prompts, dead ones replaced by copies (POLARIS).</summary>
internal static class Polaris
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "polaris",
        Title = "three stages, and copies for prompts that teach nothing",
        Paper = "POLARIS (ChenxinAn-fdu/POLARIS)",
        Status = RecipeStatus.Code,
        Formula = """
            stages: temperature 1.4, 1.45, 1.5; the longest response 39936, 48128, 52224 tokens
            a prompt that is all right or all wrong gives its place to a copy of one that is not; at a third such or less, skip
            between stages prompts with mean accuracy above 0.9 are dropped
            A and loss = GRPO's, clip 0.2 and 0.28, no divergence, no entropy
            """,
        Signature = "every batch that is learned from has a gradient; at fixed temperatures distinct answers fall",
        Checks = [SignatureCheck.Falls("distinct_answers")],
        Failure = "copies weigh a few prompts above the others: the batch is in truth smaller",
        Ours =
        [
            "The stages have a third of the run each, and the temperatures of the authors': they are not searched anew.",
            "Copies go round and round; the authors draw them.",
        ],
        Learns = new RlRecipe
        {
            Name = "polaris",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Temperature = DeadPrompts.Stages[0].Temperature,
            ClipHigh = 0.28,
            Stages =
            [
                .. DeadPrompts.Stages.Select((stage, place) => new TrainingStage(1)
                {
                    Temperature = stage.Temperature,
                    LengthShare = (double)stage.MaxTokens / DeadPrompts.Stages[^1].MaxTokens,
                    DropsAbove = place == 0 ? null : DeadPrompts.SolvedAccuracy,
                }),
            ],
            Method = new MethodParts
            {
                Choice = (_, _, rewards) => DeadPrompts.Replace([.. rewards.Select(r => RewardGroup.Mean(r.Rewards))]).Sources,
            },
        },
        Size = new RecipeSize(Prompts: 128, Responses: 8, Tokens: DeadPrompts.Stages[^1].MaxTokens, Rate: 1e-6),
    };
}
