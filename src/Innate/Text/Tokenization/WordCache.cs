using System.Runtime.InteropServices;

namespace Innate.Text.Tokenization;

/// <summary>
/// The ids of words met before. A fixed number of places, each a reference to an immutable entry that is replaced whole, so
/// threads share it without a lock and it never outgrows its bound.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rare and would only push others out.</summary>
    public const int LongestWord = 40;

    private const int Size = 1 << 15;

    private readonly Entry?[] _entries = new Entry?[Size];

    /// <summary>The ids of a word, or null; <paramref name="hash"/> is what <see cref="Add"/> wants afterwards.</summary>
    public int[]? Find(ReadOnlySpan<char> word, out uint hash)
    {
        hash = Hash(word);
        Entry? entry = Volatile.Read(ref _entries[hash & (Size - 1)]);
        return entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word) ? entry.Ids : null;
    }

    public void Add(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> ids) =>
        Volatile.Write(ref _entries[hash & (Size - 1)], new Entry(hash, word.ToString(), ids.ToArray()));

    private static uint Hash(ReadOnlySpan<char> word)
    {
        ulong hash = (ulong)word.Length * 0x9E3779B97F4A7C15;
        while (word.Length >= 4)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(word))) * 0xFF51AFD7ED558CCD;
            hash ^= hash >> 32;
            word = word[4..];
        }

        ulong tail = 0;
        foreach (char c in word) tail = tail << 16 | c;
        hash = (hash ^ tail) * 0xC4CEB9FE1A85EC53;
        return (uint)(hash >> 32);
    }

    private sealed class Entry(uint hash, string word, int[] ids)
    {
        public readonly uint Hash = hash;
        public readonly string Word = word;
        public readonly int[] Ids = ids;
    }
}
