using Innate.Engines;
using Innate.LlamaCpp;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Traces;
using LLama.Native;

namespace Innate.Tests.LlamaCpp;

/// <summary>
/// llama.cpp in process tells whole traces: those of our own decoder but for its arithmetic, from a prompt that is read once.
/// </summary>
public sealed class LlamaTraceTests : IDisposable
{
    // Keys and values in halves, and sums in another order; the toys' logits are some units wide.
    private const double Near = 0.01;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LlamaTheory]
    [InlineData("llama")]
    [InlineData("llama3-rope")]
    [InlineData("llama-mha-tied")]
    [InlineData("qwen2-tied-bf16")]
    [InlineData("qwen3")]
    [InlineData("olmo2")]
    [InlineData("new smollm3")]
    [InlineData("new granite")]
    [InlineData("new mixtral")]
    [InlineData("new qwen3_moe")]
    public void Every_part_of_a_trace_is_our_own_decoders_at_any_alpha(string name)
    {
        ToyModel toy = ToyModel.Of(name.StartsWith("new ", StringComparison.Ordinal) ? "llama" : name);
        string folder = name.StartsWith("new ", StringComparison.Ordinal) ? LlamaFiles.New(_folder["new"], name[4..]) : toy.Folder;
        string file = LlamaFiles.Export(folder, _folder["toy.gguf"]);
        TraceQuery query = Group(toy);
        using LanguageModel ours = LanguageModel.Load(file, new() { Threads = 2 });
        using LlamaCppModel theirs = LlamaCppModel.Load(file, threads: 2);
        Assert.Equal((ours.VocabularySize, TraceParts.All), (theirs.VocabularySize, ((ITraceSource)theirs).Parts));
        foreach (double alpha in (double[])[1, 0.5, 3])
        {
            TokenTrace[] expected = ours.Trace([query], alpha)[0], found = theirs.Trace([query], alpha)[0];
            Assert.Equal(query.Responses.Count, found.Length);
            for (int i = 0; i < found.Length; i++) Close(expected[i], found[i], Near);
        }
    }

    [LlamaFact]
    public void A_prompt_is_read_once_for_all_its_responses_and_no_last_token_is_read()
    {
        ToyModel toy = ToyModel.Of("llama");
        using LlamaCppModel model = LlamaCppModel.Load(LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]), threads: 2);
        TraceQuery query = Group(toy);
        int expected = query.Prompt.Length + query.Responses.Sum(r => r.Length - 1);
        model.Trace([query]);
        Assert.Equal(expected, model.TokensRead);
        model.Trace([query], alpha: 0.3);
        Assert.Equal(2 * expected, model.TokensRead);
    }

    [LlamaFact]
    public void More_responses_than_fit_are_read_in_turns_and_small_passes_give_the_same_numbers()
    {
        ToyModel toy = ToyModel.Of("qwen3");
        string file = LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]);
        int[][] responses =
            [.. Enumerable.Range(0, 50).Select(i => toy.Response[..(1 + (i % 9))].Select(t => (t + i) % 250).ToArray())];
        TraceQuery query = new(toy.Prompt, responses);
        using LanguageModel ours = LanguageModel.Load(file, new() { Threads = 2 });
        using LlamaCppModel wide = LlamaCppModel.Load(file, threads: 2);
        using LlamaCppModel narrow = LlamaCppModel.Load(
            file, new() { Batch = 5, Context = toy.PromptLength + 12 }, threads: 2);
        TokenTrace[] expected = ours.Trace([query])[0], all = wide.Trace([query])[0], few = narrow.Trace([query])[0];
        for (int i = 0; i < responses.Length; i++)
        {
            Close(expected[i], all[i], Near);
            Close(expected[i], few[i], Near);
        }

        Assert.Equal(toy.PromptLength + responses.Sum(r => r.Length - 1), narrow.TokensRead);
        Assert.Equal(wide.TokensRead, narrow.TokensRead);
    }

    [LlamaFact]
    public void A_trace_depends_on_its_own_query_alone()
    {
        ToyModel toy = ToyModel.Of("llama");
        using LlamaCppModel model = LlamaCppModel.Load(LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]), threads: 2);
        TraceQuery query = Group(toy), other = new(toy.Response, [toy.Prompt]);
        TokenTrace[] alone = model.Trace([query])[0], between = model.Trace([other, query, other])[1];
        for (int i = 0; i < alone.Length; i++)
        {
            Assert.Equal(alone[i].Q, between[i].Q);
            Assert.Equal(alone[i].V, between[i].V);
            Assert.Equal(alone[i].Entropy, between[i].Entropy);
        }
    }

    [LlamaFact]
    public void A_pass_that_fails_is_told_with_the_file_and_the_next_query_is_read_as_ever()
    {
        ToyModel toy = ToyModel.Of("llama");
        string file = LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]);
        using LlamaCppModel model = LlamaCppModel.Load(file, threads: 2);
        TraceQuery query = Group(toy);
        double[] before = model.Trace([query])[0][1].V;
        Func<LLamaBatch, DecodeResult> decode = model.Context.Decode;
        int passes = 0;
        model.Context.Decode = batch => ++passes == 2 ? DecodeResult.ComputeAborted : decode(batch);
        string told = Assert.Throws<EngineException>(() => model.Trace([query])).Message;
        Assert.Contains(file, told, StringComparison.Ordinal);
        Assert.Contains("found ComputeAborted", told, StringComparison.Ordinal);
        Assert.Equal(before, model.Trace([query])[0][1].V);
    }

    [LlamaFact]
    public void What_no_model_can_read_is_refused_before_anything_is_read()
    {
        ToyModel toy = ToyModel.Of("llama");
        using LlamaCppModel model = LlamaCppModel.Load(
            LlamaFiles.Export(toy.Folder, _folder["toy.gguf"]), new() { Context = 16 }, threads: 1);
        Assert.Equal(16, model.MaxPositions);
        model.Trace([new([1, 2, 3], [[.. Enumerable.Range(1, 13)]])]);
        long read = model.TokensRead;
        Assert.Throws<InputException>(() => model.Trace([new([1, 2, 3], [[.. Enumerable.Range(1, 14)]])]));
        Assert.Throws<InputException>(() => model.Trace([new([], [[1]])]));
        Assert.Throws<InputException>(() => model.Trace([new([1], [[99_999]])]));
        Assert.Throws<InputException>(() => model.Trace([new([1], [[1]])], alpha: 0));
        Assert.Equal(read, model.TokensRead);
    }

    [LlamaFact("models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")]
    public void A_real_models_numbers_are_near_and_its_rewards_say_the_same()
    {
        string file = Path.Combine(Places.Shared, "models", "smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf");
        using LanguageModel ours = LanguageModel.Load(file, new() { Threads = 2 });
        using LlamaCppModel theirs = LlamaCppModel.Load(file, threads: 2);
        Innate.Text.ChatFormat format = new(Innate.Text.Tokenizer.Load(file), Innate.Text.ChatTemplate.Load(file));
        TraceQuery query = TraceQuery.Of(
            format, "What is the capital of France?", ["The capital of France is Paris.", "The capital of France is Berlin."], false);
        TokenTrace[] expected = ours.Trace([query])[0], found = theirs.Trace([query])[0];

        // On the processor llama.cpp rounds the activations beside 4-bit weights to 8 bits.
        double difference = expected.Zip(found).SelectMany(p => p.First.LogProbability.Zip(p.Second.LogProbability))
            .Average(p => Math.Abs(p.First - p.Second));
        Assert.InRange(difference, 0, 0.25);
        Assert.True(expected[0].LogProbability.Sum() > expected[1].LogProbability.Sum());
        Assert.True(found[0].LogProbability.Sum() > found[1].LogProbability.Sum());
    }

    private static TraceQuery Group(ToyModel toy) => new(
        toy.Prompt, [toy.Response, [5], [7, 7, 9], toy.Response[..^1], [.. toy.Response.Reverse()]]);

    private static void Close(TokenTrace expected, TokenTrace found, double near)
    {
        Assert.Equal(expected.Tokens, found.Tokens);
        Assert.Equal(expected.Alpha, found.Alpha);
        for (int h = 0; h < expected.Length; h++)
        {
            Assert.Equal(expected.Q[h], found.Q[h], near);
            Assert.Equal(expected.V[h], found.V[h], near);
            Assert.Equal(expected.LogProbability[h], found.LogProbability[h], near);
            Assert.Equal(expected.Entropy[h], found.Entropy[h], near);
            Assert.Equal(expected.MeanLogit[h], found.MeanLogit[h], near);
        }
    }
}
