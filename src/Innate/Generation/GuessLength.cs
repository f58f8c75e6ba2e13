namespace Innate.Generation;

/// <summary>
/// How many tokens of a response are guessed at a step: more while the guesses are right, fewer where they are wrong, and none
/// for longer and longer where they stay wrong, so that a text without repetitions costs hardly more than without guesses.
/// </summary>
internal struct GuessLength
{
    // With the token before, 4 and 8 rows: products take rows by fours.
    private const int First = 3;
    private const int Most = 7;
    private const int ShortestPause = 4;
    private const int LongestPause = 64;

    private int _length = First;
    private int _pause = ShortestPause;
    private int _left;

    public GuessLength()
    {
    }

    /// <summary>Tokens to guess at this step.</summary>
    public readonly int Wanted => _left > 0 ? 0 : _length;

    /// <summary>A step without a guess has passed.</summary>
    public void Wait()
    {
        if (_left > 0) _left--;
    }

    /// <summary>Learns what became of a guess.</summary>
    /// <param name="guessed">Its tokens; at least one.</param>
    /// <param name="taken">Those that were right.</param>
    public void Learn(int guessed, int taken)
    {
        if (taken == guessed)
        {
            (_length, _pause) = (Math.Min((2 * _length) + 1, Most), ShortestPause);
        }
        else if (2 * taken < guessed && (_length /= 2) == 0)
        {
            (_length, _left) = (1, _pause);
            _pause = Math.Min(2 * _pause, LongestPause);
        }
    }
}
