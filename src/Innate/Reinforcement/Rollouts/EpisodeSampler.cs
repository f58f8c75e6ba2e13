using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>
/// Episodes as rollouts. What is learned from are the ids that the policy wrote: log-probabilities, entropy, divergence and
/// rewards are of these alone, while the model reads the world's too.
/// </summary>
/// <param name="player">Plays.</param>
/// <param name="tokenizer">Decodes what was written.</param>
/// <param name="frozen">The frozen model's traces; null where the recipe does not need them.</param>
/// <param name="everything">
/// The policy's traces, where the world's ids are to be learned from as if the policy had written them: a control; null: they
/// are left out.
/// </param>
internal sealed class EpisodeSampler(EpisodePlayer player, Tokenizer tokenizer, FrozenTraces? frozen, FrozenTraces? everything)
{
    /// <summary>A group of episodes for each prompt, which is a world's seed.</summary>
    public List<Rollout[]> Sample(
        IReadOnlyList<PolicyPrompt> prompts, int groupSize, SamplingOptions how, CancellationToken cancellation)
    {
        IReadOnlyList<Episode[]> groups = player.Play(
            [.. prompts.Select(p => p.WorldSeed!.Value)], groupSize, how, null, cancellation);
        TokenTrace?[][] frozenTraces = Traces(frozen, groups, cancellation);
        TokenTrace?[][] whole = Traces(everything, groups, cancellation);
        return [.. groups.Select((g, i) => g.Select((e, j) => Of(e, frozenTraces[i][j], whole[i][j])).ToArray())];
    }

    private Rollout Of(Episode episode, TokenTrace? frozenTrace, TokenTrace? whole)
    {
        int[]? places = everything is null ? episode.WrittenPlaces : null;
        TokenTrace trace = (places is null ? whole : episode.Policy) ?? TokenTrace.Join([]);
        FinishReason finish = episode.End == EpisodeEnd.Tokens ? FinishReason.Length : FinishReason.Stop;
        GeneratedResponse response = new(trace.Tokens, trace.LogProbability, finish) { Trace = trace };
        return new Rollout(response, tokenizer.Decode(trace.Tokens, skipSpecialTokens: true))
        {
            Episode = episode, Places = places,
            Frozen = frozenTrace is null || places is null ? frozenTrace : frozenTrace.Written(places),
        };
    }

    // An episode that never came to a turn has nothing to be asked about.
    private static TokenTrace?[][] Traces(
        FrozenTraces? source, IReadOnlyList<Episode[]> groups, CancellationToken cancellation)
    {
        TokenTrace?[][] traces = [.. groups.Select(g => new TokenTrace?[g.Length])];
        if (source is null) return traces;
        (int Group, int[] Members)[] asked =
        [
            .. groups.Select((g, i) => (i, Enumerable.Range(0, g.Length).Where(j => g[j].Turns.Count > 0).ToArray()))
                .Where(a => a.Item2.Length > 0),
        ];
        IReadOnlyList<TokenTrace[]> found = source(
        [
            .. asked.Select(a =>
            {
                Episode first = groups[a.Group][a.Members[0]];
                return new TraceQuery(
                    first.Ids[..first.PromptLength], [.. a.Members.Select(j => groups[a.Group][j].Response)]);
            }),
        ], cancellation);
        for (int a = 0; a < asked.Length; a++)
        {
            for (int k = 0; k < asked[a].Members.Length; k++) traces[asked[a].Group][asked[a].Members[k]] = found[a][k];
        }

        return traces;
    }
}
