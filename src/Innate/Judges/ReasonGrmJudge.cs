namespace Innate.Judges;

/// <summary>
/// ReasonGRM (arXiv 2506.16712, secondary) as a judge of pairs. The paper scores paths of reasoning by
/// <see cref="ReasonGrmPath"/> to choose those to learn from, whose verdict is known to be right; a judge knows no right verdict,
/// so that its paths vote with their R* is ours:
/// <code>
/// p(first is better) = sum of R* over paths that say so / sum of R* over all
/// R* = mean_i p(rationale token i) * mean_i p(answer token i),  the answer the likelier label after the rationale
/// </code>
/// Each pair is asked in both orders, as by <see cref="PairwiseJudge"/>.
/// </summary>
internal sealed class ReasonGrmJudge : IJudge
{
    private readonly PairwiseJudge _pairs;

    /// <summary>A judge.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How.</param>
    /// <param name="options">Paths are its votes.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public ReasonGrmJudge(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null)
    {
        if (options is not { ReasoningTokens: > 0 })
        {
            throw new InputException("reasoning: reasongrm weighs paths of reasoning; expected tokens to write them in.");
        }

        _pairs = new PairwiseJudge(model, prompt, options, FirstWins);
    }

    /// <inheritdoc/>
    public IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default) =>
        _pairs.Judge(questions, cancellation);

    /// <summary>The share of R* that is on the first label's side; without a path that has one, 1/2.</summary>
    internal static double FirstWins(VerdictReading reading)
    {
        double first = 0, all = 0;
        foreach (VerdictVote vote in reading.Votes)
        {
            int label = vote.Of(0) >= vote.Of(1) ? 0 : 1;
            double value = Value(vote, label) ?? 0;
            all += value;
            if (label == 0) first += value;
        }

        return all > 0 ? first / all : 0.5;
    }

    /// <summary>R* of a path with a verdict; null where it has no rationale.</summary>
    /// <param name="vote">The path.</param>
    /// <param name="label">The verdict's place among the labels.</param>
    internal static double? Value(VerdictVote vote, int label) =>
        ReasonGrmPath.Value(vote.Reasoning!.LogProbabilities, vote.Labels[label]);
}
