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
    /// Samples a group for each prompt. A response is a function of the weights, the run's seed, the step, its prompt's place and
    /// its own index alone.
    /// </summary>
    public IReadOnlyList<RolloutGroup> Sample(
        IReadOnlyList<PolicyPrompt> prompts, int groupSize, int step, CancellationToken cancellation)
    {
        int[][] ids = [.. prompts.Select(p => p.Ids)];
        IReadOnlyList<GeneratedResponse[]> sampled = _generator.Generate(
            ids, groupSize, options with { Seed = CounterHash.Mix(options.Seed, (ulong)step) }, null, cancellation);
        IReadOnlyList<TokenTrace[]>? traces = frozen?.Invoke(
            [.. ids.Select((p, i) => new TraceQuery(p, [.. sampled[i].Select(r => r.TokenIds)]))], cancellation);
        return
        [
            .. prompts.Select((prompt, p) => new RolloutGroup(
                prompt,
                [
                    .. sampled[p].Select((response, i) =>
                        new Rollout(response, tokenizer.Decode(response.TokenIds, skipSpecialTokens: true)) { Frozen = traces?[p][i] }),
                ])),
        ];
    }
}

/// <summary>Traces by the frozen model, whichever way it is kept: a second model, or the policy without its adapters.</summary>
public delegate IReadOnlyList<TokenTrace[]> FrozenTraces(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation);
