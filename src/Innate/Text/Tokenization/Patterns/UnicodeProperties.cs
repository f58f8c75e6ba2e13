using System.Globalization;

namespace Innate.Text.Tokenization.Patterns;

/// <summary>
/// The properties that \p{...} can name: general categories, and the few scripts that published tokenizers use.
/// </summary>
internal static class UnicodeProperties
{
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd",
        "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary>Whether a code point has the property, or null where the name is not known.</summary>
    public static Func<int, bool>? Find(string name)
    {
        switch (name)
        {
            case "Han" or "Script=Han" or "sc=Han" or "IsHan": return IsHan;
            case "Any": return _ => true;
            case "L&" or "LC": return Of(["Lu", "Ll", "Lt"]);
            case "Letter": return Find("L");
            case "Mark": return Find("M");
            case "Number": return Find("N");
            case "Punctuation": return Find("P");
            case "Symbol": return Find("S");
            case "White_Space" or "Space": return UnicodeClasses.IsSpace;
        }

        string[] categories = CategoryNames.Where(c => c == name || (name.Length == 1 && c[0] == name[0])).ToArray();
        return categories.Length == 0 ? null : Of(categories);
    }

    private static Func<int, bool> Of(string[] categories)
    {
        int mask = 0;
        foreach (string category in categories) mask |= 1 << Array.IndexOf(CategoryNames, category);
        return c => (mask >> (int)CharUnicodeInfo.GetUnicodeCategory(c) & 1) != 0;
    }

    private static bool IsHan(int c) => c switch
    {
        < 0x2E80 => false,
        <= 0x2E99 or (>= 0x2E9B and <= 0x2EF3) or (>= 0x2F00 and <= 0x2FD5) or 0x3005 or 0x3007 => true,
        (>= 0x3021 and <= 0x3029) or (>= 0x3038 and <= 0x303B) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) => true,
        (>= 0xF900 and <= 0xFA6D) or (>= 0xFA70 and <= 0xFAD9) => true,
        0x16FE2 or 0x16FE3 or 0x16FF0 or 0x16FF1 => true,
        (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B739) or (>= 0x2B740 and <= 0x2B81D) => true,
        (>= 0x2B820 and <= 0x2CEA1) or (>= 0x2CEB0 and <= 0x2EBE0) or (>= 0x2EBF0 and <= 0x2EE5D) => true,
        (>= 0x2F800 and <= 0x2FA1D) or (>= 0x30000 and <= 0x3134A) or (>= 0x31350 and <= 0x323AF) => true,
        _ => false,
    };
}
