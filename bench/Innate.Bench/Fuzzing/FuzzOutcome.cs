using System.Diagnostics;

namespace Innate.Bench.Fuzzing;

/// <summary>What became of one input.</summary>
/// <param name="Verdict">Accepted, refused, crashed.</param>
/// <param name="Kind">Outcomes of one kind are alike: the message without its numbers.</param>
/// <param name="Error">What was thrown; null: nothing.</param>
/// <param name="Seconds">By the wall clock.</param>
/// <param name="Bytes">What the input made the parser allocate.</param>
internal readonly record struct FuzzOutcome(FuzzVerdict Verdict, string Kind, Exception? Error, double Seconds, long Bytes)
{
    // The longest that InputException leaves, where each character is an escape.
    private const int LongestSentence = 12_100;

    /// <summary>Whether a refusal is no sentence that a person would read.</summary>
    public bool IsUnclear => Verdict == FuzzVerdict.Refused
        && (Error!.Message.Length > LongestSentence || Error.Message.Any(char.IsControl));

    public static FuzzOutcome Of(Action<byte[]> parse, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        Exception? error = null;
        try
        {
            parse(input);
        }
#pragma warning disable CA1031 // Whatever escapes is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e;
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        FuzzVerdict verdict = error is null ? FuzzVerdict.Accepted
            : error is InputException ? FuzzVerdict.Refused : FuzzVerdict.Crashed;
        return new FuzzOutcome(verdict, KindOf(error, bytes), error, seconds, bytes);
    }

    private static string KindOf(Exception? error, long bytes) => error switch
    {
        null => $"accepted {System.Numerics.BitOperations.Log2((ulong)Math.Max(1, bytes))}",
        InputException => new string([.. error.Message.Where(c => !char.IsAsciiDigit(c)).Take(80)]),
        _ => $"{error.GetType().Name} {error.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}",
    };
}

/// <summary>What a parser did.</summary>
internal enum FuzzVerdict
{
    Accepted,
    Refused,
    Crashed,
}
