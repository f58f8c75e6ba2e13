using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Innate.Text;
using Innate.Text.Tokenization;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Tests.Text.Tokenization;

public sealed class BytePairTrainerTests
{
    private static readonly string[] Corpus =
    [
        "the cat sat on the mat, and the other cat sat on the other mat.", "2024 2024 2024", "naïve naïve 中文 中文 😀😀",
    ];

    [Fact]
    public void The_most_frequent_pair_comes_first_and_ties_go_to_the_smaller_ids()
    {
        // "ab" and "cd" twice each, then "abc" nowhere: merges a+b (97, 98) before c+d (99, 100).
        TrainedPairs pairs = BytePairTrainer.Train(["cd\nab\ncd\nab\nxyz"], 300);
        Assert.Equal([(97, 98), (99, 100)], pairs.Merges.Where(m => m.Left > 32));
        Assert.Equal(
            "ab", Encoding.UTF8.GetString(pairs.Tokens[pairs.Tokens.ToList().FindIndex(t => t.Length == 2 && t[0] == 'a')]));

        // Worked by hand: "aaab" twice. aa 4 times (as neighbours), ab 2; then [aa][a]b: (aa,a) 2
        // < (a,b) 2? Equal: (97, 98) is smaller.
        Assert.Equal([(97, 97), (97, 98), (256, 257)], BytePairTrainer.Train(["aaab", "aaab"], 300).Merges);
    }

    [Fact]
    public void The_order_of_the_text_does_not_matter()
    {
        TrainedPairs one = BytePairTrainer.Train(Corpus, 320), other = BytePairTrainer.Train(Corpus.Reverse(), 320);
        Assert.Equal(one.Merges, other.Merges);
        Assert.Equal(NewTokenizer.Train(Corpus, 320).TokenizerJson(), NewTokenizer.Train(Corpus.Reverse(), 320).TokenizerJson());
    }

    [Fact]
    public void A_slow_trainer_that_counts_everything_anew_learns_the_same()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(Gen.Elements("ab", "ba", "aab ", "b b", "abab", "a1a1", "\n", "ö").ListOf().ToArbitrary(), parts =>
            {
                string text = string.Concat(parts);
                TrainedPairs fast = BytePairTrainer.Train([text], 280);
                return fast.Merges.SequenceEqual(SlowMerges(text, 280));
            }));
    }

    [Fact]
    public void A_tokenizer_of_learned_merges_gives_every_text_back_and_crosses_no_cut()
    {
        NewTokenizer made = NewTokenizer.Train(Corpus, 330);
        Tokenizer tokenizer = Tokenizer.FromJson(made.TokenizerJson(), NewTokenizer.ConfigJson(64));
        Assert.Equal("<|im_end|>", tokenizer.EndOfSequence);
        Assert.Equal(made.Count, tokenizer.VocabularySize);
        Assert.Equal(made.EndOfTurnId, tokenizer.TokenToId("<|im_end|>"));
        Assert.Equal([" the"], tokenizer.TokenTexts(tokenizer.Encode(" the")));
        Assert.Equal(["2", "0", "2", "4"], tokenizer.TokenTexts(tokenizer.Encode("2024")));
        Check.QuickThrowOnFailure(Prop.ForAll(RandomText.WellFormed, text =>
        {
            int[] ids = tokenizer.Encode(text);
            return tokenizer.Decode(ids) == text && ids.Length <= Encoding.UTF8.GetByteCount(text);
        }));
    }

    [Fact]
    public void A_tokenizer_of_bytes_has_256_of_them_and_three_special_tokens()
    {
        NewTokenizer made = NewTokenizer.OfBytes();
        Tokenizer tokenizer = Tokenizer.FromJson(made.TokenizerJson(), NewTokenizer.ConfigJson(64));
        Assert.Equal(NewTokenizer.SmallestVocabulary, tokenizer.VocabularySize);
        Assert.Equal([.. Encoding.UTF8.GetBytes("aé😀").Select(b => (int)b), 258], tokenizer.Encode("aé😀<|im_end|>"));
    }

    [Fact]
    public void Text_comes_from_every_known_form_of_row_and_a_row_without_is_named()
    {
        string folder = Directory.CreateTempSubdirectory("innate-text").FullName;
        string file = Path.Combine(folder, "rows.jsonl"), plain = Path.Combine(folder, "plain.txt");
        File.WriteAllText(file, """
            {"text":"one"}
            {"prompt":"two","completion":[{"role":"assistant","content":"three"}],"id":"no text"}
            {"messages":[{"role":"user","content":"four"}]}

            """);
        Assert.Equal(["one", "two", "assistant\n", "three", "user\n", "four"], TrainingText.Read(file));
        File.WriteAllText(plain, "a\nb");
        Assert.Equal(["a\nb"], TrainingText.Read(plain));
        File.WriteAllText(file, "{\"text\":\"one\"}\n{\"id\":3}\n");
        InputException e = Assert.Throws<InputException>(() => TrainingText.Read(file).ToArray());
        Assert.Contains("rows.jsonl, line 2: expected text", e.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static List<(int, int)> SlowMerges(string text, int size)
    {
        List<(int Start, int End)> pieces = [];
        PublishedPattern.TryGet(BytePairTrainer.Pattern)!.FindAll(text, pieces);
        List<List<int>> words =
            [.. pieces.Select(p => Encoding.UTF8.GetBytes(text[p.Start..p.End]).Select(b => (int)b).ToList())];
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(b => $"{b};")];
        List<(int, int)> merges = [];
        while (tokens.Count < size)
        {
            var best = words.SelectMany(w => w.Zip(w.Skip(1))).GroupBy(p => p)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key.First).ThenBy(g => g.Key.Second).FirstOrDefault();
            if (best is null || best.Count() < 2) break;
            (int left, int right) = best.Key;
            string joined = tokens[left] + tokens[right];
            if (!tokens.Contains(joined)) tokens.Add(joined);
            int id = tokens.IndexOf(joined);
            merges.Add((left, right));
            foreach (List<int> word in words)
            {
                for (int i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] != left || word[i + 1] != right) continue;
                    word[i] = id;
                    word.RemoveAt(i + 1);
                }
            }
        }

        return merges;
    }
}
