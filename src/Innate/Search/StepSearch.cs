using Innate.Generation;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Search;

/// <summary>
/// Answers by search over steps: a policy samples candidates for the next step of each prefix that is held, a scorer looks at
/// every prefix with its candidate, and the best go on. Candidates are a function of the seed and the prefix's tokens; equal
/// candidates count once; of equal scores the first sampled is taken.
/// <code>
/// step   one prefix;  the candidate with the highest score
/// beam   W prefixes;  of all candidates of all prefixes, and of the finished answers, the W with the highest scores
/// grace  one prefix;  the candidate with the highest (1 - beta) exp(mean log p) + beta softmax(scores)
/// </code>
/// Grace leaves its scorer, made for steps, unasked where every candidate ends the answer (<see cref="GuidedStep"/>).
/// </summary>
/// <param name="policy">Samples.</param>
/// <param name="tokenizer">The policy's, which finds the steps' ends.</param>
/// <param name="sampling">How candidates are sampled; its tokens are an answer's, what ends one its stop ids.</param>
/// <param name="maxPositions">The longest sequence that the policy takes.</param>
/// <param name="score">Of prefixes, in order, each with whether it is finished: their scores.</param>
/// <param name="settings">The numbers.</param>
internal sealed class StepSearch(
    ITextGenerator policy, Tokenizer tokenizer, SamplingOptions sampling, int maxPositions,
    Func<IReadOnlyList<(int[] Ids, bool IsFinished)>, CancellationToken, double[]> score, StepSearchSettings settings)
{
    private readonly StopTexts _stops = new(tokenizer, settings.StepEnds);

    /// <summary>Searches an answer.</summary>
    /// <param name="prompt">The prompt's ids, with room for one token at least.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public SearchedAnswer Find(int[] prompt, CancellationToken cancellation)
    {
        int room = Math.Min(sampling.MaxTokens, maxPositions - prompt.Length);
        int kept = settings.Kind == StepSearchKind.Beam ? settings.Beams : 1;
        IReadOnlyList<PartialAnswer> held = [PartialAnswer.Empty];
        long sampled = 0, verdicts = 0;
        for (int step = 0; step < settings.MaxSteps && held.Any(h => !h.IsFinished); step++)
        {
            PartialAnswer[] open = [.. held.Where(h => !h.IsFinished)];
            Candidate[] candidates = [.. Sample(prompt, open, step, room, cancellation)];
            sampled += candidates.Sum(c => (long)c.Response.TokenIds.Length * c.Times);
            double[] scores = [];
            bool asked = settings.Kind != StepSearchKind.Grace || !candidates.All(c => c.IsFinished);
            if (asked)
            {
                scores = score(
                    [.. candidates.Select(c => ((int[])[.. c.Prefix.Ids, .. c.Response.TokenIds], c.IsFinished))], cancellation);
                verdicts += scores.Length;
            }

            held = settings.Kind == StepSearchKind.Grace
                ? [Guided(candidates, scores)]
                : [.. held.Where(h => h.IsFinished).Concat(candidates.Select((c, i) => c.Taken(scores[i])))
                    .OrderByDescending(h => h.Score).Take(kept)];
        }

        bool hasEnded = held[0].Ids is [.., var last] && sampling.StopIds.Contains(last);
        return new SearchedAnswer(held[0], [.. held.Skip(1)], hasEnded, sampled, verdicts);
    }

    // A candidate for the next step; an answer at its limit is finished too, because it cannot go on.
    private sealed record Candidate(PartialAnswer Prefix, GeneratedResponse Response, int Times, bool IsFinished)
    {
        public PartialAnswer Taken(double score) =>
            Prefix.With(new SearchedStep(Response.TokenIds, Response.LogProbabilities, score), IsFinished);
    }

    private IEnumerable<Candidate> Sample(
        int[] prompt, PartialAnswer[] prefixes, int step, int room, CancellationToken cancellation)
    {
        bool isLast = step + 1 == settings.MaxSteps;

        // Prefixes differ in length, and each has its own number of tokens left: those with equally many are sampled together.
        foreach (IGrouping<int, PartialAnswer> alike in prefixes.GroupBy(p => room - p.Ids.Length))
        {
            SamplingOptions options = sampling with { MaxTokens = alike.Key, SeedsByPrompt = true, StopTexts = _stops };
            int[][] begun = [.. alike.Select(p => (int[])[.. prompt, .. p.Ids])];
            IReadOnlyList<GeneratedResponse[]> groups =
                policy.Generate(begun, settings.Width, options, null, cancellation);
            foreach ((PartialAnswer prefix, GeneratedResponse[] group) in alike.Zip(groups))
            {
                foreach (IGrouping<string, GeneratedResponse> same in group.GroupBy(g => string.Join(' ', g.TokenIds)))
                {
                    int[] ids = same.First().TokenIds;
                    bool ends = isLast || ids.Length >= alike.Key || sampling.StopIds.Contains(ids[^1]);
                    yield return new Candidate(prefix, same.First(), same.Count(), ends);
                }
            }
        }
    }

    private PartialAnswer Guided(Candidate[] candidates, double[] scores)
    {
        bool asked = scores.Length > 0;
        GuidedStepResult result = GuidedStep.Choose(
            [.. candidates.Select(c => c.Response.LogProbabilities)], asked ? scores : new double[candidates.Length],
            settings.Beta, allAnswer: !asked);
        return candidates[result.Chosen].Taken(result.Scores[result.Chosen]);
    }
}
