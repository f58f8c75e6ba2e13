using System.Runtime.InteropServices;
using System.Text;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Text.Tokenization;

/// <summary>What a training found.</summary>
/// <param name="Tokens">Each token's bytes by id: the 256 bytes in order, then merged ones. No two are equal.</param>
/// <param name="Merges">Pairs of ids in the order in which they are to be merged.</param>
internal sealed record TrainedPairs(IReadOnlyList<byte[]> Tokens, IReadOnlyList<(int Left, int Right)> Merges);

/// <summary>
/// Byte-pair encoding, learned (Sennrich et al. 2016, arXiv 1508.07909, on bytes): again and again the most frequent pair of
/// neighbours becomes one token; of equally frequent ones that with the smaller ids. Text is cut by Qwen's published pattern
/// first, every digit alone, and no pair crosses a cut. The same text gives the same merges, whatever its order.
/// </summary>
internal sealed class BytePairTrainer
{
    private const int LeastCount = 2; // A pair that is there once saves nothing.

    private readonly List<int[]> _words = [];
    private readonly List<long> _wordCounts = [];
    private readonly Dictionary<(int, int), long> _pairCounts = [];
    private readonly Dictionary<(int, int), HashSet<int>> _pairWords = [];
    private readonly PriorityQueue<(int Left, int Right), (long, int, int)> _queue = new();

    private BytePairTrainer()
    {
    }

    /// <summary>The pattern by which text is cut before pairs are counted.</summary>
    public static string Pattern => PublishedPattern.Qwen2Expression;

    /// <summary>Learns merges.</summary>
    /// <param name="texts">The text; only how often each piece of it occurs counts.</param>
    /// <param name="size">Tokens to stop at, the 256 bytes included; fewer where no pair is left that occurs twice.</param>
    /// <param name="cancellation">Stops between texts and merges.</param>
    public static TrainedPairs Train(IEnumerable<string> texts, int size, CancellationToken cancellation = default)
    {
        BytePairTrainer trainer = new();
        trainer.CountWords(texts, cancellation);
        return trainer.Learn(size, cancellation);
    }

    private void CountWords(IEnumerable<string> texts, CancellationToken cancellation)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        PublishedPattern pattern = PublishedPattern.TryGet(Pattern)!;
        List<(int Start, int End)> pieces = [];
        foreach (string text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            pieces.Clear();
            pattern.FindAll(text, pieces);
            foreach ((int start, int end) in pieces)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(start, end - start), out _)++;
            }
        }

        foreach ((string word, long count) in counts)
        {
            _words.Add([.. Encoding.UTF8.GetBytes(word).Select(b => (int)b)]);
            _wordCounts.Add(count);
        }
    }

    private TrainedPairs Learn(int size, CancellationToken cancellation)
    {
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(b => new[] { (byte)b })];
        Dictionary<string, int> idOf = tokens.Select((t, id) => (Key(t), id)).ToDictionary(StringComparer.Ordinal);
        List<(int, int)> merges = [];
        HashSet<(int, int)> touched = [];
        for (int w = 0; w < _words.Count; w++) AddPairs(w, touched);
        Enqueue(touched);
        while (tokens.Count < size && _queue.TryDequeue(out (int Left, int Right) pair, out (long NegativeCount, int, int) rank))
        {
            // What lies in the queue may be outdated: the pair has been counted anew since, and queued again.
            if (!_pairCounts.TryGetValue(pair, out long count) || count != -rank.NegativeCount) continue;
            if (count < LeastCount) break;
            cancellation.ThrowIfCancellationRequested();

            // Two ways may lead to the same bytes: they are one token.
            byte[] bytes = [.. tokens[pair.Left], .. tokens[pair.Right]];
            if (!idOf.TryGetValue(Key(bytes), out int merged))
            {
                idOf.Add(Key(bytes), merged = tokens.Count);
                tokens.Add(bytes);
            }

            merges.Add(pair);
            touched.Clear();
            foreach (int w in _pairWords[pair].ToArray())
            {
                RemovePairs(w, touched);
                _words[w] = Merged(_words[w], pair, merged);
                AddPairs(w, touched);
            }

            Enqueue(touched);
        }

        return new TrainedPairs(tokens, merges);
    }

    private void AddPairs(int word, HashSet<(int, int)> touched)
    {
        int[] ids = _words[word];
        for (int i = 0; i + 1 < ids.Length; i++)
        {
            (int, int) pair = (ids[i], ids[i + 1]);
            CollectionsMarshal.GetValueRefOrAddDefault(_pairCounts, pair, out _) += _wordCounts[word];
            (CollectionsMarshal.GetValueRefOrAddDefault(_pairWords, pair, out _) ??= []).Add(word);
            touched.Add(pair);
        }
    }

    private void RemovePairs(int word, HashSet<(int, int)> touched)
    {
        int[] ids = _words[word];
        for (int i = 0; i + 1 < ids.Length; i++)
        {
            (int, int) pair = (ids[i], ids[i + 1]);
            touched.Add(pair);
            if (_pairWords.TryGetValue(pair, out HashSet<int>? words)) words.Remove(word);
            if ((_pairCounts[pair] -= _wordCounts[word]) > 0) continue;
            _pairCounts.Remove(pair);
            _pairWords.Remove(pair);
        }
    }

    private void Enqueue(HashSet<(int Left, int Right)> pairs)
    {
        foreach ((int Left, int Right) pair in pairs)
        {
            if (_pairCounts.TryGetValue(pair, out long count)) _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }
    }

    private static int[] Merged(int[] ids, (int Left, int Right) pair, int merged)
    {
        List<int> result = new(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            bool matches = i + 1 < ids.Length && ids[i] == pair.Left && ids[i + 1] == pair.Right;
            result.Add(matches ? merged : ids[i]);
            if (matches) i++;
        }

        return [.. result];
    }

    private static string Key(byte[] bytes) => string.Create(
        bytes.Length, bytes, static (chars, from) =>
        {
            for (int i = 0; i < chars.Length; i++) chars[i] = ByteLevelAlphabet.CharOfByte[from[i]];
        });
}
