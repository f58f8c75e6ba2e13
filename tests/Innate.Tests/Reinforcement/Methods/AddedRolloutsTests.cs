using Innate.Generation;
using Innate.Models;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>
/// What methods sample beside a batch's groups with the model inside: under which prompt, from where on, and what is learned.
/// </summary>
public sealed class AddedRolloutsTests : IDisposable
{
    private readonly TinyScene _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Rollouts_go_on_from_a_prefix_and_are_no_longer_with_it_than_a_response_may_be()
    {
        RolloutScene scene = Scene("fr3e");
        RolloutGroup group = _tiny.Said(
            scene, 0, "Ones: 3 + 8 = 11. Tens: 0 + 0 + 1 = 1. Hundreds: 0 + 0 = 0. The answer is 11.", "It is 12.");
        int longest = _tiny.Models.Sampling.MaxTokens;
        PrefixState[] states = [new(group, 0, 0), new(group, 0, 37), new(group, 1, 3)];
        IReadOnlyList<RolloutGroup> found = PrefixRollouts.Continue(scene, states, 8, salt: 1);
        Assert.Equal(states.Length, found.Count);
        foreach ((PrefixState state, RolloutGroup from) in states.Zip(found))
        {
            int[] prefix = group.Rollouts[state.Response].Response.TokenIds[..state.Length];
            int[] prompt = [.. group.Prompt.Ids, .. prefix];
            Assert.Equal(prompt, from.Prompt.Ids);
            Assert.Equal((group.Key, group.Prompt.Answer, 8), (from.Key, from.Prompt.Answer, from.Rollouts.Count));
            foreach (Rollout rollout in from.Rollouts)
            {
                Assert.StartsWith(_tiny.Models.TextOf(prefix), rollout.Text, StringComparison.Ordinal);
                Assert.Equal(_tiny.Models.TextOf([.. prefix, .. rollout.Response.TokenIds]), rollout.Text);
                Assert.InRange(rollout.Length, 1, longest - state.Length);
                Assert.Equal(rollout.Length == longest - state.Length && !EndsTurn(rollout), !rollout.Ended);
                TinyScene.Same(
                    TinyScene.Plain(_tiny.Models.Policy, prompt, rollout.Response.TokenIds), rollout.Policy.LogProbability);
            }
        }

        Assert.Contains(found[1].Rollouts, r => !r.Ended); // there is too little room after 37 tokens for some
        Assert.Equal(Ids(found), Ids(PrefixRollouts.Continue(scene, states, 8, salt: 1)));
        Assert.NotEqual(Ids(found), Ids(PrefixRollouts.Continue(scene, states, 8, salt: 2)));
        Assert.NotEqual(Ids(found), Ids(PrefixRollouts.Continue(Scene("fr3e", number: 2), states, 8, salt: 1)));
        Assert.Empty(PrefixRollouts.Continue(scene, [], 8, salt: 1));
    }

    [Fact]
    public void Hinted_rollouts_join_where_all_others_failed_and_are_learned_from_without_the_hint()
    {
        RolloutScene scene = Scene("guide-grpo");
        RolloutGroup failed = _tiny.Said(scene, 0, "It is 12.", "It is 10."), other = _tiny.Said(scene, 1, "28", "It is 3.");
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, [failed, other]);
        Assert.Same(other, groups[1]);
        Assert.Equal(failed.Prompt, groups[0].Prompt); // the ids that are learned under have no hint
        Assert.Equal(failed.Rollouts, groups[0].Rollouts.Take(2));
        Rollout[] hinted = [.. groups[0].Rollouts.Skip(2)];
        Assert.Equal(scene.Recipe.GroupSize, hinted.Length);
        int[] prompt = _tiny.Models.PromptWith(failed.Prompt, failed.Prompt.Hint!);
        Assert.Contains("begins with 1", _tiny.Tokenizer.Decode(prompt), StringComparison.Ordinal);
        foreach (Rollout rollout in hinted)
        {
            Assert.True(rollout.IsGuided);
            int[] ids = rollout.Response.TokenIds;
            TinyScene.Same(TinyScene.Plain(_tiny.Models.Policy, prompt, ids), rollout.Policy.LogProbability);
            Assert.NotEqual(
                TinyScene.Plain(_tiny.Models.Policy, failed.Prompt.Ids, ids).Sum(), rollout.Policy.LogProbability.Sum(), 1e-3);
        }

        Assert.Equal(Ids(groups), Ids(scene.Recipe.Method.Rollouts(scene, [failed, other])));
    }

    [Fact]
    public void A_refinement_is_drawn_after_a_critique_of_the_first_failure()
    {
        RolloutScene scene = Scene("critique-grpo");
        RolloutGroup mixed = _tiny.Said(scene, 0, "It is 11.", "It is 10."), right = _tiny.Said(scene, 1, "28", "It is 28.");
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, [mixed, right]);
        (RolloutGroup Own, string Shown, string Verdict)[] expected = [(mixed, "It is 10.", "wrong"), (right, "28", "right")];
        foreach ((RolloutGroup group, (RolloutGroup own, string shown, string verdict)) in groups.Zip(expected))
        {
            Assert.Equal(own.Prompt, group.Prompt);
            Rollout refined = Assert.Single(group.Rollouts.Skip(2));
            Assert.True(refined.IsGuided);
            int[] prompt = _tiny.Models.PromptAfter(
                own.Prompt, shown,
                $"Your answer is {verdict}. The right answer is {own.Prompt.Answer}. Answer the question once more.");
            TinyScene.Same(
                TinyScene.Plain(_tiny.Models.Policy, prompt, refined.Response.TokenIds), refined.Policy.LogProbability);
        }
    }

    [Fact]
    public void What_the_context_has_no_room_for_is_left_out()
    {
        using TinyScene narrow = new(maxPositions: _tiny.Prompts[0].Ids.Length + _tiny.Models.Sampling.MaxTokens);
        foreach (string name in (string[])["guide-grpo", "critique-grpo", "pag"])
        {
            RolloutScene scene = narrow.Of(RecipeList.Of(name).Learns);
            RolloutGroup[] own = [narrow.Said(scene, 0, "It is 12.", "It is 10.")];
            RolloutGroup only = Assert.Single(scene.Recipe.Method.Rollouts!(scene, own));
            Assert.Equal(2, only.Rollouts.Count);
        }
    }

    [Fact]
    public void A_verdict_follows_each_answer_and_a_second_answer_each_no()
    {
        RolloutScene scene = _tiny.Of(RecipeList.Of("pag").Learns, generator: new Judge(_tiny));
        RolloutGroup[] own = [_tiny.Said(scene, 0, "It is 11.", "It is 99."), _tiny.Said(scene, 1, "It is 28.", "It is 700.")];
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, own);
        Assert.Equal(own, groups.Take(2));
        (RolloutGroup Group, Rollout Answer)[] first = [.. own.SelectMany(g => g.Rollouts.Select(r => (g, r)))];
        RolloutGroup[] verdicts = [.. groups.Skip(2).Take(first.Length)], second = [.. groups.Skip(2 + first.Length)];
        List<(int[] Prompt, double Before)> again = [];
        IReadOnlyList<GroupRewards?> rewards = scene.Score(groups).Groups;
        for (int i = 0; i < verdicts.Length; i++)
        {
            Rollout verdict = Assert.Single(verdicts[i].Rollouts);
            PolicyPrompt asked = first[i].Group.Prompt;
            string[] turns = [first[i].Answer.Text, VerifiedTurns.Question];
            Assert.Equal(_tiny.Models.PromptAfter(asked, turns), verdicts[i].Prompt.Ids);
            bool isRight = first[i].Answer.Text.Contains($" {asked.Answer}.", StringComparison.Ordinal);
            bool? said = VerifiedTurns.Verdict(verdict.Text);
            Assert.Equal(said == isRight ? 1 : 0, rewards[2 + i]!.Rewards[0]);
            if (said != false) continue;
            again.Add((
                _tiny.Models.PromptAfter(asked, [.. turns, verdict.Text, VerifiedTurns.Again]), isRight ? 1 : 0));
        }

        Assert.Equal(2, again.Count);
        Assert.Equal(again.Select(a => a.Prompt), second.Select(g => g.Prompt.Ids));
        for (int i = 0; i < second.Length; i++)
        {
            double after = Innate.Scoring.Grading.VerifiableAnswer.Check(
                second[i].Rollouts[0].Text, second[i].Prompt.Answer!).Reward;
            Assert.Equal((2 * after) - again[i].Before, rewards[2 + verdicts.Length + i]!.Rewards[0]);
        }

        Assert.Equal([1, 0], rewards[0]!.Rewards);
        Assert.Equal(Ids(groups), Ids(scene.Recipe.Method.Rollouts(scene, own)));
    }

    [Theory]
    [InlineData("Yes.", true)]
    [InlineData("**No**", false)]
    [InlineData("I say no, not yes", false)]
    [InlineData("nothing of the kind", null)]
    public void A_verdict_is_the_first_yes_or_no(string text, bool? verdict) =>
        Assert.Equal(verdict, VerifiedTurns.Verdict(text));

    [Fact]
    public void Split_states_are_the_least_likely_tokens_of_the_first_right_and_the_first_wrong_rollout()
    {
        RolloutScene scene = Scene("fr3e");
        RolloutGroup[] own =
        [
            _tiny.Said(scene, 0, "It is 12.", "The answer is 11.", "It is 11.", "13"),
            _tiny.Said(scene, 1, "It is 28.", "28", "28", "28"),
        ];
        own[1] = own[1] with { Key = 6 };
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, own);
        (RolloutGroup Group, int Response)[] split = [(own[0], 0), (own[0], 1), (own[1], 0)];
        int[][] prompts =
        [
            .. split.SelectMany(s =>
            {
                Rollout rollout = s.Group.Rollouts[s.Response];
                return Enumerable.Range(0, rollout.Length).OrderBy(t => rollout.Policy.LogProbability[t]).Take(4).Order()
                    .Select(t => (int[])[.. s.Group.Prompt.Ids, .. rollout.Response.TokenIds[..t]]);
            }),
        ];
        Assert.Equal(prompts, groups.Skip(2).Select(g => g.Prompt.Ids));
        Assert.All(groups.Skip(2), g => Assert.Equal(4 * scene.Recipe.GroupSize, g.Rollouts.Count));

        // The first rollouts teach nothing; the others by the mean over all of their prompt, and by how V moved.
        GroupRewards[] rewards = [.. scene.Score(groups).Groups.OfType<GroupRewards>()];
        double[][][] advantages =
        [
            .. scene.Recipe.Method.Advantage!.Compute(new(scene.Recipe, groups, rewards)).Groups
                .Select(g => g.Responses.ToArray()),
        ];
        Assert.All(advantages.Take(2).SelectMany(g => g.SelectMany(r => r)), a => Assert.Equal(0, a));
        double mean = Enumerable.Range(2, 8).SelectMany(i => rewards[i].Rewards).Average(), before = 0;
        for (int i = 2; i < 6; i++)
        {
            double v = rewards[i].Rewards.Average(r => r > mean ? 1.0 : 0), delta = i == 2 ? 1 - v : v - before;
            for (int r = 0; r < rewards[i].Rewards.Length; r++)
            {
                Assert.Equal((rewards[i].Rewards[r] - mean) / Math.Exp(delta), advantages[i][r][0], 1e-12);
            }

            before = v;
        }

        Assert.Contains(advantages.Skip(2), g => g.Any(r => r[0] != 0));
        int[] chosen = scene.Recipe.Method.Choice!(scene, groups, rewards);
        Assert.DoesNotContain(chosen, i => i < 2);
        GroupRewards[] dead = [.. rewards.Select((r, i) => i < 10 ? r : r with { Rewards = [.. r.Rewards.Select(_ => 1.0)] })];
        Assert.Equal(Enumerable.Range(2, 8), scene.Recipe.Method.Choice(scene, groups, dead));
    }

    [Fact]
    public void Prefix_values_are_what_rollouts_from_there_earn_and_token_weights_add_up()
    {
        RolloutScene scene = Scene("trepo");
        RolloutGroup[] own = [_tiny.Said(scene, 0, "Ones: 3 + 8 = 11. The answer is 11.", "It is 12.")];
        RolloutGroup group = scene.Recipe.Method.Rollouts!(scene, own)[0];
        Assert.Equal(own[0].Prompt, group.Prompt);
        Rollout long1 = group.Rollouts[0];
        int[] places = PrefixValues.Places(long1);
        Assert.Equal((6, 0, long1.Length), (places.Length, places[0], places[^1]));
        Assert.Equal(places.Distinct().Order(), places);
        Assert.All(PrefixValues.Between(long1), v => Assert.Contains(v, (double[])[0, 0.25, 0.5, 0.75, 1]));
        GroupRewards rewards = scene.Score([group]).Groups[0]!;
        IReadOnlyList<double[]> weights =
            scene.Recipe.Method.Advantage!.Compute(new(scene.Recipe, [group], [rewards])).Groups[0].Responses;
        Assert.Equal(0.5, weights[0].Sum(), 1e-12); // R - the group's mean
        Assert.Equal(-0.5, weights[1].Sum(), 1e-12);
        int last = places[^2];
        double slope = (1 - PrefixValues.Between(long1)[^1]) / (long1.Length - last);
        Assert.All(weights[0].Skip(last), w => Assert.Equal(slope, w, 1e-12));
    }

    /// <summary>Says no to 11 and 99, yes to all else that it is asked for a verdict on; what else is asked the model inside
    /// answers.</summary>
    private sealed class Judge(TinyScene tiny) : ITextGenerator
    {
        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken,
            CancellationToken cancellation) => [.. prompts.Select(ids =>
            {
                string text = tiny.Tokenizer.Decode(ids);
                if (!text.Contains(VerifiedTurns.Question, StringComparison.Ordinal)
                    || text.Contains(VerifiedTurns.Again, StringComparison.Ordinal))
                {
                    return tiny.Models.Generator.Generate([ids], responsesPerPrompt, options, onToken, cancellation)[0];
                }

                bool isNo = text.Contains("is 11", StringComparison.Ordinal) || text.Contains("is 99", StringComparison.Ordinal);
                int[] said = [.. tiny.Tokenizer.Encode(isNo ? "No." : "Yes."), .. options.StopIds];
                return [GivenResponses.Written(said) with
                {
                    Trace = tiny.Models.Policy([new TraceQuery(ids, [said])], cancellation)[0][0],
                }];
            })];
    }

    private RolloutScene Scene(string name, int number = 1) => _tiny.Of(RecipeList.Of(name).Learns, number);

    private bool EndsTurn(Rollout rollout) => _tiny.Models.Sampling.StopIds.Contains(rollout.Response.TokenIds[^1]);

    private static int[][] Ids(IEnumerable<RolloutGroup> groups) =>
        [.. groups.SelectMany(g => g.Rollouts.Select(r => r.Response.TokenIds))];
}
