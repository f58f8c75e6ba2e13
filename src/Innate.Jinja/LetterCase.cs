using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Innate.Jinja;

/// <summary>
/// Capital and small letters as Python's texts have them: Unicode's full mappings, by which one character may become three, the
/// sigma that ends a word, and the digraphs with a form of their own at a word's start. .NET maps a character to one.
/// </summary>
internal static partial class LetterCase
{
    private const int Sigma = 'Σ', FinalSigma = 'ς';

    private const string SmallDottedI = "i\u0307";

    private static readonly FrozenDictionary<int, string> ToCapitals = Read(Capitals);

    private static readonly FrozenDictionary<int, string> ToTitle = Read(Titles);

    /// <summary>To be asked before letters are changed: beyond ASCII each is looked up, and may become three.</summary>
    public static void Spend(RenderContext context, string s)
    {
        context.SpendText(3L * s.Length);
        context.Spend(s.Length / (Ascii.IsValid(s) ? 8 : 4));
    }

    /// <summary>What the method of this name makes of a text.</summary>
    public static string Change(string method, string s) => method switch
    {
        "upper" => Upper(s),
        "lower" => Lower(s),
        "title" => Title(s),
        "capitalize" => Capitalize(s),
        "swapcase" => Swap(s),
        _ => Fold(s),
    };

    public static string Upper(string s) =>
        Ascii.IsValid(s) ? s.ToUpperInvariant() : Each(s, (text, all, i) => AppendUpper(text, all[i]));

    public static string Lower(string s) => Ascii.IsValid(s) ? s.ToLowerInvariant() : Each(s, AppendLower);

    /// <summary>True where there is a small letter and no capital one.</summary>
    public static bool IsLower(string s) => Are(s, IsSmall, IsCapitalOrTitle);

    /// <summary>True where there is a capital letter and no small one.</summary>
    public static bool IsUpper(string s) => Are(s, IsCapital, c => IsSmall(c) || IsTitle(c));

    private static string Title(string s)
    {
        bool afterCased = false;
        return Each(s, (text, all, i) =>
        {
            if (afterCased) AppendLower(text, all, i);
            else AppendTitle(text, all[i]);
            afterCased = IsCased(all[i]);
        });
    }

    private static string Capitalize(string s) => Each(s, (text, all, i) =>
    {
        if (i == 0) AppendTitle(text, all[i]);
        else AppendLower(text, all, i);
    });

    private static string Swap(string s) => Each(s, (text, all, i) =>
    {
        if (IsCapital(all[i])) AppendLower(text, all, i);
        else if (IsSmall(all[i])) AppendUpper(text, all[i]);
        else Append(text, all[i]);
    });

    private static string Fold(string s) =>
        Ascii.IsValid(s) ? s.ToLowerInvariant() : Each(s, (text, all, i) => AppendFold(text, all[i]));

    /// <summary>Writes what each code point becomes, which may depend on those around it.</summary>
    private static string Each(string s, Action<StringBuilder, int[], int> write)
    {
        var all = new int[CodePoints.Count(s)];
        for (int i = 0, n = 0; i < s.Length; i += CodePoints.Width(s, i)) all[n++] = CodePoints.At(s, i);
        var text = new StringBuilder(s.Length);
        for (int i = 0; i < all.Length; i++) write(text, all, i);
        return text.ToString();
    }

    private static bool Are(string s, Func<int, bool> some, Func<int, bool> none)
    {
        bool found = false;
        for (int i = 0; i < s.Length; i += CodePoints.Width(s, i))
        {
            int c = CodePoints.At(s, i);
            if (none(c)) return false;
            found |= some(c);
        }

        return found;
    }

    private static void Append(StringBuilder text, int c)
    {
        // Half a surrogate pair is no rune, and stays what it is.
        if (c <= char.MaxValue) text.Append((char)c);
        else text.Append(new Rune(c).ToString());
    }

    private static void AppendUpper(StringBuilder text, int c)
    {
        if (ToCapitals.TryGetValue(c, out string? several)) text.Append(several);
        // Two letters that .NET leaves alone, because their capitals do not lead back to them.
        else if (c is 'ı' or 'ſ') text.Append(c == 'ı' ? 'I' : 'S');
        else Append(text, Rune.IsValid(c) ? Rune.ToUpperInvariant(new Rune(c)).Value : c);
    }

    private static void AppendLower(StringBuilder text, int[] all, int i)
    {
        int c = all[i];
        if (c == 'İ') text.Append(SmallDottedI);
        else if (c == Sigma && EndsWord(all, i)) text.Append((char)FinalSigma);
        else Append(text, SimpleLower(c));
    }

    private static int SimpleLower(int c) => Rune.IsValid(c) ? Rune.ToLowerInvariant(new Rune(c)).Value : c;

    private static void AppendTitle(StringBuilder text, int c)
    {
        // The Georgian letters that have capitals begin no word with them, and a letter for the start of words stays.
        if (c is (>= 0x10D0 and <= 0x10FF) || IsTitle(c)) Append(text, c);
        else if (ToTitle.TryGetValue(c, out string? title)) text.Append(title);
        else AppendUpper(text, c);
    }

    /// <summary>Folding is lowering what was capitalised, but for Cherokee, which folds to capitals, and a few letters.</summary>
    private static void AppendFold(StringBuilder text, int c)
    {
        if (c is (>= 0x13A0 and <= 0x13F5) or (>= 0x13F8 and <= 0x13FD) or (>= 0xAB70 and <= 0xABBF)) AppendUpper(text, c);
        else if (c == 'ẞ') text.Append("ss");
        else if (c == 'İ') text.Append(SmallDottedI);
        else if (c is 'ı' or 'ſ') text.Append(c == 'ı' ? 'ı' : 's');
        else if (ToCapitals.TryGetValue(c, out string? several)) foreach (char one in several) Append(text, SimpleLower(one));
        else Append(text, SimpleLower(Rune.IsValid(c) ? Rune.ToUpperInvariant(new Rune(c)).Value : c));
    }

    /// <summary>A sigma ends a word where a letter stands before it and none after; marks and apostrophes do not count.</summary>
    private static bool EndsWord(int[] all, int i)
    {
        int before = i - 1, after = i + 1;
        while (before >= 0 && IsIgnored(all[before])) before--;
        if (before < 0 || !IsCased(all[before])) return false;
        while (after < all.Length && IsIgnored(all[after])) after++;
        return after == all.Length || !IsCased(all[after]);
    }

    private static bool IsIgnored(int c) => CharUnicodeInfo.GetUnicodeCategory(c)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || c is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A;

    private static bool IsCased(int c) => IsSmall(c) || IsCapitalOrTitle(c);

    private static bool IsCapitalOrTitle(int c) => IsCapital(c) || IsTitle(c);

    private static bool IsTitle(int c) => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.TitlecaseLetter;

    private static bool IsCapital(int c) => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.UppercaseLetter
        || c is (>= 0x2160 and <= 0x216F) or (>= 0x24B6 and <= 0x24CF) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    private static bool IsSmall(int c) => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.LowercaseLetter
        || c is 0xAA or 0xBA or (>= 0x2B0 and <= 0x2B8) or 0x2C0 or 0x2C1 or (>= 0x2E0 and <= 0x2E4) or 0x345 or 0x37A
            or (>= 0x1D2C and <= 0x1D6A) or 0x1D78 or (>= 0x1D9B and <= 0x1DBF) or 0x2071 or 0x207F
            or (>= 0x2090 and <= 0x209C)
            or (>= 0x2170 and <= 0x217F) or (>= 0x24D0 and <= 0x24E9) or 0x2C7C or 0x2C7D or 0xA69C or 0xA69D or 0xA770
            or 0xA7F8 or 0xA7F9 or (>= 0xAB5C and <= 0xAB5F) or 0x10780 or (>= 0x10783 and <= 0x10785)
            or (>= 0x10787 and <= 0x107B0) or (>= 0x107B2 and <= 0x107BA);

    private static FrozenDictionary<int, string> Read(string table) =>
        table.Split(' ').ToFrozenDictionary(entry => (int)entry[0], entry => entry[1..]);
}
