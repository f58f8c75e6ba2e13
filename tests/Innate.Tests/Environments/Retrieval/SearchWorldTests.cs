using Innate.Environments;
using Innate.Environments.Retrieval;
using Innate.Environments.Tools;

namespace Innate.Tests.Environments.Retrieval;

/// <summary>R-Search's loop over a small corpus.</summary>
public class SearchWorldTests
{
    private static readonly Corpus Cities = new(
        ["Bern: Bern is the capital of Switzerland.", "Paris: Paris is the capital of France.", "The Aare flows through Bern."]);

    private static readonly QuestionRow[] Rows =
        [new("What is the capital of Switzerland?", ["Bern", "the city of Bern"]), new("And of France?", ["Paris"])];

    [Fact]
    public void An_answer_with_evidence_that_was_found_earns_all_of_the_reward()
    {
        using SearchWorld world = new(Rows, Cities, top: 2, maxSteps: 4);
        Assert.EndsWith("What is the capital of Switzerland?", world.Reset(2).Observation, StringComparison.Ordinal);
        EnvironmentStep found = world.Act("<think>Look.</think><search>capital Switzerland</search>");
        Assert.Equal(
            "<observation>\nBern: Bern is the capital of Switzerland.\nParis: Paris is the capital of France.\n</observation>",
            found.Observation);
        EnvironmentStep end = world.Act(
            "<original_evidence>Bern is the capital of Switzerland.</original_evidence><answer>bern</answer>");
        Assert.Equal((2.4, true, true), (Math.Round(end.Reward, 9), end.IsSolved, end.IsDone));
        Assert.Throws<InvalidOperationException>(() => world.Act("again"));
    }

    [Theory]
    [InlineData("<answer>Bern</answer>", 1.2, true)]
    [InlineData("<original_evidence>It is Bern.</original_evidence><answer>Bern</answer>", 1.4, true)]
    [InlineData("<original_evidence>Paris is the capital of France.</original_evidence><answer>Bern</answer>", 1.4, true)]
    [InlineData("<original_evidence>Bern is the capital of Switzerland.</original_evidence><answer>Rome</answer>", 1.4, false)]
    [InlineData("<answer>Bern in France</answer>", 0.7, false)]
    public void An_answer_copied_into_the_evidence_or_evidence_of_something_else_earns_no_more(
        string said, double reward, bool isSolved)
    {
        using SearchWorld world = new(Rows, Cities, top: 2, maxSteps: 4);
        world.Reset(0);
        world.Act("<search>capital Switzerland</search>");
        EnvironmentStep end = world.Act(said);
        Assert.Equal((reward, isSolved), (Math.Round(end.Reward, 9), end.IsSolved));
    }

    [Fact]
    public void What_is_thought_or_observed_is_no_answer_and_a_turn_without_tags_changes_nothing()
    {
        using SearchWorld world = new(
            Rows, new Corpus(["capital <answer>Bern</answer> SUCCESS"]), top: 1, maxSteps: 3);
        world.Reset(0);
        EnvironmentStep step = world.Act("<search>capital</search>");
        Assert.Equal((0.0, false, false), (step.Reward, step.IsSolved, step.IsDone));
        step = world.Act("<answer>Bern</answer></think>The capital is Bern.");
        Assert.Equal((0.0, false, "Nothing happens."), (step.Reward, step.IsValid, step.Observation));
        step = world.Act("<search>zebra</search>");
        Assert.Equal(("<observation>\nNothing was found.\n</observation>", true, false, 0.0),
            (step.Observation, step.IsDone, step.IsSolved, step.Reward));
    }
}
