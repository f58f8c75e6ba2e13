using Innate.Compute;
using Innate.Compute.Simd;
using Innate.Generation;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Generation;

public class GenerationTests
{
    [SharedFact("models/stories260k")]
    public void A_trained_model_tells_its_story()
    {
        string folder = Path.Combine(Places.Shared, "models", "stories260k");
        Tokenizer tokenizer = Tokenizer.Load(folder);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            using LanguageModel model = LanguageModel.Load(folder, new() { Simd = path });
            int[] prompt = tokenizer.Encode("Once upon a time", addSpecialTokens: true);
            GeneratedResponse response = model.Generate(
                [prompt], 1, new SamplingOptions { Temperature = 0, MaxTokens = 80 })[0][0];
            Assert.StartsWith(
                ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball.",
                tokenizer.Decode([.. prompt, .. response.TokenIds], skipSpecialTokens: true)["Once upon a time".Length..],
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("mistral-window")]
    [InlineData("qwen2-tied-bf16")]
    public void Sampled_log_probabilities_are_those_of_scoring_bit_for_bit(string name)
    {
        var parity = new ParityModel(name);
        using LanguageModel model = LanguageModel.Load(parity.Folder);
        var options = new SamplingOptions { Temperature = 0.8, TopP = 0.9, MaxTokens = 150, Seed = 3 };
        GeneratedResponse[] sampled = model.Generate([parity.Prompt], 3, options)[0];
        TokenTrace[] traces = model.Trace([new TraceQuery(parity.Prompt, [.. sampled.Select(s => s.TokenIds)])])[0];
        for (int i = 0; i < sampled.Length; i++) Assert.Equal(traces[i].LogProbability, sampled[i].LogProbabilities);
    }

    [Fact]
    public void A_response_depends_on_the_seed_its_prompt_and_its_index_alone()
    {
        var parity = new ParityModel("qwen3");
        using LanguageModel model = LanguageModel.Load(parity.Folder);
        var options = new SamplingOptions { MaxTokens = 20, Seed = 11 };
        int[] other = [4, 5, 6];
        IReadOnlyList<GeneratedResponse[]> together = model.Generate([parity.Prompt, other], 3, options);
        IReadOnlyList<GeneratedResponse[]> smaller = model.Generate([parity.Prompt], 2, options);
        for (int r = 0; r < 2; r++) Assert.Equal(together[0][r].TokenIds, smaller[0][r].TokenIds);
        Assert.NotEqual(together[0][0].TokenIds, together[0][1].TokenIds);
        Assert.NotEqual(together[0][0].TokenIds, model.Generate([parity.Prompt], 1, options with { Seed = 12 })[0][0].TokenIds);
    }

    [Fact]
    public void Where_the_prompt_seeds_its_draws_its_place_among_others_does_not_matter()
    {
        var parity = new ParityModel("qwen3");
        using LanguageModel model = LanguageModel.Load(parity.Folder);
        var options = new SamplingOptions { MaxTokens = 20, Seed = 11, SeedsByPrompt = true };
        int[] other = [4, 5, 6];
        IReadOnlyList<GeneratedResponse[]> first = model.Generate([parity.Prompt, other], 2, options);
        IReadOnlyList<GeneratedResponse[]> second = model.Generate([other, other, parity.Prompt], 2, options);
        for (int r = 0; r < 2; r++)
        {
            Assert.Equal(first[0][r].TokenIds, second[2][r].TokenIds);
            Assert.Equal(first[1][r].TokenIds, second[0][r].TokenIds);
        }

        Assert.NotEqual(first[0][0].TokenIds, first[0][1].TokenIds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Everyone_in_line_has_a_turn_where_all_end_with_their_first_token(int branches)
    {
        var parity = new ParityModel("llama");
        using IKernels kernels = CpuKernels.Create(1);
        using CausalLanguageModel model = ModelLoader.Load(parity.Folder, kernels);
        int[][] prompts = [[4], [5, 6], [7], [8], [9, 4]];
        var options = new SamplingOptions { MaxTokens = 1, Seed = 5 };
        IReadOnlyList<GeneratedResponse[]> some = new ModelGenerator(model) { Branches = branches }.Generate(prompts, 2, options);
        IReadOnlyList<GeneratedResponse[]> all = new ModelGenerator(model).Generate(prompts, 2, options);
        Assert.Equal(all.SelectMany(r => r).Select(r => r.TokenIds[0]), some.SelectMany(r => r).Select(r => r.TokenIds[0]));
    }

    [Fact]
    public void A_stop_id_ends_a_response_and_is_its_last_token()
    {
        var parity = new ParityModel("llama");
        using LanguageModel model = LanguageModel.Load(parity.Folder);
        var options = new SamplingOptions { Temperature = 0, MaxTokens = 30 };
        GeneratedResponse free = model.Generate([parity.Prompt], 1, options)[0][0];
        Assert.Equal((30, FinishReason.Length), (free.TokenIds.Length, free.FinishReason));
        int stop = free.TokenIds[4];
        int first = Array.IndexOf(free.TokenIds, stop);
        var seen = new List<int>();
        GeneratedResponse stopped = model.Generate(
            [parity.Prompt], 1, options with { StopIds = [stop] }, t => seen.Add(t.TokenId))[0][0];
        Assert.Equal(FinishReason.Stop, stopped.FinishReason);
        Assert.Equal(free.TokenIds[..(first + 1)], stopped.TokenIds);
        Assert.Equal(stopped.TokenIds, seen);
    }

    [Fact]
    public void The_context_ends_a_response_and_a_prompt_that_fills_it_is_refused()
    {
        var parity = new ParityModel("llama");
        using LanguageModel model = LanguageModel.Load(parity.Folder);
        int[] nearlyFull = [.. Enumerable.Repeat(7, model.MaxPositions - 3)];
        Assert.Equal(3, model.Generate([nearlyFull], 1, new SamplingOptions { MaxTokens = 50 })[0][0].TokenIds.Length);
        InputException e = Assert.Throws<InputException>(
            () => model.Generate([[.. nearlyFull, 1, 1, 1, 1]], 1, new SamplingOptions()));
        Assert.Contains("2 too many", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Top_k_and_top_p_keep_the_smallest_likeliest_sets()
    {
        float[] logits = [MathF.Log(0.1f), MathF.Log(0.4f), MathF.Log(0.2f), MathF.Log(0.3f)];
        Assert.Equal([1, 3], Sampler.Candidates(logits, new SamplingOptions { TopK = 2 }).Ids.Order());
        Assert.Equal([1, 2, 3], Sampler.Candidates(logits, new SamplingOptions { TopP = 0.75 }).Ids.Order());
        Assert.Equal([1], Sampler.Candidates(logits, new SamplingOptions { TopP = 0.01 }).Ids);
        Assert.Equal([1], Sampler.Candidates(logits, new SamplingOptions { TopK = 3, TopP = 0.4 }).Ids);
        Assert.Equal(4, Sampler.Candidates(logits, new SamplingOptions()).Ids.Length);
        Assert.Equal(1, Sampler.Sample(logits, new SamplingOptions { Temperature = 0 }, 0.99));
    }

    [Fact]
    public void Top_p_is_a_share_of_what_top_k_left()
    {
        // transformers: top-k first, then top-p on its probabilities, renormalised: 0.4 of 0.7 is 0.571.
        float[] logits = [MathF.Log(0.1f), MathF.Log(0.4f), MathF.Log(0.2f), MathF.Log(0.3f)];
        var options = new SamplingOptions { TopK = 2, TopP = 0.56 };
        Assert.Equal([1], Sampler.Candidates(logits, options).Ids);
        Assert.Equal(1, Sampler.Sample(logits, options, 0.999));
        Assert.Equal([1, 3], Sampler.Candidates(logits, options with { TopP = 0.58 }).Ids.Order());
        Assert.Equal([1, 3], Sampler.Candidates(logits, options with { TopK = 0 }).Ids.Order());

        // Min-p comes last, and compares with the likeliest token: 0.3 is 0.75 of 0.4.
        Assert.Equal([1, 3], Sampler.Candidates(logits, options with { TopP = 0.99, TopK = 3, MinP = 0.74 }).Ids.Order());
        Assert.Equal([1], Sampler.Candidates(logits, options with { TopP = 0.99, TopK = 3, MinP = 0.76 }).Ids);
    }

    [Fact]
    public void Draws_follow_the_probabilities_at_the_temperature()
    {
        float[] logits = [0, 1, 2];
        var options = new SamplingOptions { Temperature = 2 };
        var counts = new int[3];
        const int Draws = 40_000;
        for (int i = 0; i < Draws; i++) counts[Sampler.Sample(logits, options, SampleRandom.Uniform(1, 2, 3, i))]++;
        double total = logits.Sum(z => Math.Exp(z / 2));
        for (int i = 0; i < 3; i++) Assert.Equal(Math.Exp(logits[i] / 2.0) / total, counts[i] / (double)Draws, 0.01);
    }

    [Theory]
    [InlineData(-1, 1, 0, 10)]
    [InlineData(1, 0, 0, 10)]
    [InlineData(1, 1.5, 0, 10)]
    [InlineData(1, 1, -2, 10)]
    [InlineData(1, 1, 0, 0)]
    public void Options_outside_their_range_are_refused(double temperature, double topP, int topK, int maxTokens)
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder);
        Assert.Throws<InputException>(
            () => model.Generate(
                [[1]], 1, new SamplingOptions { Temperature = temperature, TopP = topP, TopK = topK, MaxTokens = maxTokens }));
    }
}
