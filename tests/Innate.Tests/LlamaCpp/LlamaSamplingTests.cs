using Innate.Checkpoints;
using Innate.Generation;
using Innate.LlamaCpp;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.LlamaCpp;

/// <summary>Samples from llama.cpp's logits by our own sampler: the same seeds and options mean the same.</summary>
public sealed class LlamaSamplingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LlamaFact]
    public void Greedy_answers_and_seeded_samples_of_the_model_inside_are_those_of_our_own_decoder()
    {
        string file = LlamaFiles.Export(EmbeddedModel.Folder, _folder["tiny.gguf"]);
        ChatFormat format = new(Tokenizer.Load(file), ChatTemplate.Load(file));
        int[][] prompts = [.. new[] { "What is 12 + 30?", "What is 47 + 85?", "5 * 7 = ?" }.Select(q => format.EncodePrompt(q).Ids)];
        IReadOnlySet<int> stops = format.StopIds([]);
        using LanguageModel ours = LanguageModel.Load(file, new() { Threads = 2 });
        using LlamaCppModel theirs = LlamaCppModel.Load(file, threads: 2);
        foreach (SamplingOptions options in (SamplingOptions[])
            [
                new() { Temperature = 0, MaxTokens = 40, StopIds = [.. stops] },
                new() { Temperature = 0.9, TopP = 0.95, TopK = 50, Seed = 7, MaxTokens = 40, StopIds = [.. stops] },
                new() { Temperature = 1.2, MinP = 0.02, Seed = 8, MaxTokens = 12, RepetitionPenalty = 1.1, StopIds = [.. stops] },
                new() { Seed = 9, MaxTokens = 12, SeedsByPrompt = true, PresencePenalty = 0.3, Likeliest = 3 },
            ])
        {
            IReadOnlyList<GeneratedResponse[]> expected = ours.Generate(prompts, 3, options), found = theirs.Generate(prompts, 3, options);
            foreach ((GeneratedResponse a, GeneratedResponse b) in expected.SelectMany(e => e).Zip(found.SelectMany(f => f)))
            {
                Assert.Equal(a.TokenIds, b.TokenIds);
                Assert.Equal(a.FinishReason, b.FinishReason);
                for (int h = 0; h < a.TokenIds.Length; h++) Assert.Equal(a.LogProbabilities[h], b.LogProbabilities[h], 0.02);
                if (options.Likeliest is null) continue;
                Assert.Equal(a.Trace!.Likeliest![0].Ids[0], b.Trace!.Likeliest![0].Ids[0]);
            }
        }
    }

    [LlamaFact]
    public void A_group_shares_its_prompt_and_fills_slots_as_they_come_free()
    {
        ToyModel toy = ToyModel.Of("llama");
        using LlamaCppModel model = LlamaCppModel.Load(LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]), threads: 2);
        List<GeneratedToken> heard = [];
        GeneratedResponse[] group = model.Generate(
            [toy.Prompt], 40, new() { MaxTokens = 6, Seed = 3, StopIds = [.. Enumerable.Range(0, 40)] }, heard.Add)[0];
        Assert.Equal(toy.PromptLength + group.Sum(r => r.TokenIds.Length - 1), model.TokensRead);
        Assert.Equal(group.Sum(r => r.TokenIds.Length), heard.Count);
        Assert.True(group.Select(r => r.TokenIds.Length).Distinct().Count() > 1);
        Assert.Contains(group, r => r.FinishReason == FinishReason.Stop);
        Assert.Contains(group, r => r.FinishReason == FinishReason.Length);

        // What it says of a token as it samples it is what it says of the finished response.
        TokenTrace[] traces = model.Trace([new TraceQuery(toy.Prompt, [.. group.Select(r => r.TokenIds)])])[0];
        for (int i = 0; i < group.Length; i++)
        {
            for (int h = 0; h < group[i].TokenIds.Length; h++)
            {
                Assert.Equal(traces[i].V[h], group[i].Trace!.V[h], 0.02);
                Assert.Equal(traces[i].LogProbability[h], group[i].LogProbabilities[h], 0.02);
            }
        }
    }

    [LlamaFact]
    public void A_response_is_not_cut_short_by_its_neighbours_where_positions_are_few()
    {
        ToyModel toy = ToyModel.Of("llama");
        string file = LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]);
        SamplingOptions options = new() { MaxTokens = 1000, Temperature = 0 };
        int[][] prompts = [toy.Prompt, toy.Response[..5], [9]];
        using LlamaCppModel few = LlamaCppModel.Load(file, new() { Context = 24 }, threads: 2);
        IReadOnlyList<GeneratedResponse[]> all = few.Generate(prompts, 2, options);
        for (int p = 0; p < prompts.Length; p++)
        {
            foreach (GeneratedResponse r in all[p])
            {
                Assert.Equal(FinishReason.Length, r.FinishReason);
                Assert.Equal(24, prompts[p].Length + r.TokenIds.Length);
                Assert.Equal(all[p][0].TokenIds, r.TokenIds);
            }
        }

        Assert.Throws<InputException>(() => few.Generate([[.. Enumerable.Repeat(3, 24)]], 1, options));
        Assert.Throws<InputException>(() => few.Generate([[1]], 1, options with { TopP = 0 }));
    }
}
