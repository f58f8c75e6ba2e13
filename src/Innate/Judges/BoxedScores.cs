using System.Globalization;
using System.Text.RegularExpressions;
using Innate.Generation.Formats;

namespace Innate.Judges;

/// <summary>
/// Reads the scores that an SPCT judge puts in a box at its end (arXiv 2504.02495; the exact wording was not found, so the rule
/// is ours): the last box holds whole numbers, one a response, with or without brackets around them.
/// </summary>
internal static partial class BoxedScores
{
    private static readonly char[] Brackets = ['[', ']', '(', ')', ' '];

    /// <summary>The format of a line that <see cref="Read"/> reads, such as <c>\boxed{[7, 3, 10]}</c>.</summary>
    /// <param name="responses">How many responses are judged, 1 or more.</param>
    public static TextFormat Format(int responses) => TextFormats.Sequence(
        TextFormats.Text("\\boxed{"), TextFormats.Wholes(responses, SpctVote.LowestScore, SpctVote.HighestScore),
        TextFormats.Text("}"));

    /// <summary>One score a response, drawn into 1 to 10; null where the judgement has to be thrown away.</summary>
    /// <param name="judgement">The judge's text.</param>
    /// <param name="responses">How many responses were judged, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">No response.</exception>
    public static int[]? Read(string judgement, int responses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responses, 1);
        if (Box().Matches(judgement) is not [.., { } last]) return null;
        string[] parts = last.Groups[1].Value.Trim(Brackets).Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != responses) return null;
        int[] scores = new int[responses];
        for (int i = 0; i < scores.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int score)) return null;
            scores[i] = Math.Clamp(score, SpctVote.LowestScore, SpctVote.HighestScore);
        }

        return scores;
    }

    // A list of numbers has no braces inside.
    [GeneratedRegex(@"\\(?:boxed|fbox) *\{([^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Box();
}
