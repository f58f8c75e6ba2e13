using System.IO.Compression;
using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>
/// The normalization forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15) from our own tables: string.Normalize leaves
/// non-ASCII text as it is under invariant globalization, and a machine may have no ICU at all.
/// </summary>
internal sealed class UnicodeNormalization
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int VowelCount = 21, TailCount = 28, HangulCount = 19 * VowelCount * TailCount;

    private static readonly Lazy<Tables> SharedTables = new(() => new Tables());

    /// <summary>Composes canonical equivalents.</summary>
    public static readonly UnicodeNormalization Nfc = new(compatibility: false, compose: true);

    /// <summary>Decomposes canonically.</summary>
    public static readonly UnicodeNormalization Nfd = new(compatibility: false, compose: false);

    /// <summary>Decomposes with compatibility mappings, then composes.</summary>
    public static readonly UnicodeNormalization Nfkc = new(compatibility: true, compose: true);

    /// <summary>Decomposes with compatibility mappings.</summary>
    public static readonly UnicodeNormalization Nfkd = new(compatibility: true, compose: false);

    private readonly bool _compatibility;
    private readonly bool _compose;
    private readonly Lazy<(ulong[] Basic, HashSet<int> Astral)> _unstable;

    private UnicodeNormalization(bool compatibility, bool compose)
    {
        _compatibility = compatibility;
        _compose = compose;
        _unstable = new(FindUnstable);
    }

    /// <summary>
    /// The normalized text, or null where <paramref name="text"/> is in this form already (most text is, and stays uncopied).
    /// </summary>
    public string? Normalize(ReadOnlySpan<char> text)
    {
        // Below U+0300 nothing combines, so composed text is stable there; decompositions begin at U+00A0.
        char firstSuspect = _compose && !_compatibility ? '\u0300' : '\u00A0';
        int i = text.IndexOfAnyInRange(firstSuspect, '\uFFFF');
        if (i < 0 || !HasUnstable(text[i..])) return null;

        List<int> codePoints = Decompose(text);
        Tables tables = SharedTables.Value;
        SortMarks(codePoints, tables);
        if (_compose) Compose(codePoints, tables);

        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (int c in codePoints) result.Append(units[..new Rune(c).EncodeToUtf16(units)]);
        return result.ToString();
    }

    private bool HasUnstable(ReadOnlySpan<char> text)
    {
        (ulong[] basic, HashSet<int> astral) = _unstable.Value;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length)
            {
                if (astral.Contains(char.ConvertToUtf32(c, text[++i]))) return true;
            }
            else if ((basic[c >> 6] >> (c & 63) & 1) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The code points whose presence alone means that the text may not be in this form.</summary>
    private (ulong[], HashSet<int>) FindUnstable()
    {
        Tables tables = SharedTables.Value;
        var basic = new ulong[1024];
        var astral = new HashSet<int>();
        void Flag(int c)
        {
            if (c < 0x10000) basic[c >> 6] |= 1UL << (c & 63);
            else astral.Add(c);
        }

        foreach (int c in tables.Classes.Keys) Flag(c);
        if (_compatibility)
        {
            foreach (int c in tables.Compatibility.Keys) Flag(c);
        }

        if (_compose)
        {
            var composites = new HashSet<int>(tables.Compositions.Values);
            foreach (int c in tables.Canonical.Keys)
            {
                if (!composites.Contains(c)) Flag(c);
            }

            foreach (long pair in tables.Compositions.Keys) Flag((int)(pair & 0xFFFFFFFF));
            for (int c = VowelBase; c < VowelBase + VowelCount; c++) Flag(c);
            for (int c = TailBase + 1; c < TailBase + TailCount; c++) Flag(c);
        }
        else
        {
            foreach (int c in tables.Canonical.Keys) Flag(c);
            for (int c = HangulBase; c < HangulBase + HangulCount; c++) Flag(c);
        }

        return (basic, astral);
    }

    private List<int> Decompose(ReadOnlySpan<char> text)
    {
        Tables tables = SharedTables.Value;
        var result = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int c = rune.Value;
            if (c < 0xA0)
            {
                result.Add(c);
            }
            else if (c is >= HangulBase and < HangulBase + HangulCount)
            {
                int index = c - HangulBase;
                result.Add(LeadBase + index / (VowelCount * TailCount));
                result.Add(VowelBase + index / TailCount % VowelCount);
                if (index % TailCount != 0) result.Add(TailBase + index % TailCount);
            }
            else if ((_compatibility && tables.Compatibility.TryGetValue(c, out int[]? mapped))
                     || tables.Canonical.TryGetValue(c, out mapped))
            {
                result.AddRange(mapped);
            }
            else
            {
                result.Add(c);
            }
        }

        return result;
    }

    /// <summary>Orders each run of combining marks by class, equal classes as they came.</summary>
    private static void SortMarks(List<int> text, Tables tables)
    {
        var keys = new List<(int Class, int Index, int CodePoint)>();
        for (int i = 0; i < text.Count; i++)
        {
            if (tables.Class(text[i]) == 0) continue;
            keys.Clear();
            int start = i;
            for (; i < text.Count && tables.Class(text[i]) is var c and not 0; i++) keys.Add((c, i, text[i]));
            if (keys.Count == 1) continue;
            keys.Sort();
            for (int k = 0; k < keys.Count; k++) text[start + k] = keys[k].CodePoint;
        }
    }

    private static void Compose(List<int> text, Tables tables)
    {
        int starter = -1, lastClass = 0, write = 0;
        for (int read = 0; read < text.Count; read++)
        {
            int c = text[read];
            int combiningClass = tables.Class(c);
            // A mark is blocked from its starter by an earlier one of the same or a higher class, and a starter by any.
            bool adjacent = starter == write - 1;
            if (starter >= 0 && (adjacent || lastClass < combiningClass)
                && TryCompose(text[starter], c, tables, out int composite))
            {
                text[starter] = composite;
                continue;
            }

            if (combiningClass == 0) starter = write;
            lastClass = combiningClass;
            text[write++] = c;
        }

        text.RemoveRange(write, text.Count - write);
    }

    private static bool TryCompose(int first, int second, Tables tables, out int composite)
    {
        if (first is >= LeadBase and < LeadBase + 19 && second is >= VowelBase and < VowelBase + VowelCount)
        {
            composite = HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
            return true;
        }

        if (first is >= HangulBase and < HangulBase + HangulCount && (first - HangulBase) % TailCount == 0
            && second is > TailBase and < TailBase + TailCount)
        {
            composite = first + second - TailBase;
            return true;
        }

        return tables.Compositions.TryGetValue((long)first << 32 | (uint)second, out composite);
    }

    private sealed class Tables
    {
        public readonly Dictionary<int, int[]> Canonical;
        public readonly Dictionary<int, int[]> Compatibility;
        public readonly Dictionary<int, int> Classes = [];
        public readonly Dictionary<long, int> Compositions = [];

        public Tables()
        {
            using var inflated = new BufferedStream(new DeflateStream(
                new MemoryStream(Convert.FromBase64String(UnicodeNormalizationData.Packed)), CompressionMode.Decompress));
            Canonical = ReadMappings(inflated);
            Compatibility = ReadMappings(inflated);
            int code = 0;
            for (int n = ReadNumber(inflated); n > 0; n--) Classes[code += ReadNumber(inflated)] = ReadNumber(inflated);
            for (int n = ReadNumber(inflated); n > 0; n--)
            {
                long pair = (long)ReadNumber(inflated) << 32;
                pair |= (uint)ReadNumber(inflated);
                Compositions[pair] = ReadNumber(inflated);
            }
        }

        public int Class(int codePoint) => codePoint < 0x300 ? 0 : Classes.GetValueOrDefault(codePoint);

        private static Dictionary<int, int[]> ReadMappings(Stream stream)
        {
            int count = ReadNumber(stream), code = 0;
            var result = new Dictionary<int, int[]>(count);
            for (; count > 0; count--)
            {
                code += ReadNumber(stream);
                var mapped = new int[ReadNumber(stream)];
                for (int i = 0; i < mapped.Length; i++) mapped[i] = ReadNumber(stream);
                result[code] = mapped;
            }

            return result;
        }

        private static int ReadNumber(Stream stream)
        {
            int value = 0;
            for (int shift = 0; ; shift += 7)
            {
                int b = stream.ReadByte();
                value |= (b & 0x7F) << shift;
                if (b < 0x80) return value;
            }
        }
    }
}
