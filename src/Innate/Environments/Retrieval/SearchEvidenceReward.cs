namespace Innate.Environments.Retrieval;

/// <summary>
/// R-Search's reward of an answer that was searched for (arXiv 2506.04185; from its published code): its form, the answer, and
/// whether a frozen reader that sees the evidence alone finds the answer there.
/// <code>
/// R = 0.2 [answer has its form] + 0.2 [evidence has its form] + F1(answer) + F1(reader of the evidence),  0 to 2.4
/// </code>
/// As published an answer that is copied into the evidence earns the last part whole: pay it only where the evidence stands in
/// what was found (<see cref="IsFound"/>, ours).
/// </summary>
internal static class SearchEvidenceReward
{
    /// <summary>What either form is worth.</summary>
    public const double FormReward = 0.2;

    /// <summary>R.</summary>
    /// <param name="hasAnswerForm">Whether the answer has its form.</param>
    /// <param name="hasEvidenceForm">Whether the evidence has.</param>
    /// <param name="answerF1">The answer's <see cref="Scoring.Grading.SquadF1"/>, 0 to 1.</param>
    /// <param name="readerF1">The reader's.</param>
    /// <exception cref="ArgumentOutOfRangeException">An F1 is out of range.</exception>
    public static double Compute(bool hasAnswerForm, bool hasEvidenceForm, double answerF1, double readerF1)
    {
        Require.Unit(answerF1);
        Require.Unit(readerF1);
        return (hasAnswerForm ? FormReward : 0) + (hasEvidenceForm ? FormReward : 0) + answerF1 + readerF1;
    }

    /// <summary>Whether a response's evidence stands in one of the observations, spaces aside.</summary>
    public static bool IsFound(string evidence, IEnumerable<string> observations)
    {
        string wanted = Spaced(evidence);
        return wanted.Length > 0 && observations.Any(o => Spaced(o).Contains(wanted, StringComparison.Ordinal));
    }

    private static string Spaced(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
