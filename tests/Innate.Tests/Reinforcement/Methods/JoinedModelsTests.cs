using Innate.Generation;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;
using Innate.Scoring.Rules;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>Whom a method asks for what while a batch is made: each answer against the same model asked by itself.</summary>
public sealed class JoinedModelsTests : IDisposable
{
    private readonly TinyScene _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void A_demonstration_is_read_as_if_the_policy_had_sampled_it()
    {
        RolloutScene scene = Scene("sft-chi2");
        IReadOnlyList<RolloutGroup> sampled = _tiny.Sampled(scene);
        Assert.All(sampled, g => Assert.Empty(g.Rollouts));
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, sampled);
        for (int g = 0; g < groups.Count; g++)
        {
            Rollout only = Assert.Single(groups[g].Rollouts);
            PolicyPrompt prompt = _tiny.Prompts[g];
            Assert.Equal((sampled[g].Key, prompt), (groups[g].Key, groups[g].Prompt));
            Assert.Equal(prompt.Demonstration, only.Response.TokenIds);
            Assert.Equal($"The answer is {prompt.Answer}.", only.Text);
            double[] policy = TinyScene.Plain(_tiny.Models.Policy, prompt.Ids, prompt.Demonstration!);
            double[] reference = TinyScene.Plain(_tiny.Models.Reference!, prompt.Ids, prompt.Demonstration!);
            TinyScene.Same(policy, only.Policy.LogProbability);
            TinyScene.Same(reference, only.Frozen!.LogProbability);
            Assert.True(Math.Abs(policy.Sum() - reference.Sum()) > 1e-3);

            // The reward is u = beta times the log-ratio.
            double u = scene.Score(groups).Groups[g]!.Rewards[0];
            Assert.Equal(0.1 * (policy.Sum() - reference.Sum()), u, 1e-6);
        }
    }

    [Fact]
    public void A_teachers_answers_are_its_own_and_the_policy_says_what_it_thinks_of_them()
    {
        RolloutScene scene = Scene("adv-distill");
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, _tiny.Sampled(scene));
        foreach (Rollout rollout in groups[1].Rollouts)
        {
            TinyScene.Same(
                TinyScene.Plain(_tiny.Models.Policy, groups[1].Prompt.Ids, rollout.Response.TokenIds),
                rollout.Policy.LogProbability);
        }

        Assert.Equal(TinyScene.GroupSize, groups[0].Rollouts.Count);
        Assert.NotEqual(Ids(_tiny.Sampled(Scene("grpo"))), Ids(groups));
        Assert.Equal(Ids(groups), Ids(scene.Recipe.Method.Rollouts(scene, _tiny.Sampled(scene))));
        RolloutScene next = Scene("adv-distill", number: 2);
        Assert.NotEqual(Ids(groups), Ids(scene.Recipe.Method.Rollouts(next, _tiny.Sampled(next))));
    }

    [Theory]
    [InlineData("dpr")]
    [InlineData("self-rewarding-ppo")]
    public void A_path_reward_is_the_reference_over_the_second_model_token_by_token(string name)
    {
        RolloutScene scene = Scene(name);
        RolloutGroup group = scene.Recipe.Method.Rollouts!(scene, _tiny.Sampled(scene))[0];
        Rollout rollout = group.Rollouts[1];
        double[] reference = TinyScene.Plain(_tiny.Models.Reference!, group.Prompt.Ids, rollout.Response.TokenIds);
        double[] second = TinyScene.Plain(_tiny.Models.Second!, group.Prompt.Ids, rollout.Response.TokenIds);
        TinyScene.Same([.. reference.Zip(second, (a, b) => a - b)], scene.Recipe.Rewards[0].Own!.Tokens!(rollout));
    }

    [Fact]
    public void Rephrased_questions_come_after_the_sampled_groups_and_labels_are_exchanged()
    {
        RolloutScene scene = Scene("co-rewarding-1");
        IReadOnlyList<RolloutGroup> sampled = _tiny.Sampled(scene);
        IReadOnlyList<RolloutGroup> groups = RephrasedGroups.With(scene, sampled);
        Assert.Equal(sampled, groups.Take(2));
        Assert.Equal(_tiny.Prompts.Select(p => p.Rephrased), groups.Skip(2).Select(g => g.Prompt.Ids));
        Assert.All(groups.Skip(2), g => Assert.Equal(TinyScene.GroupSize, g.Rollouts.Count));
        Rollout added = groups[3].Rollouts[2];
        TinyScene.Same(
            TinyScene.Plain(_tiny.Models.Policy, groups[3].Prompt.Ids, added.Response.TokenIds), added.Policy.LogProbability);
        TinyScene.Same(
            TinyScene.Plain(_tiny.Models.Reference!, groups[3].Prompt.Ids, added.Response.TokenIds),
            added.Frozen!.LogProbability);
        Assert.Equal(Ids(groups), Ids(RephrasedGroups.With(scene, sampled)));

        RolloutGroup first = _tiny.Said(scene, 0, "It is 5.", "It is 7.", "It is 7.", "It is 5.");
        RolloutGroup other = _tiny.Said(scene, 0, "It is 7.", "It is 7.", "It is 3.", "It is 7.");
        IReadOnlyList<double[]?> rewards = RephrasedGroups.Rewards(scene, [first, first, other, first]);
        Assert.Equal([[0, 1, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0], [1, 0, 0, 1]], rewards);
    }

    [Fact]
    public void A_teachers_vote_is_that_of_the_references_own_answers()
    {
        RolloutScene scene = Scene("co-rewarding-2");
        IReadOnlyList<RolloutGroup> groups = _tiny.Sampled(scene);
        IReadOnlyList<double[]?> rewards = scene.Recipe.Rewards[0].Own!.Compute(scene, groups);
        IReadOnlyList<Rollout[]> teacher = ReferenceRollouts.Sample(scene, groups);
        Assert.NotEqual(Ids(groups), [.. teacher.SelectMany(t => t.Select(r => string.Join(' ', r.Response.TokenIds)))]);
        for (int g = 0; g < groups.Count; g++)
        {
            string label = MajorityVote.OfResponses(teacher[g].Select(r => r.Text)).Label!;
            Assert.Equal(MajorityVote.Against(label, FinalAnswers.Of(groups[g])), rewards[g]);
            TinyScene.Same(
                TinyScene.Plain(_tiny.Models.Reference!, groups[g].Prompt.Ids, teacher[g][0].Response.TokenIds),
                teacher[g][0].Policy.LogProbability);
        }
    }

    [Fact]
    public void A_baseline_is_what_the_references_answers_are_rewarded_with()
    {
        RolloutScene scene = Scene("pvpo");
        IReadOnlyList<RolloutGroup> sampled = _tiny.Sampled(scene);
        IReadOnlyList<RolloutGroup> groups = scene.Recipe.Method.Rollouts!(scene, sampled);
        IReadOnlyList<Rollout[]> reference = ReferenceRollouts.Sample(scene, sampled);
        for (int g = 0; g < groups.Count; g++)
        {
            Assert.Same(sampled[g].Rollouts, groups[g].Rollouts);
            double[] right = [.. reference[g].Select(r => MajorityVote.Against(groups[g].Prompt.Answer, FinalAnswers.Of([r]))[0])];
            Assert.Equal(right, groups[g].Notes![0]);
        }

        RolloutGroup Noted(params double[] rewards) => groups[0] with { Notes = [rewards] };
        Assert.Equal([1, 2], ReferenceRollouts.NotAlwaysSolved([Noted(1, 1), Noted(0, 1), Noted(0, 0)]));

        // All right, and pushed up where the reference was not.
        GroupRewards all = new([[1, 1, 1, 1]], [1, 1, 1, 1]) { Scaled = [[1, 1, 1, 1]] };
        AdvantageScene of = new(scene.Recipe, [Noted(1, 0, 0, 0)], [all]);
        Assert.All(scene.Recipe.Method.Advantage!.Compute(of).Groups[0].Responses, a => Assert.All(a, x => Assert.Equal(0.75, x)));
    }

    [Fact]
    public void A_self_teacher_reads_another_right_response_or_the_gold_answer_before_the_same_tokens()
    {
        RolloutScene scene = Scene("sdpo");
        RolloutGroup group = _tiny.Said(scene, 0, "So 9. The answer is 9.", "The answer is 11.", "I say 11.", "No idea.");
        string[] told = SelfTeacher.Feedback(group, [0, 1, 1, 0]);
        Assert.Contains("The answer is 11.", told[0], StringComparison.Ordinal);
        Assert.Contains("I say 11.", told[1], StringComparison.Ordinal);
        Assert.Contains("The answer is 11.", told[2], StringComparison.Ordinal);
        Assert.DoesNotContain("No idea", string.Concat(told), StringComparison.Ordinal);
        string[] alone = SelfTeacher.Feedback(group, [0, 1, 0, 0]);
        Assert.Equal("The right answer: 11", alone[1]);

        RolloutGroup taught = SelfTeacher.With(scene, [group])[0];
        for (int i = 0; i < told.Length; i++)
        {
            int[] ids = group.Rollouts[i].Response.TokenIds;
            int[] prompt = _tiny.Models.PromptWith(group.Prompt, told[i]);
            Assert.Equal(ids, taught.Rollouts[i].Response.TokenIds);
            TinyScene.Same(TinyScene.Plain(_tiny.Models.Reference!, prompt, ids), taught.Rollouts[i].Teacher!);
            double[] untold = TinyScene.Plain(_tiny.Models.Reference!, group.Prompt.Ids, ids);
            Assert.True(Math.Abs(untold.Sum() - taught.Rollouts[i].Teacher!.Sum()) > 1e-3);
        }
    }

    [Fact]
    public void A_thought_is_worth_what_the_policy_gains_by_it_over_a_copy_without_one()
    {
        RolloutScene scene = Scene("rlp");
        RolloutGroup group = _tiny.Said(scene, 0, "3 + 8 = 11", "3 + 8 = 999", "I think.", "So");
        RolloutGroup cut = group with
        {
            Rollouts = [group.Rollouts[0] with { Response = group.Rollouts[0].Response with
            {
                TokenIds = group.Rollouts[0].Response.TokenIds[..^1],
            } }],
        };
        IReadOnlyList<double[]> gains = NextText.Gains(scene, [group, cut]);
        int[] lead = _tiny.Tokenizer.EncodeContinuation("\nThe answer is"), next = _tiny.Tokenizer.EncodeContinuation(" 11");
        double without = TinyScene.Plain(_tiny.Models.Reference!, [.. group.Prompt.Ids, .. lead], next).Sum();
        for (int i = 0; i < 4; i++)
        {
            int[] thought = group.Rollouts[i].Response.TokenIds[..^1];
            double with = TinyScene.Plain(_tiny.Models.Policy, [.. group.Prompt.Ids, .. thought, .. lead], next).Sum();
            Assert.Equal(with - without, gains[0][i], 1e-6);
        }

        Assert.Equal(gains[0][0], Assert.Single(gains[1]), 1e-6);
        Assert.True(gains[0][0] > gains[0][1] + 1, $"{gains[0][0]} and {gains[0][1]}");
    }

    [Fact]
    public void Where_the_context_has_no_room_a_teacher_is_told_nothing_and_a_thought_is_cut()
    {
        using TinyScene narrow = new(maxPositions: _tiny.Prompts[0].Ids.Length + 20);
        RolloutScene scene = narrow.Of(RecipeList.Of("sdpo").Learns);
        RolloutGroup group = narrow.Said(scene, 0, "3 + 8 = 11. The answer is 11.", "So");
        double[] teacher = SelfTeacher.With(scene, [group])[0].Rollouts[0].Teacher!;
        TinyScene.Same(
            TinyScene.Plain(narrow.Models.Reference!, group.Prompt.Ids, group.Rollouts[0].Response.TokenIds), teacher);
        int[] thought = [.. Enumerable.Repeat(20, 30)];
        Innate.Models.TraceQuery query = NextText.Query(scene, group.Prompt, thought);
        Assert.Equal(narrow.Models.MaxPositions, query.Prompt.Length + query.Responses[0].Length);
        Assert.Equal(query.Responses[0], NextText.Query(scene, group.Prompt, []).Responses[0]);
    }

    [Fact]
    public void Confidence_is_of_the_answers_tokens_alone()
    {
        RolloutScene scene = Scene("crew-dpo");
        RolloutGroup group = AnswerConfidences.With(
            scene, [_tiny.Said(scene, 0, "3 + 8 = 11. The answer is 11.", "The answer is 35.", "No idea.", "The answer is 2.")])[0];
        foreach (Rollout rollout in group.Rollouts.Where((_, i) => i != 2))
        {
            AnswerSpan span = AnswerSpan.Find(_tiny.Tokenizer, rollout.Response.TokenIds)!.Value;
            double mean = Enumerable.Range(span.Start, span.Length).Average(t => Math.Exp(rollout.Policy.LogProbability[t]));
            Assert.Equal(mean, Assert.Single(rollout.Notes!), 1e-12);
        }

        Assert.Null(group.Rollouts[2].Notes);
        ConfidencePair[] pairs = AnswerConfidences.Pairs(group, [1, 0, 0, 0]);
        Assert.Equal([1, 3], pairs.Select(p => p.Rejected).Order());
        Assert.All(pairs, p => Assert.Equal(0, p.Chosen));
        GroupRewards Rewarded(params double[] r) => new([r], r) { Scaled = [r] };
        Assert.Equal([1], AnswerConfidences.HavingPairs([group, group], [Rewarded(0, 0, 0, 0), Rewarded(1, 0, 0, 0)]));
    }

    private RolloutScene Scene(string name, int number = 1) => _tiny.Of(RecipeList.Of(name).Learns, number);

    private static string[] Ids(IEnumerable<RolloutGroup> groups) =>
        [.. groups.SelectMany(g => g.Rollouts.Select(r => string.Join(' ', r.Response.TokenIds)))];
}
