using Innate.Text;

namespace Innate.Judges;

/// <summary>What is judged: responses to one conversation.</summary>
/// <param name="Prompt">The conversation up to the responses; at least one message.</param>
/// <param name="Responses">The responses' texts; at least one.</param>
public sealed record JudgeQuestion(IReadOnlyList<ConversationMessage> Prompt, IReadOnlyList<string> Responses)
{
    /// <summary>
    /// What a reward's chat template is given beside the conversation; null: nothing. A judge's prompt shows the words.
    /// </summary>
    public TemplateArguments? Arguments { get; init; }
}

/// <summary>What a judge says.</summary>
/// <param name="Scores">One score a response, in order; higher is better.</param>
public sealed record JudgeVerdict(double[] Scores)
{
    /// <summary>
    /// Of a judge that compares two responses at a time: [i, j] is 1 where response i is better than j, 0 where j is better than
    /// i, NaN where it abstains, because its verdicts in the two orders disagree; NaN on the diagonal. Null: each response was
    /// looked at on its own, and <see cref="Scores"/> are all there is.
    /// </summary>
    public double[,]? Preferences { get; init; }

    /// <summary>
    /// Of a judge that compares: [i, j] is the probability that i is better, as said where i was shown first and j second; NaN on
    /// the diagonal. Null: as above.
    /// </summary>
    public double[,]? FirstWins { get; init; }

    /// <summary>
    /// Of a judge that looks at each response on its own: its labels' probabilities, a row a response. Null: it compares.
    /// </summary>
    public double[][]? LabelProbabilities { get; init; }

    /// <summary>
    /// The mean probability, 0 to 1, that the model says one of the labels at all where a verdict is read; near 0 it was not
    /// answering the question, and the scores mean little.
    /// </summary>
    public double LabelMass { get; init; } = double.NaN;

    /// <summary>
    /// Of a judge that reads a solution step by step: for each response the share of its judgements, 0 to 1, that hold the step
    /// and all before it for right. Null: it does not.
    /// </summary>
    public double[][]? StepScores { get; init; }

    /// <summary>
    /// Of a judge that reads verdicts from what it wrote freely: the share of its judgements, 0 to 1, that decided. 1 of others.
    /// </summary>
    public double Coverage { get; init; } = 1;

    /// <summary>The lowest and the highest score that there can be; of most judges 0 and 1.</summary>
    public (double Lowest, double Highest) Range { get; init; } = (0, 1);

    /// <summary>What it wrote before its verdict, those included that could not be read.</summary>
    internal IReadOnlyList<JudgeReply> Replies { get; init; } = [];

    /// <summary>Why there is no score, of a judge whose every reply was left out; null: there is one.</summary>
    internal string? Refusal { get; init; }
}

/// <summary>
/// A reward that asks the model in words. Verdicts are read from the log-probabilities of their labels, never parsed from text.
/// </summary>
public interface IJudge
{
    /// <summary>Judges questions, which may be computed together; a verdict's bits do not depend on its neighbours.</summary>
    /// <param name="questions">What to judge.</param>
    /// <param name="cancellation">Stops between layers and tokens.</param>
    /// <returns>One verdict a question, in order.</returns>
    /// <exception cref="InputException">A question that the model cannot hold, or a prompt that it cannot render.</exception>
    IReadOnlyList<JudgeVerdict> Judge(IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation = default);
}
