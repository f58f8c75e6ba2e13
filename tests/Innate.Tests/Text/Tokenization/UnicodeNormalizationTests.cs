using System.Security.Cryptography;
using System.Text;
using Innate.Text.Tokenization;

namespace Innate.Tests.Text.Tokenization;

/// <summary>
/// Our normalization against another implementation's, through the digests that tools/generate_normalization.py prints.
/// </summary>
public sealed class UnicodeNormalizationTests
{
    // Unicode 14.0, over "normalized text, line feed" for every code point.
    [Theory]
    [InlineData("NFC", "9cc65524a9d8082bf10840c616cd199bd2ac12ee49a3381bd6fb7957711f342b")]
    [InlineData("NFD", "b505598a484ab04ad1f0d3e9d772f4a536b012c63ec82132e4a7fba25a8d94f2")]
    [InlineData("NFKC", "06e7277bca1b5f061a23d4e0caee648a132aee7e3fe7ae21a6f460298c980a11")]
    [InlineData("NFKD", "d796bc2466011eef032f183cd5a0e9335aed43a191d6c20c137ee95f1fc98dc6")]
    public void Every_code_point_normalizes_as_in_the_reference(string form, string digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int c = 0; c < 0x110000; c++)
        {
            if (c is < 0xD800 or > 0xDFFF) Append(hash, Normalize(form, new Rune(c).ToString()));
        }

        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // The same over 20000 strings of eight characters from the ranges that combine.
    [Theory]
    [InlineData("NFC", "151335750eb0f5eb960e67a5f8b74fcb0025f9b003e8827f132cecd7c7173da7")]
    [InlineData("NFD", "3677f3632242102a60a6b36c48341f07d4f7c3e38915f0b5b20a057bdafaefe2")]
    [InlineData("NFKC", "f3555b044afffcf89ddf473113132ff5e744591faf7333e1ba69c5d2584779cd")]
    [InlineData("NFKD", "50fc41aa4abbf94e545cfe0f7c08206ba1abcf07ba1d28cf14c7c18a307ba354")]
    public void Mixed_strings_normalize_as_in_the_reference(string form, string digest)
    {
        (int, int)[] ranges =
        [
            (0x41, 0x7A), (0xC0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x900, 0xDFF), (0x1100, 0x11FF), (0x1E00, 0x1FFF),
            (0x3040, 0x30FF), (0xAC00, 0xAD00), (0xFB00, 0xFB1F), (0x11090, 0x110BF), (0x1D150, 0x1D17F),
        ];
        int[] pool = ranges.SelectMany(r => Enumerable.Range(r.Item1, r.Item2 - r.Item1 + 1)).ToArray();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long state = 12345;
        for (int i = 0; i < 20000; i++)
        {
            var text = new StringBuilder();
            for (int k = 0; k < 8; k++)
            {
                state = (state * 1103515245 + 12345) & 0x7FFFFFFF;
                text.Append(new Rune(pool[(state >> 8) % pool.Length]));
            }

            Append(hash, Normalize(form, text.ToString()));
        }

        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Text_in_the_form_already_is_left_uncopied()
    {
        Assert.Null(UnicodeNormalization.Nfc.Normalize("plain, naïve, 你好, 한국어, 😀, 𝒳"));
        Assert.Null(UnicodeNormalization.Nfkc.Normalize("plain, naïve, 你好, 한국어, 😀"));
        Assert.Null(UnicodeNormalization.Nfd.Normalize("plain, 你好, 😀"));
    }

    [Theory]
    [InlineData("a\u0310\u0301", "a\u0310\u0301")] // blocked by a mark of the same class
    [InlineData("a\u0323\u0301", "ạ\u0301")]
    [InlineData("a\u0334\u0301", "á\u0334")] // a lower class does not block
    [InlineData("a\u200B\u0301", "a\u200B\u0301")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    public void Marks_compose_unless_blocked(string text, string expected) => Assert.Equal(expected, Normalize("NFC", text));

    [Fact]
    public void A_long_run_of_marks_is_sorted_in_good_time()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));
        string expected = "a" + new string('\u0323', 200_000) + new string('\u0301', 200_000);
        Assert.Equal(expected, UnicodeNormalization.Nfd.Normalize("a" + marks));
    }

    private static string Normalize(string form, string text) => (form switch
    {
        "NFC" => UnicodeNormalization.Nfc,
        "NFD" => UnicodeNormalization.Nfd,
        "NFKC" => UnicodeNormalization.Nfkc,
        _ => UnicodeNormalization.Nfkd,
    }).Normalize(text) ?? text;

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
}
