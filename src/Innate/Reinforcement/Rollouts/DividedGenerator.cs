using Innate.Generation;
using Innate.Learning.Ranks;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>
/// Prompts divided among ranks, each of which samples for its own and gets the others' responses. A response is a function of its
/// prompt's place and its own index, so no bit depends on who samples it.
/// </summary>
/// <param name="own">Samples here.</param>
/// <param name="ranks">The ranks, all of which ask for the same at the same time.</param>
internal sealed class DividedGenerator(ITextGenerator own, RankTalk ranks) : ITextGenerator
{
    /// <inheritdoc/>
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        ShareNode slice = ShareNode.Of(ranks.Rank, ranks.Size, prompts.Count);
        int[] at = [.. Enumerable.Range(slice.First, slice.Count)];
        SamplingOptions here = options with { Places = [.. at.Select(i => options.Places?[i] ?? i)] };
        IReadOnlyList<GeneratedResponse[]> mine = slice.Count == 0 ? []
            : own.Generate([.. at.Select(i => prompts[i])], responsesPerPrompt, here, null, cancellation);
        GeneratedResponse[][] all =
        [
            .. ranks.Gather(RolloutBytes.Write(mine, RolloutBytes.Write), cancellation)
                .SelectMany(bytes => RolloutBytes.Read(bytes, RolloutBytes.ReadResponse)),
        ];
        foreach ((int prompt, GeneratedResponse[] group) in onToken is null ? [] : all.Index())
        {
            foreach ((int response, GeneratedResponse said) in group.Index())
            {
                foreach ((int id, double logProbability) in said.TokenIds.Zip(said.LogProbabilities))
                {
                    onToken!(new GeneratedToken(prompt, response, id) { LogProbability = logProbability });
                }
            }
        }

        return all;
    }

    /// <summary>Traces that are computed in the same way, each rank's own queries here.</summary>
    /// <param name="own">Computes here; each query by itself.</param>
    /// <param name="ranks">The ranks.</param>
    public static FrozenTraces Traces(FrozenTraces own, RankTalk ranks) => (queries, cancellation) =>
    {
        ShareNode slice = ShareNode.Of(ranks.Rank, ranks.Size, queries.Count);
        IReadOnlyList<TokenTrace[]> mine = slice.Count == 0 ? []
            : own([.. queries.Skip(slice.First).Take(slice.Count)], cancellation);
        return
        [
            .. ranks.Gather(RolloutBytes.Write(mine, RolloutBytes.Write), cancellation)
                .SelectMany(bytes => RolloutBytes.Read(bytes, RolloutBytes.ReadTrace)),
        ];
    };
}
