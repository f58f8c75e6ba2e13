using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Models;
using Innate.Rewards;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Traces;

/// <summary>A reward must not depend on its neighbours: the same input gives the same bits, however it is computed.</summary>
public class SameBitsTests
{
    public static TheoryData<string, ComputeMode> Models
    {
        get
        {
            var data = new TheoryData<string, ComputeMode>();
            foreach (string name in ToyModel.Names)
            {
                data.Add(name, ComputeMode.Exact);
                data.Add(name, ComputeMode.Int8);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_trace_does_not_depend_on_the_batch_the_order_or_the_threads(string name, ComputeMode mode)
    {
        var parity = ToyModel.Of(name);
        TraceQuery[] queries = Queries(parity);
        using LanguageModel alone = LanguageModel.Load(parity.Folder, new() { Threads = 1, Compute = mode });
        string[][] expected = [.. queries.Select(
            q => q.Responses.Select(r => Bits(alone.Trace([new TraceQuery(q.Prompt, [r])], 0.7)[0][0])).ToArray())];

        foreach (int threads in (int[])[1, 2, 3])
        {
            using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = threads, Compute = mode });
            IReadOnlyList<TokenTrace[]> together = model.Trace(queries, 0.7);
            IReadOnlyList<TokenTrace[]> backwards = model.Trace(
                [.. queries.Reverse().Select(q => new TraceQuery(q.Prompt, [.. q.Responses.Reverse()]))], 0.7);
            for (int i = 0; i < queries.Length; i++)
            {
                Assert.Equal(expected[i], together[i].Select(Bits));
                Assert.Equal(expected[i], backwards[queries.Length - 1 - i].Reverse().Select(Bits));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_shared_prefix_gives_the_bits_of_an_unshared_one(string name, ComputeMode mode)
    {
        var parity = ToyModel.Of(name);
        using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Compute = mode });
        TokenTrace whole = model.Trace([new TraceQuery(parity.Prompt, [parity.Response])])[0][0];

        // Wherever the sequence is cut into prompt and response, the tokens behind the cut have the same traces.
        for (int cut = 1; cut < parity.Response.Length; cut += 4)
        {
            int[] prompt = [.. parity.Prompt, .. parity.Response[..cut]];
            TokenTrace tail = model.Trace([new TraceQuery(prompt, [parity.Response[cut..], [5]])])[0][0];
            Assert.Equal(whole.Q[cut..], tail.Q);
            Assert.Equal(whole.V[cut..], tail.V);
            Assert.Equal(whole.Entropy[cut..], tail.Entropy);
            Assert.Equal(whole.MeanLogit[cut..], tail.MeanLogit);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Tokens_read_one_by_one_have_the_logits_of_one_pass(string name, ComputeMode mode)
    {
        var toy = ToyModel.Of(name);
        using LanguageModel model = LanguageModel.Load(toy.Folder, new() { Threads = 2, Compute = mode });
        CausalLanguageModel decoder = model.Decoder;
        using KeyValueCache whole = new(model.Config, keepLayers: false), steps = new(model.Config, keepLayers: true);
        int[] all = [.. Enumerable.Range(0, toy.Ids.Length)];
        Matrix logits = decoder.Logits(decoder.Forward(TokenTree.Of(toy.Ids), whole), all);
        float[][] expected = [.. all.Select(t => logits.Row(t).ToArray())];
        int node = steps.AddNode(-1);
        for (int t = 0; t < toy.Ids.Length; t++)
        {
            // The prompt's half at once, then token by token.
            int count = t == 0 ? toy.Ids.Length / 2 : 1;
            Matrix hidden = decoder.Forward([new NodeTokens(node, toy.Ids[t..(t + count)])], steps, spanSize: 16);
            t += count - 1;
            Assert.Equal(expected[t], decoder.Logits(hidden, [count - 1]).Row(0).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_instruction_set_gives_the_same_bits(string name, ComputeMode mode)
    {
        var parity = ToyModel.Of(name);
        var seen = new Dictionary<SimdPath, string>();
        foreach (SimdPath path in SimdPaths.Supported)
        {
            using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Simd = path, Compute = mode });
            seen[path] = string.Join(";", model.Trace(Queries(parity), 0.7).SelectMany(t => t).Select(Bits));
        }

        Assert.All(seen, entry => Assert.Equal(seen[SimdPath.Portable], entry.Value));
    }

    [Theory]
    [InlineData(ComputeMode.Exact, null)]
    [InlineData(ComputeMode.Int8, null)]
    [InlineData(ComputeMode.Int8, ElementType.Q4_1)]
    public void A_batch_of_thousands_of_tokens_gives_each_row_its_own_bits(ComputeMode mode, ElementType? quantize)
    {
        // More rows than the MLP, the head and a batch take at a time.
        using LanguageModel model = LanguageModel.Load(
            new ParityModel("qwen2-tied-bf16").Folder, new() { Compute = mode, Quantize = quantize });
        var random = new Random(5);
        int[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.Next(288))];
        TraceQuery[] queries =
            [.. Enumerable.Range(0, 40).Select(i => new TraceQuery(Draw(1 + (i * 7 % 50)), [Draw(1 + (i * 11 % 90)), Draw(13)])),
                new TraceQuery(Draw(9), [Draw(500), Draw(503)])];
        Assert.True(queries.Sum(q => q.TokenCount) > 4000);
        IReadOnlyList<TokenTrace[]> together = model.Trace(queries);
        for (int i = 0; i < queries.Length; i++)
        {
            for (int r = 0; r < queries[i].Responses.Count; r++)
            {
                Assert.Equal(Bits(model.Trace([new TraceQuery(queries[i].Prompt, [queries[i].Responses[r]])])[0][0]),
                    Bits(together[i][r]));
            }
        }
    }

    [SharedFact("models/stories260k")]
    public void Long_sequences_of_a_trained_model_give_the_same_bits_too()
    {
        string folder = Path.Combine(Places.Shared, "models", "stories260k");
        var random = new Random(7);
        int[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.Next(3, 512))];
        var queries = new[] { new TraceQuery(Draw(130), [Draw(300), Draw(1), Draw(97)]), new TraceQuery(Draw(1), [Draw(700)]) };
        string? expected = null;
        foreach (SimdPath path in SimdPaths.Supported)
        {
            using LanguageModel model = LanguageModel.Load(
                folder, new() { Simd = path, Threads = path == SimdPath.Avx2 ? 1 : 2 });
            string bits = string.Join(
                ";", queries.SelectMany(q => q.Responses.Select(r => Bits(model.Trace([new TraceQuery(q.Prompt, [r])])[0][0]))));
            Assert.Equal(bits, string.Join(";", model.Trace(queries).SelectMany(t => t).Select(Bits)));
            expected ??= bits;
            Assert.Equal(expected, bits);
        }
    }

    private static TraceQuery[] Queries(ToyModel parity)
    {
        int[] ids = parity.Ids;
        return
        [
            new TraceQuery(parity.Prompt, [parity.Response, parity.Response[..1], parity.Response[3..20], [7, 8, 9]]),
            new TraceQuery(ids[..1], [ids[1..35]]),
            new TraceQuery(ids[5..25], [ids[25..], ids[..13], ids[..2]]),
        ];
    }

    private static string Bits(TokenTrace t)
    {
        double[] numbers =
        [
            .. t.Q, .. t.V, .. t.LogProbability, .. t.Entropy, .. t.MeanLogit,
            EndogenousReward.Compute(t, new RewardOptions { Gamma = 0.9 }).Value,
        ];
        return string.Join(
            ",",
            numbers.Select(
                x => BitConverter.DoubleToInt64Bits(x).ToString("x", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
