using Innate.Judges;
using Innate.Reinforcement.Rewards;

namespace Innate.Runs.Judgements;

/// <summary>Which judgements say what is known, and which of them is learned from.</summary>
/// <param name="Asked">One judgement each of the replies to one conversation.</param>
/// <param name="Right">The one that says what is known; null: none does.</param>
/// <param name="Wrong">The first that says otherwise; null: none does.</param>
/// <param name="SaysYes">Of a judge that says yes or no, what is known; null: it says something else.</param>
internal sealed record JudgementChoice(JudgeReply Asked, JudgeReply? Right, JudgeReply? Wrong, bool? SaysYes)
{
    /// <summary>
    /// The choices of a question's replies, one a conversation that asked. A reply is right by the paper of its judge:
    /// <code>
    /// genrm-cot       the likelier label is the known one (arXiv 2408.15240)
    /// thinkprm        the decision is the known one, and of a solution whose steps have labels the verdicts up to the first
    ///                 error are these (2504.16828)
    /// reasongrm       the likelier label is that of the better response; of several the highest R* (2506.16712)
    /// spct            the best response has the strictly highest score (2504.02495)
    /// rewardanything  no pair is reversed or tied that is not known to be (2506.03637)
    /// </code>
    /// A reply that cannot be read is neither right nor wrong.
    /// </summary>
    /// <param name="kind">The judge.</param>
    /// <param name="known">What is known.</param>
    /// <param name="replies">What it wrote.</param>
    public static IEnumerable<JudgementChoice> Of(JudgeKind kind, KnownQuestion known, IReadOnlyList<JudgeReply> replies)
    {
        foreach (IGrouping<object, JudgeReply> same in replies.GroupBy(r => (object)r.Asked, ReferenceEqualityComparer.Instance))
        {
            JudgeReply[] own = [.. same];
            bool?[] verdicts = [.. own.Select(r => IsRight(kind, known, r))];
            int? best = ReasonGrmPath.Best([.. own.Select(r => r.Value ?? 0.0)], [.. verdicts.Select(v => v == true)]);
            // SPCT also rejects what is always right: there is nothing to learn.
            if (kind == JudgeKind.Spct && own.Length > 1 && verdicts.All(v => v == true)) best = null;
            int wrong = Array.FindIndex(verdicts, v => v == false);
            yield return new JudgementChoice(
                own[0], best is { } place ? own[place] : null, wrong < 0 ? null : own[wrong],
                kind is JudgeKind.GenRmCot or JudgeKind.ThinkPrm ? known.IsRight(own[0].Response!.Value) : null);
        }
    }

    private static bool? IsRight(JudgeKind kind, KnownQuestion known, JudgeReply reply) => (kind, reply.Scores) switch
    {
        (_, null) => null,
        (JudgeKind.ThinkPrm or JudgeKind.GenRmCot, _) when reply.SaysYes != known.IsRight(reply.Response!.Value) =>
            reply.SaysYes is null ? null : false,
        (JudgeKind.ThinkPrm, _) when known.Steps is { } steps =>
            StepVerdicts.IsKept(StepVerdicts.Read(reply.Text, steps.Length).Raw, steps, hasFormat: true, tokens: 1),
        (JudgeKind.ThinkPrm or JudgeKind.GenRmCot, _) => true,
        (JudgeKind.ReasonGrm, _) => known.Best is { } best ? reply.Best == best : null,
        (JudgeKind.Spct, { } scores) => known.Best is { } best
            ? SpctVote.Reward([.. scores.Select(s => (int)s)], best) == 1 : null,
        (_, { } scores) => PrincipleRankReward.Compute(Named(scores), Named(known.Scores)) == 1,
    };

    private static Dictionary<string, double> Named(double[] scores) =>
        scores.Select((s, i) => (Name: $"{i}", Score: s)).ToDictionary(s => s.Name, s => s.Score, StringComparer.Ordinal);
}
