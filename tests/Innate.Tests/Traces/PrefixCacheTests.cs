using Innate.Models;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Traces;

/// <summary>What is kept of earlier prompts saves work and changes no bit.</summary>
public class PrefixCacheTests
{
    public static TheoryData<string> Models => [.. ToyModel.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Prompts_that_begin_alike_are_not_read_again_and_give_the_same_bits(string name)
    {
        string folder = ToyModel.Of(name).Folder;
        using LanguageModel plain = LanguageModel.Load(folder, new() { Threads = 2 });
        using LanguageModel cached = LanguageModel.Load(folder, new() { Threads = 2, PrefixCacheBytes = 1 << 20 });
        var random = new Random(3);
        int most = Math.Min(plain.MaxPositions - 8, 90);
        int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(plain.VocabularySize))];
        int[] story = Draw(most);

        // Forks at every kind of place: inside a block of keys, at its end, in a fork's own part; a prompt that is a part of
        // another.
        int[][] prompts =
        [
            story[..50], story, story[..50], [.. story[..36], .. Draw(10)], [.. story[..37], .. Draw(20)], story[..40], Draw(60),
            [.. story[..49], .. Draw(5)], [.. story[..48], .. Draw(1)], Draw(3), story,
        ];
        for (int round = 0; round < 2; round++)
        {
            foreach (int[][] together in prompts.Chunk(round == 0 ? 1 : 4))
            {
                TraceQuery[] queries = [.. together.Select(p => new TraceQuery(p, [Draw(1), Draw(4), Draw(7)]))];
                SameBits(plain.Trace(queries, 0.7), cached.Trace(queries, 0.7));
            }
        }

        Assert.True(cached.PrefixTokensSaved > 500, $"{cached.PrefixTokensSaved} tokens saved");
        Assert.Equal(0, plain.PrefixTokensSaved);
    }

    [Fact]
    public void What_was_not_needed_for_longest_goes_first_and_parents_stay()
    {
        ModelConfig config = ModelConfigReader.Read(Path.Combine(Places.Fixtures, "models", "llama"));
        long bytes;
        using (var probe = new KeyValueCache(config, keepLayers: true)) bytes = probe.BytesAPosition;
        using var cache = new PrefixCache(config, 140 * bytes);
        int[] a = [.. Enumerable.Range(0, 40)], b = [.. a, .. Enumerable.Range(0, 20)], c = [.. Enumerable.Repeat(7, 50)];
        Read(a);
        Read(b); // a's child
        Read(c);
        Assert.Equal(3, cache.Count); // 40 + 20 + 50 positions, in blocks of 12: 48 + 24 + 60
        Assert.Equal(40, Read([.. a, 9]));
        Assert.Equal(3, cache.Count); // [.. a, 9] came; b, the longest unneeded without a child, went
        Assert.Equal(40, Read(b));
        Assert.Equal(0, Read([.. Enumerable.Repeat(3, 31)])); // too short to keep

        int Read(int[] prompt)
        {
            (int node, int known) = cache.Begin(prompt);
            cache.Nodes.Extend(node, prompt.Length - known);
            cache.End(prompt, node, known);
            cache.Trim();
            Assert.InRange(cache.Nodes.Bytes, 0, 140 * bytes); // what is held, not only what is filled
            return known;
        }
    }

    [Fact]
    public void A_call_that_is_given_up_leaves_nothing_half_read_behind()
    {
        string folder = Path.Combine(Places.Fixtures, "models", "llama");
        using LanguageModel plain = LanguageModel.Load(folder, new() { Threads = 1 });
        using LanguageModel cached = LanguageModel.Load(folder, new() { Threads = 1, PrefixCacheBytes = 1 << 20 });
        TraceQuery query = new([.. Enumerable.Range(0, 40).Select(i => i % plain.VocabularySize)], [[1, 2, 3]]);
        using CancellationTokenSource gone = new();
        gone.Cancel();
        Assert.Throws<OperationCanceledException>(() => cached.Trace([query], 1, gone.Token));
        SameBits(plain.Trace([query]), cached.Trace([query]));
        Assert.Equal(0, cached.PrefixTokensSaved);
        SameBits(plain.Trace([query]), cached.Trace([query]));
        Assert.Equal(39, cached.PrefixTokensSaved);
    }

    private static void SameBits(IReadOnlyList<TokenTrace[]> expected, IReadOnlyList<TokenTrace[]> actual)
    {
        foreach ((TokenTrace a, TokenTrace b) in expected.SelectMany(t => t).Zip(actual.SelectMany(t => t)))
        {
            Assert.Equal(a.Q, b.Q);
            Assert.Equal(a.V, b.V);
            Assert.Equal(a.LogProbability, b.LogProbability);
            Assert.Equal(a.Entropy, b.Entropy);
            Assert.Equal(a.MeanLogit, b.MeanLogit);
        }
    }
}
