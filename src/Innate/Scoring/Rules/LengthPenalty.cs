namespace Innate.Scoring.Rules;

/// <summary>What a long response pays.</summary>
internal static class LengthPenalty
{
    /// <summary>
    /// DAPO's soft overlong punishment (arXiv 2503.14476, equation 13): 0 up to L_max - cache tokens, then down in a straight
    /// line to -1 at L_max, and -1 beyond. A reward to be added to the answer's.
    /// </summary>
    /// <param name="length">Tokens of the response.</param>
    /// <param name="maxLength">L_max.</param>
    /// <param name="cache">Over how many tokens the line falls, 1 to L_max.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double SoftOverlong(int length, int maxLength, int cache)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(cache, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cache, maxLength);
        return length <= maxLength - cache ? 0 : Math.Max(-1, (double)(maxLength - cache - length) / cache);
    }
}
