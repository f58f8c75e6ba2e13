namespace Innate.Judges;

/// <summary>A pairwise judge over many questions.</summary>
/// <param name="Pairs">Pairs of responses, each asked in both orders.</param>
/// <param name="Abstained">Pairs whose orders name different winners, or none.</param>
/// <param name="FirstShare">
/// The mean probability of the response that is shown first, whichever it is: 0.5 without a bias.
/// </param>
public sealed record PairwiseSummary(int Pairs, int Abstained, double FirstShare)
{
    /// <summary>Sums up verdicts; those of other judges are passed over.</summary>
    public static PairwiseSummary Of(IEnumerable<JudgeVerdict> verdicts)
    {
        int pairs = 0, abstained = 0;
        double first = 0;
        foreach (JudgeVerdict v in verdicts)
        {
            if (v.Preferences is not { } preferences || v.FirstWins is not { } wins) continue;
            for (int i = 0; i < v.Scores.Length; i++)
            {
                for (int j = i + 1; j < v.Scores.Length; j++)
                {
                    pairs++;
                    if (double.IsNaN(preferences[i, j])) abstained++;
                    first += (wins[i, j] + wins[j, i]) / 2;
                }
            }
        }

        return new PairwiseSummary(pairs, abstained, pairs == 0 ? double.NaN : first / pairs);
    }
}
