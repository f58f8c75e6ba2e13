namespace Innate.Reinforcement.Objectives;

/// <summary>
/// Which right response of its group a response's teacher is shown where the environment says no more than a number (SDPO, arXiv
/// 2601.20802; confirmed by the authors' code): never the response itself. Of several the first is taken (ours).
/// </summary>
internal static class SdpoFeedback
{
    /// <summary>The reward from which a response can be shown.</summary>
    public const double SuccessThreshold = 1;

    /// <summary>The place of the response to show for each; null where no other is right: it has no teacher.</summary>
    /// <param name="rewards">One a response of the group.</param>
    /// <param name="threshold">The reward from which a response is right.</param>
    public static int?[] Demonstrations(ReadOnlySpan<double> rewards, double threshold = SuccessThreshold)
    {
        int?[] shown = new int?[rewards.Length];
        for (int i = 0; i < shown.Length; i++)
        {
            for (int j = 0; j < shown.Length && shown[i] is null; j++)
            {
                if (j != i && rewards[j] >= threshold) shown[i] = j;
            }
        }

        return shown;
    }
}
