using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Innate.Text;
using Innate.Text.Tokenization;

namespace Innate.Tests.Text.Tokenization;

/// <summary>What holds for every text and every row of ids.</summary>
public sealed class TokenizerPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(60);

    public static TheoryData<string> Kinds => ["byte-level", "ignore-merges", "fallback", "fallback-without-prefix", "joined"];

    [Theory]
    [InlineData("byte-level")]
    [InlineData("ignore-merges")]
    public void Byte_level_text_comes_back_with_lone_surrogates_replaced(string kind)
    {
        Tokenizer tokenizer = Make(kind);
        Check.One(Thorough, Prop.ForAll(RandomText.Any, text => tokenizer.Decode(tokenizer.Encode(text)) == Repair(text)));
    }

    [Fact]
    public void Fallback_text_comes_back()
    {
        Tokenizer tokenizer = Make("fallback-without-prefix");
        // '▁' is a space by this tokenizer's own rule, <0x41> is a byte's name, and a byte-order mark goes as in the reference.
        bool Stable(string s) => !s.Contains('▁') && !s.Contains('\uFEFF') && !s.Contains("<0x", StringComparison.Ordinal);
        Check.One(
            Thorough,
            Prop.ForAll(RandomText.Any, text => !Stable(text) || tokenizer.Decode(tokenizer.Encode(text)) == Repair(text)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Token_texts_and_the_stream_spell_the_decoded_text(string kind)
    {
        Tokenizer tokenizer = Make(kind);
        Gen<int[]> random = Gen.Choose(-1, tokenizer.VocabularySize + 1).ArrayOf();
        Gen<int[]> encoded = RandomText.WellFormed.Generator.Select(t => tokenizer.Encode(t, addSpecialTokens: true));
        Check.One(Thorough, Prop.ForAll(Arb.From(Gen.OneOf(random, encoded)), ids =>
        {
            string decoded = tokenizer.Decode(ids);
            string[] texts = tokenizer.TokenTexts(ids);
            StreamingDecoder stream = tokenizer.CreateStreamingDecoder();
            string streamed = string.Concat(ids.Select(stream.Push)) + stream.Flush();
            string again = string.Concat(ids.Select(stream.Push)) + stream.Flush();
            return texts.Length == ids.Length && string.Concat(texts) == decoded && streamed == decoded && again == decoded;
        }));
    }

    [Fact]
    public void Scan_and_heap_merge_alike()
    {
        var merges = new MergeTable(64);
        for (int rank = 0; rank < 40; rank++) merges.Set(rank * 7 % 5, rank * 3 % 8, rank, 5 + rank % 11);
        var merger = new BytePairMerger(merges);
        Check.One(Thorough, Prop.ForAll(Arb.From(Gen.Choose(0, 8).ArrayOf()), ids =>
        {
            int[] scanned = [.. ids], heaped = [.. ids];
            int n = merger.MergeByScan(scanned), m = merger.MergeByHeap(heaped);
            return scanned.AsSpan(0, n).SequenceEqual(heaped.AsSpan(0, m));
        }));
    }

    [Fact]
    public void Cutting_words_at_the_space_mark_changes_nothing()
    {
        Tokenizer tokenizer = Make("fallback-without-prefix");
        // A model with an end-of-word suffix is never cut, and the suffix touches only the 'é' that the test appends.
        var json = TinyTokenizer.Fallback(dummyPrefix: false);
        json["model"]!["end_of_word_suffix"] = "\u0001";
        Tokenizer uncut = TinyTokenizer.Load(json);
        Gen<string> letters = Gen.Elements("a", "the", " ", "▁", ">", "<", "e", "x").ListOf().Select(string.Concat);
        Check.One(Thorough, Prop.ForAll(Arb.From(letters), text =>
        {
            int[] whole = uncut.Encode(text + "é"), cut = tokenizer.Encode(text);
            return whole.Length >= cut.Length && whole.AsSpan(0, cut.Length).SequenceEqual(cut);
        }));
    }

    [Fact]
    public void Words_of_one_hash_are_not_taken_for_each_other()
    {
        var cache = new WordCache();
        var words = new Dictionary<uint, string>();
        var random = new Random(1);
        int collisions = 0;
        for (int i = 0; i < 400_000; i++)
        {
            string word = string.Create(9, random, static (text, r) =>
            {
                foreach (ref char c in text) c = (char)r.Next('a', 'z' + 1);
            });
            cache.Find(word, out uint hash);
            if (words.TryAdd(hash, word)) continue;
            collisions++;
            cache.Add(words[hash], hash, [i]);
            Assert.Null(cache.Find(word, out _));
            Assert.Equal([i], cache.Find(words[hash], out _)!);
        }

        Assert.True(collisions > 0);
    }

    [Fact]
    public void Threads_agree()
    {
        Tokenizer tokenizer = Make("byte-level");
        string[] texts = RandomText.Any.Generator.Sample(400, 80).ToArray();
        int[][] alone = texts.Select(t => Make("byte-level").Encode(t)).ToArray();
        Parallel.For(0, 8 * texts.Length, i =>
        {
            Assert.Equal(alone[i % texts.Length], tokenizer.Encode(texts[i % texts.Length]));
        });
    }

    private static Tokenizer Make(string kind) => TinyTokenizer.Load(kind switch
    {
        "byte-level" => TinyTokenizer.ByteLevel(),
        "ignore-merges" => TinyTokenizer.ByteLevel(ignoreMerges: true),
        "fallback" => TinyTokenizer.Fallback(),
        "fallback-without-prefix" => TinyTokenizer.Fallback(dummyPrefix: false),
        _ => TinyTokenizer.Json(TinyTokenizer.Characters("abc ▁é", "ab"), ["a b"]),
    });

    /// <summary>Lone surrogates as U+FFFD: what UTF-8 makes of them.</summary>
    private static string Repair(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
