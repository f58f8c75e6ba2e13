using Innate.Checkpoints;
using Innate.Compute.Simd;
using Innate.Learning;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>A training run must be repeatable: gradients have the same bits however their work is shared out.</summary>
public sealed class GradientBitsTests
{
    public static TheoryData<string> Models =>
        [.. ((string[])["gemma2", "mistral-window", "olmo2", "phi3", "qwen2-tied-bf16", "qwen3"]).Concat(ToyModel.Later)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Threads_and_instruction_sets_do_not_change_a_gradients_bits(string name)
    {
        string folder = ToyModel.Of(name).Folder;
        Dictionary<string, float[]>? expected = null;
        foreach ((int threads, SimdPath path) in ((int, SimdPath)[])
        [
            (1, SimdPath.Portable), (3, SimdPaths.Supported[0]), .. SimdPaths.Supported.Select(p => (2, p)),
        ])
        {
            using LanguageModel model = LanguageModel.Load(folder, new() { Threads = threads, Simd = path });
            Dictionary<string, float[]> found = GradientRuns.Of(model.Decoder, [Mixed()]);
            expected ??= found;
            GradientRuns.Same(expected, found, $"{name}, {threads} threads, {path}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_batch_of_sequences_has_the_gradients_of_its_sequences_one_by_one(string name)
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
        Dictionary<string, float[]> together = GradientRuns.Of(model.Decoder, [Sequences(null, 0, 12)]);
        Dictionary<string, float[]> apart = GradientRuns.Of(model.Decoder, OneByOne(null));
        Dictionary<string, float[]> parts = GradientRuns.Of(model.Decoder, [Sequences(null, 0, 5), Sequences(null, 5, 7)]);

        // A tied embedding is summed as a head and as a table, batch by batch: in another order.
        bool isTied = model.Decoder.Head == model.Decoder.Embedding;
        GradientRuns.Same(apart, together, name, tensor => isTied && tensor == "model.embed_tokens.weight");
        GradientRuns.Same(apart, parts, name, tensor => isTied && tensor == "model.embed_tokens.weight");
    }

    [Theory]
    [InlineData("phi3")]
    [InlineData("gemma2")]
    [InlineData("mixtral")]
    [InlineData("gpt_oss")]
    public void Dropout_leaves_out_the_same_whatever_is_computed_beside_a_sequence(string name)
    {
        // More rows than the MLP takes at a time, so that keys must be those of the block.
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
        var config = new AdapterConfig { Rank = 4, Alpha = 8, Dropout = 0.3, TargetModules = [AdapterConfig.AllLinear] };
        LoraAdapters adapters = LoraAdapters.Attach(model.Decoder, config, 1);
        RandomNumbers.Fill(adapters.Parameters, 0.1f);
        Dictionary<string, float[]> together = GradientRuns.Of(model.Decoder, [Sequences(9, 0, 12)], adapters.Parameters);
        // The parts of a fused map share A: batch by batch, their sums come in another order.
        GradientRuns.Same(
            GradientRuns.Of(model.Decoder, OneByOne(9), adapters.Parameters), together, name,
            tensor => name == "phi3" && (tensor.Contains("qkv_proj.lora_A") || tensor.Contains("gate_up_proj.lora_A")));

        Dictionary<string, float[]> otherKey = GradientRuns.Of(model.Decoder, [Sequences(10, 0, 12)], adapters.Parameters);
        Dictionary<string, float[]> none = GradientRuns.Of(model.Decoder, [Sequences(null, 0, 12)], adapters.Parameters);
        Assert.All(together.Keys, tensor => Assert.True(Near.Distance(together[tensor], otherKey[tensor]) > 1e-3, tensor));
        Assert.All(together.Keys, tensor => Assert.True(Near.Distance(together[tensor], none[tensor]) > 1e-3, tensor));
    }

    [Fact]
    public void Every_module_leaves_out_others_of_its_inputs_and_the_parts_of_a_fused_one_the_same()
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("phi3").Folder);
        var config = new AdapterConfig { Rank = 1, Alpha = 1, Dropout = 0.5, TargetModules = [AdapterConfig.AllLinear] };
        LoraAdapters.Attach(model.Decoder, config, 1);
        ulong[][] salts = [.. model.Decoder.Maps
            .GroupBy(m => m.Module, (_, parts) => parts.Select(p => p.Map.Adapter!.Salt).Distinct().ToArray())];
        Assert.All(salts, module => Assert.Single(module));
        Assert.Equal(salts.Length, salts.Select(module => module[0]).Distinct().Count());
    }

    private static IEnumerable<TokenBatch> OneByOne(ulong? key) => Enumerable.Range(0, 12).Select(i => Sequences(key, i, 1));

    /// <summary>Some of twelve sequences, 598 rows, of whose tokens some are asked about.</summary>
    private static TokenBatch Sequences(ulong? key, int first, int count)
    {
        var batch = new TokenBatch(key);
        for (int i = first; i < first + count; i++)
        {
            int[] tokens = GradientRuns.Draw(new Random(i), i == 0 ? 2 : 30 + (i * 4));
            batch.AddSequence(i, tokens, [.. tokens.Select((t, at) => at == 1 || (t + at) % 3 > 0)]);
        }

        return batch;
    }

    /// <summary>278 rows: enough that every operation is shared out among threads.</summary>
    private static TokenBatch Mixed()
    {
        TokenBatch batch = Sequences(null, 0, 4);
        var random = new Random(50);
        int[] Draw(int count) => GradientRuns.Draw(random, count);
        batch.AddGroup(4, Draw(60), [Draw(70), Draw(2), Draw(33)]);
        return batch;
    }
}
