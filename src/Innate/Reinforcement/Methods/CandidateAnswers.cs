using Innate.Models;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// How near a response is to each answer of its group after each of its steps: CoVo's distances (arXiv 2506.08745), the
/// perplexity of <c>The answer is: k</c> after the state. The policy itself is asked.
/// </summary>
internal static class CandidateAnswers
{
    // More steps than these are put together, neighbours with neighbours.
    private const int MostSteps = 15;

    /// <summary>The distinct answers of a group, as they were first written, and which of them each response gives.</summary>
    /// <param name="group">The responses.</param>
    public static (string[] Distinct, int?[] Own) Of(RolloutGroup group)
    {
        List<string> distinct = [], keys = [];
        int?[] own = new int?[group.Rollouts.Count];
        string?[] answers = FinalAnswers.Of(group);
        for (int i = 0; i < own.Length; i++)
        {
            if (answers[i] is not { } answer) continue;
            string key = AnswerForm.Of(answer).Key;
            own[i] = keys.IndexOf(key);
            if (own[i] >= 0) continue;
            own[i] = keys.Count;
            distinct.Add(answer);
            keys.Add(key);
        }

        return ([.. distinct], own);
    }

    /// <summary>After how many tokens each state of a response ends; at most 15.</summary>
    /// <param name="scene">Its tokenizer.</param>
    /// <param name="rollout">The response; the token that ended it is no part of a state.</param>
    public static int[] States(RolloutScene scene, Rollout rollout)
    {
        int[] ends = ResponseSteps.Ends(scene.Models.Tokenizer, NextText.Thought(scene, rollout));
        int count = Math.Min(MostSteps, ends.Length);
        return [.. Enumerable.Range(1, count).Select(i => ends[(i * ends.Length / count) - 1])];
    }

    /// <summary>
    /// The perplexities of a group's distinct answers: [response][state][answer]. A state that the context has no room after is
    /// left out; where all answers agree there is nothing to ask, and no state.
    /// </summary>
    /// <param name="scene">Its policy is asked.</param>
    /// <param name="group">The responses.</param>
    public static double[][][] Perplexities(RolloutScene scene, RolloutGroup group)
    {
        int[][] answers = [.. Of(group).Distinct.Select(a => scene.Models.Tokenizer.EncodeContinuation($"\nThe answer is: {a}"))];
        int room = scene.Models.MaxPositions - answers.Select(a => a.Length).DefaultIfEmpty().Max() - group.Prompt.Ids.Length;
        int[][] states = [.. group.Rollouts.Select(r => States(scene, r).Where(end => end <= room).ToArray())];
        if (answers.Length < 2) return [.. states.Select(_ => Array.Empty<double[]>())];
        IReadOnlyList<TokenTrace[]> said = scene.Models.Policy(
        [
            .. states.SelectMany((ends, i) => ends.Select(end =>
                new TraceQuery([.. group.Prompt.Ids, .. group.Rollouts[i].Response.TokenIds[..end]], answers))),
        ], scene.Cancellation);
        int at = 0;
        return
        [
            .. states.Select(ends => ends.Select(_ =>
                said[at++].Select(t => 1 / MeanProbability.Geometric(t.LogProbability)).ToArray()).ToArray()),
        ];
    }

    /// <summary>CoVo's curiosity of a response: <see cref="CuriosityBonus"/> of the steps that follow its states.</summary>
    /// <param name="scene">Its tokenizer.</param>
    /// <param name="rollout">The response.</param>
    public static double Curiosity(RolloutScene scene, Rollout rollout)
    {
        int[] ends = States(scene, rollout);
        return CuriosityBonus.Compute(
        [
            .. ends.Skip(1).Select((end, s) => CuriosityBonus.Of(rollout.Policy.LogProbability.AsSpan(ends[s]..end)).Value),
        ]);
    }
}
