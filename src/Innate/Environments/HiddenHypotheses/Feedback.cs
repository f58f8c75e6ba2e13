namespace Innate.Environments.HiddenHypotheses;

/// <summary>What one is told after a guess at a hidden sequence.</summary>
internal enum FeedbackKind
{
    /// <summary>Whether the guess is right.</summary>
    Reward,

    /// <summary>Also where its first error is.</summary>
    FirstError,

    /// <summary>Also what belongs there.</summary>
    Correction,

    /// <summary>The whole sequence.</summary>
    Demonstration,
}

/// <summary>
/// What feedback is worth, for a hidden sequence of L steps with S choices each, all as likely. A player who never guesses what
/// is ruled out, and changes nothing before the first error, needs on average
/// <code>
/// reward          (S^L + 1) / 2 rounds
/// first error     1 + L (S - 1) / 2
/// correction      1 + L (S - 1) / S
/// demonstration   2 - S^-L
/// </code>
/// until the sequence is guessed, that round included.
/// </summary>
internal static class Feedback
{
    /// <summary>The mean number of rounds.</summary>
    /// <param name="kind">What one is told.</param>
    /// <param name="length">L, 1 or more.</param>
    /// <param name="symbols">S, 1 or more.</param>
    public static double MeanRounds(FeedbackKind kind, int length, int symbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        double all = Math.Pow(symbols, length);
        return kind switch
        {
            FeedbackKind.Reward => (all + 1) / 2,
            FeedbackKind.FirstError => 1 + (length * (symbols - 1) / 2.0),
            FeedbackKind.Correction => 1 + (length * (symbols - 1.0) / symbols),
            _ => 2 - (1 / all),
        };
    }

    /// <summary>
    /// The order of HELiX's transfer eluder dimension (arXiv 2506.10341): how many rounds a learner can be surprised.
    /// </summary>
    /// <inheritdoc cref="MeanRounds"/>
    public static double Dimension(FeedbackKind kind, int length, int symbols) => kind switch
    {
        FeedbackKind.Reward => Math.Pow(symbols, length),
        FeedbackKind.FirstError => (double)symbols * length,
        FeedbackKind.Correction => length,
        _ => 1,
    };

    /// <summary>What is told of a guess.</summary>
    /// <param name="kind">How much.</param>
    /// <param name="secret">The sequence.</param>
    /// <param name="guess">As long.</param>
    /// <returns>Where the first error is (-1: nowhere, or not told) and the symbols that are told, from there on.</returns>
    public static FeedbackSeen Of(FeedbackKind kind, ReadOnlySpan<int> secret, ReadOnlySpan<int> guess)
    {
        int error = 0;
        while (error < secret.Length && secret[error] == guess[error]) error++;
        bool isRight = error == secret.Length;
        return kind switch
        {
            FeedbackKind.Reward => new FeedbackSeen(isRight, -1, ""),
            FeedbackKind.FirstError => new FeedbackSeen(isRight, isRight ? -1 : error, ""),
            FeedbackKind.Correction when !isRight => new FeedbackSeen(false, error, $"{secret[error]}"),
            FeedbackKind.Demonstration => new FeedbackSeen(isRight, -1, string.Join(' ', secret.ToArray())),
            _ => new FeedbackSeen(isRight, -1, ""),
        };
    }
}

/// <summary>What was told.</summary>
/// <param name="IsRight">Whether the guess was right.</param>
/// <param name="FirstError">The first wrong place, from 0; -1: none, or not told.</param>
/// <param name="Told">Symbols that were told.</param>
internal readonly record struct FeedbackSeen(bool IsRight, int FirstError, string Told);
