using System.Text.Json;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Tests.Cli;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests;

/// <summary>Text in, rewards out, to the bits of the command line.</summary>
public sealed class RewardModelTests
{
    private const string Prompt = "What is 47 + 85?";

    [Fact]
    public void The_rewards_are_the_command_lines_and_no_response_changes_anothers()
    {
        using RewardModel rewards = RewardModel.LoadDefault();
        CliResult scored = RealCli.Run(["score"], $$"""{"prompt":"{{Prompt}}","responses":["122","132","122"]}""");
        double[] expected =
            [.. JsonDocument.Parse(scored.Output).RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
        Assert.Equal(expected, rewards.Score(Prompt, ["122", "132", "122"]));
        Assert.Equal(expected[1], rewards.Score(Prompt, "132"));
        Assert.Equal(expected, rewards.Score([new ConversationMessage("user", Prompt)], ["122", "132", "122"]));

        IReadOnlyList<RankedReward> ranking = rewards.Rank(Prompt, ["122", "132", "122"]);
        Assert.Equal([1, 0, 2], ranking.Select(r => r.Index));
        Assert.Equal(new RankedReward(1, "132", expected[1]), ranking[0]);
        Assert.Equal(ranking, rewards.Rank([new ConversationMessage("user", Prompt)], ["122", "132", "122"]));
    }

    [Fact]
    public void Options_reach_the_reward_and_the_text()
    {
        RewardModelOptions options = new()
        {
            Kind = RewardKind.Endogenous,
            Reward = new RewardOptions { Alpha = 2, Gamma = 0.5, Beta = 0.25 },
            Format = new ChatFormatOptions { System = "You are kind." },
            Model = new LanguageModelOptions { Threads = 1 },
        };
        using RewardModel rewards = RewardModel.Load(EmbeddedModel.Folder, options);
        CliResult scored = RealCli.Run(
            ["score", "--alpha", "2", "--gamma", "0.5", "--beta", "0.25", "--system", "You are kind."],
            $$"""{"prompt":"{{Prompt}}","response":"132"}""");
        Assert.Equal(JsonDocument.Parse(scored.Output).RootElement.GetProperty("reward").GetDouble(),
            rewards.Score(Prompt, "132"));
    }

    [Fact]
    public void An_expression_and_a_function_of_the_callers_own_are_a_reward()
    {
        RewardFunction brief = new("brief", q => q.Response.Length > 3 ? null : -q.Response.Length);
        using RewardModel rewards = RewardModel.LoadDefault(new()
        {
            Expression = RewardExpression.Parse("endogenous(gamma=0.9) + 2*check(numeric) + else(brief, -10)", [brief]),
        });
        CliResult scored = RealCli.Run(
            ["score", "--gamma", "0.9"], $$"""{"prompt":"{{Prompt}}","responses":["132","I see"]}""");
        double[] plain =
            [.. JsonDocument.Parse(scored.Output).RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
        Assert.Equal([plain[0] + 2 - 3, plain[1] + 0 - 10], rewards.Score(Prompt, ["132", "I see"]));
        Assert.Equal("132", rewards.Rank(Prompt, ["I see", "132"])[0].Response);
        Assert.Contains("no grade of a text alone", Assert.Throws<InputException>(() => RewardModel.LoadDefault(
            new() { Expression = RewardExpression.Parse("grade + entropy") })).Message, StringComparison.Ordinal);
        Assert.Contains("found 'brif' (did you mean brief?)", Assert.Throws<InputException>(
            () => RewardExpression.Parse("2*brif", [brief])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_model_cannot_tell_is_refused_when_it_is_made()
    {
        Assert.Contains("classifier", Assert.Throws<InputException>(() => Load(RewardKind.Classifier)).Message,
            StringComparison.Ordinal);
        Assert.Contains("implicit", Assert.Throws<InputException>(() => Load(RewardKind.Implicit)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InputException>(() => RewardModel.LoadDefault(new() { Reward = new RewardOptions { Gamma = 2 } }));
        Assert.Throws<InputException>(() => RewardModel.Load("nowhere"));
        using RewardModel rewards = RewardModel.LoadDefault();
        Assert.Throws<InputException>(() => rewards.Score(Prompt, ""));

        static RewardModel Load(RewardKind kind) => RewardModel.LoadDefault(new() { Kind = kind });
    }

    [Fact]
    public void A_trained_reward_model_gives_its_heads_score()
    {
        using LanguageModel classifier = LanguageModel.Load(new ParityModel("qwen3-reward").Folder);
        string chat = Path.Combine(Places.Fixtures, "chat-model");
        var format = new ChatFormat(Tokenizer.Load(chat), null, new ChatFormatOptions { Raw = true });
        using var rewards = new RewardModel(classifier, format);
        Assert.Equal(RewardKind.Classifier, rewards.Kind);
        TraceQuery query = TraceQuery.Of(format, "a b", ["c", "d e"]);
        Assert.Equal(classifier.Score([query])[0], rewards.Score("a b", ["c", "d e"]));
        Assert.Throws<InputException>(() => new RewardModel(classifier, format, RewardKind.Entropy));
    }
}
