using System.Globalization;
using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>
/// The character classes that tokenizer patterns speak of, by Unicode code point: .NET's own Regex sees UTF-16 code units, so
/// its \p{L} misses every letter beyond U+FFFF.
/// </summary>
internal static class UnicodeClasses
{
    /// <summary>\p{L}.</summary>
    public const byte Letter = 1;

    /// <summary>\p{N}.</summary>
    public const byte Number = 2;

    /// <summary>\s: the White_Space property.</summary>
    public const byte Space = 4;

    /// <summary>\r or \n.</summary>
    public const byte LineEnd = 8;

    /// <summary>\p{Lu}, \p{Lt}, \p{Lm}, \p{Lo} or \p{M}: what may lead a word in patterns that split camel case.</summary>
    public const byte WordHead = 16;

    /// <summary>\p{Ll}, \p{Lm}, \p{Lo} or \p{M}: what may end such a word.</summary>
    public const byte WordTail = 32;

    /// <summary>Half of a surrogate pair: the flags depend on the whole pair.</summary>
    public const byte Surrogate = 64;

    /// <summary>\p{M}.</summary>
    public const byte Mark = 128;

    /// <summary>The flags of every UTF-16 code unit.</summary>
    public static readonly byte[] Basic = MakeBasic();

    /// <summary>The flags of a code point.</summary>
    public static byte Flags(int codePoint) =>
        codePoint < 0x10000 ? Basic[codePoint] : FlagsOf(CharUnicodeInfo.GetUnicodeCategory(codePoint));

    /// <summary>The flags of the character that begins at <paramref name="i"/>, and its length in code units.</summary>
    public static byte FlagsAt(ReadOnlySpan<char> text, int i, out int length)
    {
        byte flags = Basic[text[i]];
        length = 1;
        if ((flags & Surrogate) == 0) return flags;
        if (Rune.DecodeFromUtf16(text[i..], out Rune rune, out length) != System.Buffers.OperationStatus.Done)
        {
            length = 1;
            return 0;
        }

        return FlagsOf(Rune.GetUnicodeCategory(rune));
    }

    /// <summary>\s, as the reference engines define it: the White_Space property.</summary>
    public static bool IsSpace(int codePoint) => codePoint < 0x10000 && (Basic[codePoint] & Space) != 0;

    /// <summary>\w: alphabetic characters, marks, decimal digits, connector punctuation and the two joiners.</summary>
    public static bool IsWord(int codePoint)
    {
        switch (CharUnicodeInfo.GetUnicodeCategory(codePoint))
        {
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation:
                return true;
            default:
                // Circled and squared letters are alphabetic symbols.
                return codePoint is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
                    or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
        }
    }

    /// <summary>Punctuation as the Punctuation pre-tokenizer means it: every ASCII symbol too.</summary>
    public static bool IsPunctuation(int codePoint)
    {
        if (codePoint < 128) return char.IsAsciiLetterOrDigit((char)codePoint) is false && codePoint is > 0x20 and < 0x7F;
        return CharUnicodeInfo.GetUnicodeCategory(codePoint) is UnicodeCategory.ConnectorPunctuation
            or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;
    }

    private static byte[] MakeBasic()
    {
        var table = new byte[0x10000];
        for (int c = 0; c < table.Length; c++)
        {
            byte flags = FlagsOf(CharUnicodeInfo.GetUnicodeCategory((char)c));
            if (char.IsWhiteSpace((char)c)) flags |= Space;
            if (c is '\r' or '\n') flags |= LineEnd;
            if (char.IsSurrogate((char)c)) flags |= Surrogate;
            table[c] = flags;
        }

        return table;
    }

    private static byte FlagsOf(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => Letter | WordHead,
        UnicodeCategory.LowercaseLetter => Letter | WordTail,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Letter | WordHead | WordTail,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
            Mark | WordHead | WordTail,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Number,
        _ => 0,
    };
}
