using Innate.Generation;
using Innate.Models;
using Innate.Reinforcement.Schedules;
using Innate.Text;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>Samples groups of responses from the policy as it is.</summary>
/// <param name="policy">The policy; its responses carry their traces.</param>
/// <param name="tokenizer">Decodes responses.</param>
/// <param name="options">How to sample; the seed is the run's.</param>
/// <param name="frozen">The frozen model's traces; null where the recipe does not need them.</param>
/// <param name="episodes">Plays the prompts as episodes of a world; null: they are answered.</param>
internal sealed class RolloutSampler(
    ITextGenerator policy, Tokenizer tokenizer, SamplingOptions options, FrozenTraces? frozen, EpisodeSampler? episodes = null)
{
    /// <summary>
    /// Samples a group for each prompt. A response is a function of the weights, the run's seed, the batch's number and round,
    /// its prompt's place and its own index alone.
    /// </summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="groupSize">Responses to each; 0: the groups are to be filled by a method.</param>
    /// <param name="number">The batch's number, from 1.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <param name="round">How often the batch was sampled for before, from 0.</param>
    /// <param name="stages">Temperatures and lengths of the run's stages; null: it is one.</param>
    public IReadOnlyList<RolloutGroup> Sample(
        IReadOnlyList<PolicyPrompt> prompts, int groupSize, int number, CancellationToken cancellation, int round = 0,
        StagePlan? stages = null)
    {
        ulong key = RandomBits.Mix(options.Seed, (ulong)number);
        SamplingOptions ofRound = options with { Seed = round == 0 ? key : RandomBits.Mix(key, (ulong)round) };
        if (stages?.Of(number) is { } stage)
        {
            ofRound = ofRound with
            {
                Temperature = stage.Temperature ?? options.Temperature, MaxTokens = stages.MaxTokens(options.MaxTokens, number),
            };
        }

        List<Rollout[]> sampled = Sample(prompts, groupSize, ofRound, cancellation);
        return
        [
            .. prompts.Select((prompt, p) =>
                new RolloutGroup(prompt, sampled[p]) { Key = RandomBits.Mix(ofRound.Seed, (ulong)p) }),
        ];
    }

    /// <summary>The same groups, each with the policy's greedy answer beside it.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IReadOnlyList<RolloutGroup> WithGreedy(IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        List<Rollout[]> greedy = Sample([.. groups.Select(g => g.Prompt)], 1, options with { Temperature = 0 }, cancellation);
        return [.. groups.Select((g, i) => g with { Greedy = greedy[i][0] })];
    }

    private List<Rollout[]> Sample(
        IReadOnlyList<PolicyPrompt> prompts, int groupSize, SamplingOptions how, CancellationToken cancellation)
    {
        if (groupSize == 0) return [.. prompts.Select(_ => Array.Empty<Rollout>())];
        if (episodes is not null) return episodes.Sample(prompts, groupSize, how, cancellation);
        int[][] ids = [.. prompts.Select(p => p.Ids)];
        IReadOnlyList<GeneratedResponse[]> sampled = policy.Generate(ids, groupSize, how, null, cancellation);
        IReadOnlyList<TokenTrace[]>? traces = frozen?.Invoke(
            [.. ids.Select((prompt, p) => new TraceQuery(prompt, [.. sampled[p].Select(r => r.TokenIds)]))], cancellation);
        return [.. sampled.Select((group, p) => group.Select((response, r) => Rollout(response, traces?[p][r])).ToArray())];
    }

    private Rollout Rollout(GeneratedResponse response, TokenTrace? frozenTrace) =>
        new(response, tokenizer.Decode(response.TokenIds, skipSpecialTokens: true)) { Frozen = frozenTrace };
}

/// <summary>Traces by the frozen model, whichever way it is kept: a second model, or the policy without its adapters.</summary>
/// <param name="queries">Prompts with their responses.</param>
/// <param name="cancellation">Stops between layers.</param>
/// <returns>For each query, one trace a response, in order.</returns>
internal delegate IReadOnlyList<TokenTrace[]> FrozenTraces(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation);
