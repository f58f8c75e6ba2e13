using FsCheck;
using FsCheck.Fluent;
using Innate.Checkpoints;
using Innate.Compute.Simd;
using Innate.Generation;
using Innate.Sessions;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Generation;

/// <summary>Guesses from what stands earlier in the text: they save passes, and change nothing else.</summary>
public class PromptLookupTests
{
    [Fact]
    public void What_followed_the_same_words_before_is_guessed()
    {
        // The last two tokens stood earlier, with 3, 4, 5 behind them.
        Assert.Equal([3, 4, 5], PromptLookup.Next([9, 1, 2, 3, 4, 5, 8, 1, 2], 3));
        Assert.Equal([3], PromptLookup.Next([9, 1, 2, 3, 4, 5, 8, 1, 2], 1));

        // One token alike is no sign, and neither is the end itself.
        Assert.Empty(PromptLookup.Next([1, 2, 3, 9, 2], 3));
        Assert.Empty(PromptLookup.Next([1, 2], 3));
        Assert.Empty(PromptLookup.Next([1, 2, 3, 1, 2], 0));

        // The longest agreement counts, among equal ones the latest; four tokens are as good as five.
        Assert.Equal([7], PromptLookup.Next([5, 1, 2, 7, 6, 1, 2, 8, 5, 1, 2], 1));
        Assert.Equal([8], PromptLookup.Next([4, 1, 2, 7, 6, 1, 2, 8, 5, 1, 2], 1));
        Assert.Equal([8], PromptLookup.Next([0, 5, 6, 1, 2, 7, 3, 5, 6, 1, 2, 8, 0, 5, 6, 1, 2], 1));
    }

    [Fact]
    public void A_text_that_repeats_itself_is_expected_to_go_on()
    {
        Assert.Equal([3, 3, 3, 3, 3], PromptLookup.Next([3, 3, 3], 5));
        Assert.Equal([1, 2, 3, 1, 2, 3, 1], PromptLookup.Next([1, 2, 3, 1, 2, 3], 7));
        Assert.Equal([3, 1, 2, 3, 1], PromptLookup.Next([1, 2, 3, 1, 2], 5));
    }

    [Fact]
    public void Guesses_grow_while_they_are_right_and_pause_while_they_are_wrong()
    {
        var length = new GuessLength();
        int first = length.Wanted;
        length.Learn(first, first);
        Assert.True(length.Wanted > first);
        int most = length.Wanted;
        length.Learn(most, most);
        Assert.Equal(most, length.Wanted);

        // A text in which nothing comes again: of two hundred steps few guess.
        int guessed = 0;
        for (int step = 0; step < 200; step++)
        {
            guessed += length.Wanted;
            if (length.Wanted > 0) length.Learn(length.Wanted, 0);
            else length.Wait();
        }

        Assert.InRange(guessed, 1, 20);

        // Once one is right, they are back.
        while (length.Wanted == 0) length.Wait();
        length.Learn(1, 1);
        Assert.Equal(first, length.Wanted);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma3")]
    [InlineData("mistral-window")]
    [InlineData("qwen2-tied-bf16")]
    [InlineData("gpt_oss")]
    [InlineData("qwen3_moe")]
    public void With_and_without_guesses_the_same_is_sampled_to_the_bit(string name)
    {
        using LanguageModel one = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1, Simd = SimdPath.Portable });
        using LanguageModel two = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 2 });
        int fewer = 0, all = 0;
        Property same = Prop.ForAll(Cases(288).ToArbitrary(), c =>
        {
            using var plain = new ContinuousDecoding(one.Decoder, c.Slots);
            using var guessing = new ContinuousDecoding(two.Decoder, c.Slots);
            (string[] expected, int passes) = Told(plain, c, lookup: false);
            (string[] found, int guessed) = Told(guessing, c, lookup: true);
            (fewer, all) = (fewer + guessed, all + passes);
            return expected.SequenceEqual(found);
        });

        // And guesses were taken: a dozen cases drawn at random may have none that is right.
        for (int round = 0; round < 8 && fewer >= all; round++) same.Check(Config.QuickThrowOnFailure.WithMaxTest(12));
        Assert.True(fewer < all, $"{fewer} passes with guesses, {all} without");
    }

    [Fact]
    public void Stop_texts_end_a_response_in_the_middle_of_a_right_guess()
    {
        using ModelSession session = ModelSession.Open(EmbeddedModel.Folder);
        Tokenizer tokenizer = session.Tokenizer;
        int[] prompt = tokenizer.Encode("12+12+12+12+12+12+12+12+", addSpecialTokens: true);
        var free = new SamplingOptions { Temperature = 0, MaxTokens = 60 };
        GeneratedResponse whole = session.Generator.Generate([prompt], 1, free with { Lookup = false })[0][0];
        string text = tokenizer.Decode(whole.TokenIds, skipSpecialTokens: false);
        for (int at = 1; at + 2 <= text.Length; at++)
        {
            SamplingOptions options = free with { StopTexts = new StopTexts(tokenizer, [text[at..(at + 2)]]) };
            GeneratedResponse plain = session.Generator.Generate([prompt], 1, options with { Lookup = false })[0][0];
            Assert.Equal(Text(plain), Text(session.Generator.Generate([prompt], 1, options)[0][0]));
        }
    }

    [Fact]
    public void A_text_that_repeats_itself_takes_a_fraction_of_the_passes()
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of("llama").Folder, new() { Threads = 2 });

        // A greedy random model soon goes in circles.
        var options = new SamplingOptions { Temperature = 0, MaxTokens = 200 };
        int Passes(bool lookup)
        {
            using var decoding = new ContinuousDecoding(model.Decoder, slots: 4);
            decoding.Add(new DecodingJob([[1, 2, 3]], 1, options with { Lookup = lookup }));
            int passes = 0;
            for (; decoding.Jobs.Count > 0; passes++) decoding.Step(default);
            Assert.Equal(200, decoding.TokensSampled);
            return passes;
        }

        // The prompt's pass gives a token too, and the first step is taken at once.
        Assert.Equal(199, Passes(lookup: false));
        Assert.InRange(Passes(lookup: true), 25, 150);
    }

    [Fact]
    public void Beside_many_responses_nothing_is_guessed()
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of("llama").Folder, new() { Threads = 2 });
        using var decoding = new ContinuousDecoding(model.Decoder, slots: 40);
        decoding.Add(new DecodingJob([[1, 2, 3]], 40, new SamplingOptions { Temperature = 0, MaxTokens = 50 }));
        decoding.Step(default);
        while (decoding.Jobs.Count > 0)
        {
            long before = decoding.TokensSampled;
            decoding.Step(default);
            Assert.Equal(40, decoding.TokensSampled - before);
        }
    }

    /// <summary>Jobs, some of which come while the first is under way.</summary>
    private sealed record Case((int[][] Prompts, int Count, SamplingOptions Options)[] Jobs, int Slots);

    private static Gen<Case> Cases(int vocabulary)
    {
        // Prompts of repeated pieces, so that there is something to be found.
        Gen<int[]> piece = Gen.Choose(0, vocabulary - 1).ArrayOf().Where(p => p.Length is > 0 and < 12);
        Gen<int[]> prompt =
            from first in piece
            from second in piece
            from times in Gen.Choose(1, 6)
            select (int[])[.. Enumerable.Repeat(first, times).SelectMany(x => x), .. second, .. first];
        Gen<SamplingOptions> options =
            from temperature in Gen.Elements(0, 0, 0.3, 0.8, 1.0)
            from topK in Gen.Elements(0, 0, 3)
            from topP in Gen.Elements(1, 1, 0.8)
            from repetition in Gen.Elements(1, 1, 1, 1.2)
            from presence in Gen.Elements(0, 0, 0, 0.4)
            from stop in Gen.Choose(0, vocabulary - 1)
            from length in Gen.Elements(1, 2, 3, 5, 40, 70)
            from seed in Gen.Choose(0, 1000)
            from likeliest in Gen.Elements<int?>(null, null, 2)
            select new SamplingOptions
            {
                Temperature = temperature, TopK = topK, TopP = topP, RepetitionPenalty = repetition, PresencePenalty = presence,
                StopIds = [stop], MaxTokens = length, Seed = (ulong)seed, Likeliest = likeliest,
            };
        Gen<(int[][], int, SamplingOptions)> job =
            from prompts in Gen.ArrayOf(prompt, 2)
            from count in Gen.Choose(1, 3)
            from how in options
            select (prompts, count, how);
        return from jobs in Gen.ArrayOf(job, 2) from slots in Gen.Choose(1, 6) select new Case(jobs, slots);
    }

    private static (string[] Results, int Passes) Told(ContinuousDecoding decoding, Case c, bool lookup)
    {
        List<(int Job, GeneratedToken Token)> told = [];
        DecodingJob[] jobs =
        [
            .. c.Jobs.Select((j, i) => new DecodingJob(
                j.Prompts, j.Count, j.Options with { Lookup = lookup }, t => told.Add((i, t)))),
        ];
        int passes = 0;
        foreach (DecodingJob job in jobs)
        {
            decoding.Add(job);
            decoding.Step(default);
            passes++;
        }

        for (; decoding.Jobs.Count > 0; passes++) decoding.Step(default);
        string[] results = [.. jobs.SelectMany(j => j.Results.SelectMany(r => r)).Select(Text)];
        IEnumerable<string> listened = told.GroupBy(t => (t.Job, t.Token.Prompt, t.Token.Response))
            .OrderBy(g => g.Key).Select(g => string.Join(" ", g.Select(t => $"{t.Token.TokenId} {t.Token.LogProbability:R}")));
        return ([.. results, .. listened], passes);
    }

    private static string Text(GeneratedResponse r) => string.Join(
        ' ',
        [
            .. r.TokenIds, r.FinishReason, .. r.LogProbabilities.Select(BitConverter.DoubleToInt64Bits),
            .. r.Trace!.Entropy.Select(BitConverter.DoubleToInt64Bits), .. r.Trace.Q, .. r.Trace.V, .. r.Trace.MeanLogit,
            .. (r.Trace.Likeliest ?? []).Select(l => $"{string.Join(',', l.Ids)} {l.Rank}"),
        ]);
}
