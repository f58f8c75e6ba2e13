namespace Innate.Text.Tokenization;

/// <summary>
/// The byte-level alphabet of GPT-2: every byte has a printable character of its own. Printable Latin-1 stands for itself, the
/// 68 others follow from U+0100 on in order.
/// </summary>
internal static class ByteLevelAlphabet
{
    /// <summary>The character of each byte.</summary>
    public static readonly char[] CharOfByte = MakeChars();

    private static readonly short[] ByteOfChar = MakeBytes();

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ByteOf(char c) => c < ByteOfChar.Length ? ByteOfChar[c] : -1;

    private static char[] MakeChars()
    {
        var result = new char[256];
        int next = 0x100;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            result[b] = (char)(printable ? b : next++);
        }

        return result;
    }

    private static short[] MakeBytes()
    {
        var result = new short[0x100 + 68];
        Array.Fill(result, (short)-1);
        for (int b = 0; b < 256; b++) result[CharOfByte[b]] = (short)b;
        return result;
    }
}
