using Innate.Models;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>What the model inside says of answers that are put into its mouth, against plain traces of the same tokens.</summary>
public sealed class ReferenceAnswersTests : IDisposable
{
    private const string Worked = "Ones: 3 + 8 = 11. The answer is 99.", Short = "It is 4.", None = "I do not know";

    private readonly TinyScene _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void A_gold_answer_stands_in_the_place_of_the_responses_own()
    {
        RolloutScene scene = Scene("rlpr");
        RolloutGroup group = _tiny.Said(scene, 0, Worked, Short, None);
        ReferenceAnswer gold = ReferenceAnswers.Of(scene, [group])[0];
        int[] answer = _tiny.Tokenizer.Encode("11");
        Assert.Equal(answer, gold.Tokens);
        string[] before = ["Ones: 3 + 8 = 11. The answer is ", "It is ", None];
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Equal(i < 2, gold.Spans[i] is not null);
            int[] context = _tiny.Tokenizer.Encode(before[i]);
            double[] plain = TinyScene.Plain(_tiny.Models.Policy, group.Prompt.Ids, [.. context, .. answer]);
            TinyScene.Same(plain[^answer.Length..], gold.InPlace[i]!);
        }

        TinyScene.Same(TinyScene.Plain(_tiny.Models.Policy, group.Prompt.Ids, answer), gold.Alone);

        // 11 was worked out before the first answer: it is likelier there than anywhere else.
        Assert.True(gold.InPlace[0]!.Sum() > gold.InPlace[1]!.Sum());
        double[] rewards = scene.Score([group]).Groups[0]!.Rewards;
        double p0 = MeanProbability.Of(gold.Alone);
        Assert.Equal(
            [
                (0.9 * Math.Max(0, MeanProbability.Of(gold.InPlace[0]) - p0)) + 0.1,
                (0.9 * Math.Max(0, MeanProbability.Of(gold.InPlace[1]) - p0)) + 0.1, 0,
            ],
            rewards.Select(r => Math.Round(r, 12)).Zip(rewards, (_, r) => r), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Where_the_context_has_no_room_the_answer_is_not_asked_for()
    {
        using TinyScene narrow = new(maxPositions: _tiny.Prompts[0].Ids.Length + 12);
        RolloutScene scene = narrow.Of(RecipeList.Of("r3").Learns);
        RolloutGroup group = narrow.Said(scene, 0, Worked, Short);
        ReferenceAnswer gold = ReferenceAnswers.Of(scene, [group])[0];
        Assert.Null(gold.InPlace[0]);
        Assert.NotNull(gold.InPlace[1]);
        Assert.All(scene.Score([group]).Groups[0]!.Rewards, r => Assert.True(double.IsFinite(r)));
    }

    [Fact]
    public void R3_weighs_the_tokens_by_how_much_they_depend_on_the_reasoning()
    {
        RolloutScene scene = Scene("r3");
        RolloutGroup group = _tiny.Said(scene, 0, Worked, Short, None);
        ReferenceAnswer gold = ReferenceAnswers.Of(scene, [group])[0];
        double[] reflective = ReflectiveTokenReward.Compute([.. gold.InPlace.Select(l => l!)], gold.Alone).Rewards;
        double[] rewards = scene.Score([group]).Groups[0]!.Rewards;

        // 11 and 99 have two tokens, 4 has one, and no answer none.
        double[] length = [1, 0.75, 0.5];
        for (int i = 0; i < rewards.Length; i++) Assert.Equal(reflective[i] + (0.1 * length[i]), rewards[i], 1e-12);
        Assert.True(rewards[0] > rewards[1]);
    }

    [Fact]
    public void A_consistent_answer_is_measured_by_the_reference()
    {
        RolloutScene scene = Scene("grpo-care");
        RolloutGroup group = _tiny.Said(scene, 0, "It is 11.", "Ones: 3 + 8 = 11. The answer is 11.", Short);
        double[] logs =
        [
            .. group.Rollouts.Select(r =>
            {
                AnswerSpan span = AnswerSpan.Find(_tiny.Tokenizer, r.Response.TokenIds)!.Value;
                return span.Of(TinyScene.Plain(_tiny.Models.Reference!, group.Prompt.Ids, r.Response.TokenIds)).Average();
            }),
        ];
        Assert.Equal(
            ConsistentAnswerBonus.Compute([1, 1, 0], logs).Rewards, scene.Score([group]).Groups[0]!.Rewards);

        // The policy is surer of the one that was worked out; a reference that is not gives the bonus to the other.
        int[] ids = group.Rollouts[1].Response.TokenIds;
        Rollout doubted = group.Rollouts[1] with
        {
            Frozen = TokenTrace.OfLogProbabilities(ids, [.. ids.Select(_ => -20.0)]),
        };
        RolloutGroup apart = group with { Rollouts = [group.Rollouts[0], doubted, group.Rollouts[2]] };
        Assert.Equal([1.5, 1, 0], scene.Score([apart]).Groups[0]!.Rewards);
    }

    [Fact]
    public void Candidate_answers_are_asked_for_after_each_step()
    {
        RolloutScene scene = Scene("covo");
        RolloutGroup group = _tiny.Said(scene, 0, "3 + 8 = 11. The answer is 11.", Short, None, "It is eleven, 11.");
        (string[] distinct, int?[] own) = CandidateAnswers.Of(group);
        Assert.Equal(["11", "4"], distinct);
        Assert.Equal([0, 1, null, 0], own);
        double[][][] asked = CandidateAnswers.Perplexities(scene, group);
        Assert.Equal([2, 1, 1, 1], asked.Select(a => a.Length));
        string[] states = ["3 + 8 = 11.", "3 + 8 = 11. The answer is 11."];
        for (int s = 0; s < states.Length; s++)
        {
            int[] state = _tiny.Tokenizer.Encode(states[s]);
            for (int k = 0; k < distinct.Length; k++)
            {
                int[] said = _tiny.Tokenizer.Encode($"\nThe answer is: {distinct[k]}");
                double[] plain = TinyScene.Plain(_tiny.Models.Policy, [.. group.Prompt.Ids, .. state], said);
                Assert.Equal(Math.Exp(-plain.Average()), asked[0][s][k], 1e-4 * asked[0][s][k]);
            }
        }

        Assert.True(asked[0][1][0] < asked[0][1][1]);
        double[] rewards = scene.Score([group]).Groups[0]!.Rewards;
        Assert.Equal(
            ConsistencyReward.Compute(asked, own).VectorRewards
                .Zip(group.Rollouts, (r, rollout) => r + CandidateAnswers.Curiosity(scene, rollout)), rewards);
        Assert.Contains(rewards, r => r >= 1);
        RolloutGroup agreed = _tiny.Said(scene, 0, "11", "It is 11.");
        Assert.All(CandidateAnswers.Perplexities(scene, agreed), Assert.Empty);

        // Those that agree are neither learned from nor in the batch's mean.
        GroupRewards[] both = [.. scene.Score([group, agreed]).Groups.OfType<GroupRewards>()];
        Assert.Equal([0], scene.Recipe.Method.Choice!(scene, [group, agreed], both));
        AdvantageScene whole = new(scene.Recipe, [group, agreed], both), alone = new(scene.Recipe, [group], [both[0]]);
        Assert.Equal(
            scene.Recipe.Method.Advantage!.Compute(alone)[0].Responses,
            scene.Recipe.Method.Advantage.Compute(whole)[0].Responses);
        Assert.All(scene.Recipe.Method.Advantage.Compute(whole)[1].Responses, r => Assert.All(r, a => Assert.Equal(0, a)));
    }

    [Fact]
    public void More_than_fifteen_steps_are_put_together()
    {
        RolloutScene scene = Scene("covo");
        string text = string.Concat(Enumerable.Range(0, 40).Select(i => $"Step {i}.\n"));
        Rollout rollout = _tiny.Said(scene, 0, text).Rollouts[0];
        int[] ends = CandidateAnswers.States(scene, rollout);
        Assert.Equal(15, ends.Length);
        Assert.Equal(ends.Distinct().Order(), ends);
        Assert.Equal(rollout.Length - 1, ends[^1]); // without the token that ends the turn
    }

    [Fact]
    public void Filler_is_counted_by_words_and_held_against_the_start_models_answer()
    {
        RolloutScene scene = Scene("bingo");
        int[] ids = [.. _tiny.Tokenizer.Encode("So, it is 3 + 8."), 511];
        string[] texts = AnswerSpan.Texts(_tiny.Tokenizer, ids);
        SignificanceCount count = FillerTokens.Count(_tiny.Tokenizer, ids);
        Assert.Equal((texts.Length - 1 - 3, 3), (count.Insignificant, count.Significant)); // 3, + and 8; not the end token

        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, _tiny.Sampled(scene));
        int[] likeliest = _tiny.Models.ReferenceGenerator!.Generate(
            [groups[0].Prompt.Ids], 1, _tiny.Models.Sampling with { Temperature = 0 })[0][0].TokenIds;
        Assert.Equal(FillerTokens.Count(_tiny.Tokenizer, likeliest), FillerTokens.ReferenceOf(groups[0]));

        // k stays for 50 batches, and goes by the slope of the share of right answers from then on.
        GroupRewards[] rewards = [.. scene.Score(groups).Groups.OfType<GroupRewards>()];
        double k = FillerTokens.Worth(scene);
        for (int batch = 0; batch < 50; batch++)
        {
            Assert.Equal(k, FillerTokens.Worth(scene));
            Assert.Equal([0, 1], scene.Recipe.Method.Choice!(scene, groups, rewards));
        }

        Assert.Equal(5 / (Math.PI / 2), k, 1e-12);
        Assert.Equal(-0.5, FillerTokens.Worth(scene)); // nothing was learned in 50 batches
    }

    private RolloutScene Scene(string name) => _tiny.Of(RecipeList.Of(name).Learns);
}
