namespace Innate.Text.Tokenization;

/// <summary>
/// The work that one call may cost, in characters looked at or written. Every loop of the normalizers, pre-tokenizers, patterns
/// and decoders pays from it: a tokenizer comes with a model and is not trusted, and one that asks for endless work or memory
/// ends in a sentence. What published tokenizers do to a character is some ten steps.
/// </summary>
internal static class EncodingBudget
{
    private const long Least = 20_000_000;
    private const long EachCharacter = 500;

    // Text that is written is memory too.
    private const long Most = 4_000_000_000;

    /// <summary>
    /// What a written character costs: it takes memory, and a step that writes two for one may be followed by its like.
    /// </summary>
    public const int Written = 4;

    [ThreadStatic]
    private static long t_left;

    [ThreadStatic]
    private static bool t_counts;

    /// <summary>What is left; outside a call that counts, what one pattern may cost on one text.</summary>
    /// <param name="characters">The text's length.</param>
    public static long Left(int characters) => t_counts ? t_left : Least + (EachCharacter * characters);

    /// <summary>Begins a call's budget; dispose to end it.</summary>
    /// <param name="characters">The length of the call's input.</param>
    public static Call Begin(int characters)
    {
        Call call = new(t_left, t_counts);
        if (!t_counts) t_left = Math.Min(Most, Least + (EachCharacter * characters));
        t_counts = true;
        return call;
    }

    /// <summary>Pays for work.</summary>
    /// <param name="characters">Characters looked at or written.</param>
    /// <exception cref="InputException">Nothing is left.</exception>
    public static void Charge(long characters)
    {
        if (!t_counts) return;
        t_left -= characters;
        if (t_left < 0) throw Exhausted();
    }

    /// <summary>The sentence for the end.</summary>
    public static InputException Exhausted() =>
        new("The tokenizer does too much work on this text: its steps multiply, or a pattern backtracks without end.");

    /// <summary>A call that counts; one within it counts on.</summary>
    internal readonly ref struct Call(long left, bool counts)
    {
        public void Dispose()
        {
            if (!counts) (t_left, t_counts) = (left, false);
        }
    }
}
