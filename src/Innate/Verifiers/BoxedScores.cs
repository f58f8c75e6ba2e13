using System.Globalization;
using Innate.Judges;
using Innate.Scoring.Grading;

namespace Innate.Verifiers;

/// <summary>
/// Reads the scores that an SPCT judge puts in a box at its end (arXiv 2504.02495; the exact wording was not found, so the rule
/// is ours): the last box holds whole numbers, one a response, with or without brackets around them.
/// </summary>
internal static class BoxedScores
{
    private static readonly char[] Brackets = ['[', ']', '(', ')', ' '];

    /// <summary>One score a response, drawn into 1 to 10; null where the judgement has to be thrown away.</summary>
    /// <param name="judgement">The judge's text.</param>
    /// <param name="responses">How many responses were judged, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">No response.</exception>
    public static int[]? Read(string judgement, int responses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responses, 1);
        if (AnswerBox.Last(judgement) is not { } box) return null;
        string[] parts = box.Trim(Brackets).Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != responses) return null;
        int[] scores = new int[responses];
        for (int i = 0; i < scores.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int score)) return null;
            scores[i] = Math.Clamp(score, SpctVote.LowestScore, SpctVote.HighestScore);
        }

        return scores;
    }
}
