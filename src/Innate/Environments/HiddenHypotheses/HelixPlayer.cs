namespace Innate.Environments.HiddenHypotheses;

/// <summary>
/// HELiX on a hidden sequence, by tables: every sequence is a hypothesis that promises 1 for itself, and the verifier's loss is 1
/// where a hypothesis would have given other feedback.
/// </summary>
internal static class HelixPlayer
{
    /// <summary>All sequences, in lexicographic order.</summary>
    public static int[][] Sequences(int length, int symbols)
    {
        int count = (int)Math.Pow(symbols, length);
        int[][] all = new int[count][];
        for (int i = 0; i < count; i++)
        {
            all[i] = new int[length];
            for (int d = length - 1, rest = i; d >= 0; d--, rest /= symbols) all[i][d] = rest % symbols;
        }

        return all;
    }

    /// <summary>How many rounds it takes until a secret is played, that round included.</summary>
    /// <param name="kind">What is told.</param>
    /// <param name="secret">Its length is L.</param>
    /// <param name="symbols">S.</param>
    public static int Rounds(FeedbackKind kind, int[] secret, int symbols)
    {
        int[][] sequences = Sequences(secret.Length, symbols);
        double[][] rewards =
            [.. sequences.Select((_, h) => Enumerable.Range(0, sequences.Length).Select(a => a == h ? 1.0 : 0).ToArray())];
        double[] losses = new double[sequences.Length];
        for (int round = 0; ; round++)
        {
            int[] guess = sequences[HelixStep.Choose(rewards, losses, round, epsilon: 0).Action];
            FeedbackSeen seen = Feedback.Of(kind, secret, guess);
            if (seen.IsRight) return round + 1;
            for (int h = 0; h < losses.Length; h++)
            {
                if (Feedback.Of(kind, sequences[h], guess) != seen) losses[h]++;
            }
        }
    }
}
