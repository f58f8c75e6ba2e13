using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Innate.Tests.Text.Tokenization;

/// <summary>Strings for property tests: biased to where tokenizers go wrong, and every code point now and then.</summary>
internal static class RandomText
{
    private static readonly string[] Telling =
    [
        " ", "  ", "\n", "\r\n", "\t", "'", "'s", "'LL", "'ſ", "'Re", "a", "B", "the", "The", "É", "e\u0301", "\u0301",
        "ǅ", "ʰ", "中",
        "文", "1", "23", "²", "٣", "𝟘", "𝒳", "𠀀", "😀", "👨‍👩‍👧", "\u00A0", "\u3000", "\u2028", "\u0085", "\uFEFF", "\u200B",
        "!", "/", "-", "…", "_", "▁", "Ġ", "<s>", "</s>", "<0x41>", "ﬁ", "İ", "한", "\0", "\uFFFD",
    ];

    private static readonly Gen<string> Piece = Gen.Frequency(
        (8, Gen.Elements(Telling)),
        (2, Gen.Choose(32, 126).Select(c => ((char)c).ToString())),
        (1, Gen.Choose(0, 0x10FFFF).Where(c => c is < 0xD800 or > 0xDFFF).Select(c => new Rune(c).ToString())));

    /// <summary>Well-formed text.</summary>
    public static Arbitrary<string> WellFormed =>
        Arb.From(Piece.ListOf().Select(string.Concat), s => s.Length < 2 ? [] : Shrinks(s));

    /// <summary>Any UTF-16 at all, lone surrogates included.</summary>
    public static Arbitrary<string> Any => Arb.From(Gen.Frequency(
        (9, Piece),
        (1, Gen.Choose(0xD800, 0xDFFF).Select(c => ((char)c).ToString()))).ListOf().Select(string.Concat));

    private static IEnumerable<string> Shrinks(string s)
    {
        Rune[] runes = [.. s.EnumerateRunes()];
        for (int i = 0; i < runes.Length; i++)
        {
            yield return string.Concat(runes.Where((_, k) => k != i));
        }
    }
}
