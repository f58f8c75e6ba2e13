using Innate.Text;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Scoring;

/// <summary>A trained reward model beside the model that is rewarded: in expressions and in reinforcement learning.</summary>
public class RewardModelLeafTests
{
    [Fact]
    public void Steps_are_paid_what_they_change_where_they_end()
    {
        const string Text = "One\r\nmore.\n\nTwo.\n\n\nThree";
        double[] steps = [0.9, 0.4, 0.6];
        StepPayment[] paid = StepPayment.Of(Text, StepText.Split(Text), steps, StepRule.Min);
        Assert.Equal(["One\r\nmore.", "One\r\nmore.\n\nTwo.", Text], paid.Select(p => Text[..p.End]));
        Assert.Equal([0.9, 0.4 - 0.9, 0], paid.Select(p => p.Reward));
        foreach (StepRule rule in Enum.GetValues<StepRule>())
        {
            double whole = StepAggregate.Of(steps).Of(rule);
            Assert.Equal(whole, StepPayment.Of(Text, StepText.Split(Text), steps, rule).Sum(p => p.Reward), 12);
        }

        // A token may end after its step; what has no token of its own stands on the last.
        Assert.Equal([0, 0.9, 0.4 - 0.9], StepPayment.OnTokens(paid, [4, 13, 17]));
    }

    [Fact]
    public void Reinforcement_learning_is_rewarded_by_a_trained_model_step_by_step()
    {
        using TrainFolder folder = new();
        File.WriteAllLines(folder["steps.jsonl"], Enumerable.Range(0, 16).Select(i =>
            $$"""{"prompt":"What is {{i}}+1?","steps":["It is {{i + 1}}.","No."],"labels":[true,false]}"""));
        string[] few = ["--steps", "4", "--quiet", "--learning-rate", "1e-3"];
        Assert.Equal(0, folder.Train(["reward", "--data", folder["steps.jsonl"]], "judge", [.. few, "--head", "process"]).Code);
        Assert.Equal(0, folder.Train(["reward", "--data", folder["pairs.jsonl"]], "scalar", few).Code);
        string[] rl = ["--batch-size", "2", "--group-size", "4", "--steps", "2", "--quiet", "--max-response-tokens", "16"];
        foreach (string reward in (string[])
            [$"reward-model,model={folder["judge/final"]},steps=mean", $"reward-model(model=\"{folder["scalar/final"]}\")"])
        {
            string run = $"rl{reward.Length}{reward.Contains("mean", StringComparison.Ordinal)}";
            CliResult result = folder.Rl(run, ["--preset", "endorm", "--reward", reward, .. rl]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            Assert.All(folder.Metric(run, "reward"), r => Assert.True(double.IsFinite(r) && r != 0));
        }

        // A sample of marks alone has no step: it gets no reward, and takes down neither its neighbours nor the run.
        using RewardModelEndpoint steps = new(folder["judge/final"], StepRule.Min), whole = new(folder["scalar/final"], StepRule.Min);
        RewardQuery[] group = [.. new[] { "It is 1.", "...", " " }.Select(r => new RewardQuery("What is 0+1?", r, null, "", ""))];
        Assert.Equal([true, false, false], steps.Ask([group], default)[0].Values!.Select(v => v is not null));
        Assert.Equal([true, true, false], whole.Ask([group], default)[0].Values!.Select(v => v is not null));
    }

    [Fact]
    public void In_an_expression_it_says_what_it_says_alone()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Train(
            ["reward", "--data", folder["pairs.jsonl"]], "run", ["--steps", "6", "--quiet", "--lora-rank", "2"]).Code);
        string[] rows = ["--in", folder["pairs.jsonl"], "--quiet"];
        CliResult alone = TrainFolder.Run(["score", "--adapter", folder["run/final"], "--reward", "classifier", .. rows]);
        CliResult beside = TrainFolder.Run(["score", "--reward", $"reward-model,model={folder["run/final"]}", .. rows]);
        Assert.Equal((0, ""), (beside.Code, beside.Error));
        Assert.Equal(alone.Output, beside.Output);
        CliResult language = TrainFolder.Run(["score", "--reward", "reward-model,model=innate-tiny", .. rows]);
        Assert.Equal(2, language.Code);
        Assert.Contains(
            "expected reward-model with model=DIR of a trained reward model, found innate-tiny, a language model", language.Error,
            StringComparison.Ordinal);
        Assert.Equal(2, TrainFolder.Run(["score", "--reward", "reward-model", .. rows]).Code);
    }

    [Theory]
    [InlineData("reward-model(model=a/b, steps=mean)")]
    [InlineData("process(steps=geometric-mean) - 0.5*process")]
    [InlineData("endogenous + 2*reward-model(model=\"a b\")")]
    public void It_is_read_as_it_is_written(string text)
    {
        RewardExpression expression = RewardExpression.Parse(text);
        Assert.Equal(expression, RewardExpression.Parse(expression.ToString()));
        if (text.Contains("model=", StringComparison.Ordinal)) Assert.Throws<InputException>(expression.RequireHarmless);
    }
}
