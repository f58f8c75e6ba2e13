using Innate.Compute;
using Innate.Generation;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>Samples groups of responses from the policy as it is.</summary>
/// <param name="policy">The policy.</param>
/// <param name="tokenizer">Decodes responses.</param>
/// <param name="options">How to draw; the seed is the run's.</param>
/// <param name="frozen">The frozen model's traces; null where nobody needs them.</param>
public sealed class RolloutSampler(CausalLanguageModel policy, Tokenizer tokenizer, SamplingOptions options, FrozenTraces? frozen)
{
    private readonly ModelGenerator _generator = new(policy);

    /// <summary>
    /// Samples a group for each prompt. A response is a function of the weights, the run's seed, the batch's number and round, its
    /// prompt's place and its own index alone.
    /// </summary>
    /// <param name="prompts">What is asked.</param>
    /// <param name="groupSize">Responses to each.</param>
    /// <param name="number">The batch's number, from 1.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <param name="round">Which time the batch is added to, from 0.</param>
    public IReadOnlyList<RolloutGroup> Sample(
        IReadOnlyList<PolicyPrompt> prompts, int groupSize, int number, CancellationToken cancellation, int round = 0)
    {
        ulong key = RandomBits.Mix(options.Seed, (ulong)number);
        List<Rollout[]> sampled = Draw(
            prompts, groupSize, options with { Seed = round == 0 ? key : RandomBits.Mix(key, (ulong)round) }, cancellation);
        return [.. prompts.Select((prompt, p) => new RolloutGroup(prompt, sampled[p]))];
    }

    /// <summary>The same groups, each with the policy's likeliest answer beside it.</summary>
    public IReadOnlyList<RolloutGroup> WithGreedy(IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        List<Rollout[]> greedy = Draw([.. groups.Select(g => g.Prompt)], 1, options with { Temperature = 0 }, cancellation);
        return [.. groups.Select((g, i) => g with { Greedy = greedy[i][0] })];
    }

    private List<Rollout[]> Draw(IReadOnlyList<PolicyPrompt> prompts, int count, SamplingOptions how, CancellationToken cancellation)
    {
        int[][] ids = [.. prompts.Select(p => p.Ids)];
        IReadOnlyList<GeneratedResponse[]> sampled = _generator.Generate(ids, count, how, null, cancellation);
        IReadOnlyList<TokenTrace[]>? traces = frozen?.Invoke(
            [.. ids.Select((p, i) => new TraceQuery(p, [.. sampled[i].Select(r => r.TokenIds)]))], cancellation);
        return
        [
            .. sampled.Select((responses, p) => responses.Select((response, i) =>
                new Rollout(response, tokenizer.Decode(response.TokenIds, skipSpecialTokens: true)) { Frozen = traces?[p][i] }).ToArray()),
        ];
    }
}

/// <summary>Traces by the frozen model, whichever way it is kept: a second model, or the policy without its adapters.</summary>
public delegate IReadOnlyList<TokenTrace[]> FrozenTraces(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation);
