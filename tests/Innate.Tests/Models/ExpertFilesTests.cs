using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Models;
using Innate.Sessions;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Models;

/// <summary>Experts in and out of files: fused, one by one, in blocks.</summary>
public sealed class ExpertFilesTests : IDisposable
{
    private static readonly float[] E2M1 = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Later => [.. ToyModel.Later];

    public static TheoryData<string> References => [.. FamilyReference.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Later))]
    public void A_model_is_written_with_the_tensors_it_was_read_from(string name) => WritesWhatItRead(ToyModel.Of(name).Folder);

    [SharedTheory(FamilyReference.Place)]
    [MemberData(nameof(References))]
    public void What_transformers_wrote_is_written_alike(string name) => WritesWhatItRead(new FamilyReference(name).Folder);

    [Fact]
    public void Fused_experts_and_those_in_tensors_of_their_own_are_one_model()
    {
        string source = ToyModel.Of("gpt_oss").Folder;
        List<(string, string, long[], byte[])> apart = [];
        foreach ((string name, (long[] shape, float[] values)) in Read(source))
        {
            string prefix = name[..(name.LastIndexOf('.') + 1)], leaf = name[(name.LastIndexOf('.') + 1)..];
            if (!prefix.EndsWith(".experts.", StringComparison.Ordinal))
            {
                apart.Add((name, "F32", shape, Bytes(values)));
                continue;
            }

            for (int e = 0; e < shape[0]; e++)
            {
                bool isBias = leaf.EndsWith("_bias", StringComparison.Ordinal), isDown = leaf.StartsWith("down", StringComparison.Ordinal);
                int inputs = isBias ? 1 : (int)shape[1], outputs = (int)shape[^1], maps = isDown ? 1 : 2;
                float[] slice = values[(e * inputs * outputs)..((e + 1) * inputs * outputs)];
                for (int map = 0; map < maps; map++)
                {
                    var own = new float[inputs * outputs / maps];
                    for (int o = 0; o < outputs / maps; o++)
                    {
                        for (int i = 0; i < inputs; i++) own[(o * inputs) + i] = slice[(i * outputs) + (o * maps) + map];
                    }

                    string module = isDown ? "down_proj" : map == 0 ? "gate_proj" : "up_proj";
                    apart.Add((
                        $"{prefix}{e}.{module}.{(isBias ? "bias" : "weight")}", "F32",
                        isBias ? [outputs / maps] : [outputs / maps, inputs], Bytes(own)));
                }
            }
        }

        Directory.CreateDirectory(_folder["apart"]);
        File.Copy(Path.Combine(source, "config.json"), _folder["apart/config.json"]);
        RawSafetensors.Write(_folder["apart/model.safetensors"], apart);
        Assert.Equal(Trace(source), Trace(_folder["apart"]));

        // Written, they are as transformers reads them.
        using LanguageModel model = LanguageModel.Load(_folder["apart"], new() { Threads = 2 });
        Directory.CreateDirectory(_folder["out"]);
        ModelWriter.Write(model.Decoder, _folder["apart"], _folder["out"]);
        SameTensors(source, _folder["out"]);
    }

    [Fact]
    public void Blocks_of_mxfp4_are_the_bfloat16_values_that_they_stand_for()
    {
        (string blocks, string wide) = WriteBlocks(_ => (byte)(117 + (_ % 9)));
        Assert.Equal(Trace(wide), Trace(blocks));
        Assert.Equal(Fact(wide, "parameters"), Fact(blocks, "parameters"));
        Assert.Contains("mxfp4", Fact(blocks, "dtype"), StringComparison.Ordinal);

        // Written, they are what they stand for, and the config says nothing of blocks any more.
        using LocalModel model = LocalModel.LoadWidened(blocks, new ModelSource { Threads = 2 });
        Directory.CreateDirectory(_folder["out"]);
        ModelWriter.Write(model.Decoder, blocks, _folder["out"]);
        Assert.False(JsonNode.Parse(File.ReadAllText(_folder["out/config.json"]))!.AsObject().ContainsKey("quantization_config"));
        SameTensors(wide, _folder["out"]);
        Assert.Equal(Trace(wide), Trace(_folder["out"]));
    }

    [Fact]
    public void Every_code_and_every_scale_that_bfloat16_holds_is_widened_exactly()
    {
        byte[] codes = [.. Enumerable.Range(0, 16).Select(i => (byte)((2 * i % 16) + (((2 * i) + 1) % 16 * 16)))];
        for (int scale = 0; scale < 252; scale++)
        {
            var values = new ushort[32];
            Mxfp4.Widen(codes, [(byte)scale], values);
            for (int i = 0; i < 32; i++)
            {
                double expected = E2M1[i % 16] * Math.Pow(2, scale - 127);
                Assert.Equal(expected, BitConverter.UInt32BitsToSingle((uint)values[i] << 16));
            }
        }
    }

    [Fact]
    public void A_scale_beyond_bfloat16_and_a_missing_half_are_refused_by_name()
    {
        (string blocks, _) = WriteBlocks(i => i == 5 ? (byte)255 : (byte)120);
        string message = Assert.Throws<InputException>(() => LanguageModel.Load(blocks)).Message;
        Assert.Contains("_blocks' holds a value that is infinite or not a number", message, StringComparison.Ordinal);

        (string half, _) = WriteBlocks(_ => 120, t => !t.EndsWith("down_proj_scales", StringComparison.Ordinal));
        message = Assert.Throws<InputException>(() => LanguageModel.Load(half)).Message;
        Assert.Contains("model.layers.0.mlp.experts.down_proj_scales' of bytes (U8) is missing", message, StringComparison.Ordinal);

        (string none, _) = WriteBlocks(_ => 120, t => !t.Contains("gate_up_proj_", StringComparison.Ordinal));
        message = Assert.Throws<InputException>(() => LanguageModel.Load(none)).Message;
        Assert.Contains("'model.layers.0.mlp.experts.gate_up_proj' of shape [4, 64, 128] is missing", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mixtral", "model.layers.1.block_sparse_moe.experts.3.w2.weight")]
    [InlineData("qwen3_moe", "model.layers.2.mlp.experts.5.up_proj.weight")]
    [InlineData("gpt_oss", "model.layers.0.self_attn.sinks")]
    [InlineData("gpt_oss", "model.layers.2.mlp.experts.down_proj_bias")]
    [InlineData("gpt_oss", "model.layers.1.mlp.router.bias")]
    public void A_missing_tensor_is_named(string name, string tensor)
    {
        string source = ToyModel.Of(name).Folder;
        Directory.CreateDirectory(_folder["less"]);
        File.Copy(Path.Combine(source, "config.json"), _folder["less/config.json"]);
        RawSafetensors.Write(
            _folder["less/model.safetensors"],
            Read(source).Where(t => t.Key != tensor).Select(t => (t.Key, "F32", t.Value.Shape, Bytes(t.Value.Values))));
        string message = Assert.Throws<InputException>(() => LanguageModel.Load(_folder["less"])).Message;
        Assert.Contains($"'{tensor}'", message, StringComparison.Ordinal);
    }

    private void WritesWhatItRead(string source)
    {
        string folder = _folder[Guid.NewGuid().ToString("N")];
        Directory.CreateDirectory(folder);
        using (LanguageModel model = LanguageModel.Load(source, new() { Threads = 2 })) ModelWriter.Write(model.Decoder, source, folder);
        SameTensors(source, folder);
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "config.json")), File.ReadAllBytes(Path.Combine(folder, "config.json")));
        Assert.Equal(Trace(source), Trace(folder));
    }

    private static void SameTensors(string expected, string found)
    {
        using Checkpoint first = Checkpoint.Open(expected), second = Checkpoint.Open(found);
        Assert.Equal(first.Tensors.Keys.Order(StringComparer.Ordinal), second.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, TensorInfo tensor) in first.Tensors)
        {
            TensorInfo other = second.Tensors[name];
            Assert.Equal((tensor.Type, SafetensorsTypes.Text(tensor.Shape)), (other.Type, SafetensorsTypes.Text(other.Shape)));
            byte[] theirs = new byte[tensor.Length], ours = new byte[tensor.Length];
            first.Read(tensor, 0, theirs);
            second.Read(other, 0, ours);
            Assert.True(theirs.AsSpan().SequenceEqual(ours), name);
        }
    }

    /// <summary>A published form of gpt_oss, and the same with its blocks written out.</summary>
    private (string Blocks, string Wide) WriteBlocks(Func<int, byte> scale, Predicate<string>? keep = null)
    {
        const int experts = 4, hidden = 64, inner = 64;
        string name = Guid.NewGuid().ToString("N"), blocks = _folder[$"{name}-blocks"], wide = _folder[$"{name}-wide"];
        ToyModel.Write(
            wide,
            $$"""
            "model_type":"gpt_oss","num_local_experts":{{experts}},"num_experts_per_tok":2,"hidden_size":{{hidden}},
            "intermediate_size":{{inner}},"head_dim":8,"num_hidden_layers":1
            """, ElementType.BFloat16);
        var random = new Random(2);
        List<(string, string, long[], byte[])> packed = [], plain = [];
        using (Checkpoint checkpoint = Checkpoint.Open(wide))
        {
            foreach ((string tensor, TensorInfo info) in checkpoint.Tensors)
            {
                var bytes = new byte[info.Length];
                checkpoint.Read(info, 0, bytes);
                if (info.Shape.Count < 3)
                {
                    packed.Add((tensor, "BF16", [.. info.Shape], bytes));
                    plain.Add((tensor, "BF16", [.. info.Shape], bytes));
                    continue;
                }

                int inputs = (int)info.Shape[1], outputs = (int)info.Shape[2], groups = inputs / 32;
                var codes = new byte[experts * outputs * groups * 16];
                random.NextBytes(codes);
                byte[] scales = [.. Enumerable.Range(0, experts * outputs * groups).Select(scale)];
                packed.Add(($"{tensor}_blocks", "U8", [experts, outputs, groups, 16], codes));
                packed.Add(($"{tensor}_scales", "U8", [experts, outputs, groups], scales));
                var values = new ushort[experts * inputs * outputs];
                for (int i = 0; i < values.Length; i++)
                {
                    // [experts, outputs, inputs] there, [experts, inputs, outputs] here.
                    int e = i / (inputs * outputs), o = i / inputs % outputs, column = i % inputs;
                    int code = codes[i / 2] >> (i % 2 * 4) & 15;
                    float value = E2M1[code] * MathF.ScaleB(1, scales[i / 32] - 127);
                    values[(((e * inputs) + column) * outputs) + o] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
                }

                plain.Add((tensor, "BF16", [.. info.Shape], [.. MemoryMarshal.AsBytes(values.AsSpan())]));
            }
        }

        Directory.CreateDirectory(blocks);
        RawSafetensors.Write(Path.Combine(wide, "model.safetensors"), plain);
        RawSafetensors.Write(Path.Combine(blocks, "model.safetensors"), packed.Where(t => keep?.Invoke(t.Item1) ?? true));
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(wide, "config.json")))!.AsObject();
        config["quantization_config"] = JsonNode.Parse(
            """{"quant_method":"mxfp4","modules_to_not_convert":["model.layers.*.self_attn","lm_head"]}""");
        File.WriteAllText(Path.Combine(blocks, "config.json"), config.ToJsonString());
        return (blocks, wide);
    }

    private static string Fact(string folder, string name)
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = folder });
        return ModelFacts.Of(session).Single(f => f.Name == name).Text;
    }

    private static Dictionary<string, (long[] Shape, float[] Values)> Read(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        return checkpoint.Tensors.Values.ToDictionary(
            t => t.Name, t => ((long[])[.. t.Shape], StoredTensors.Float32(checkpoint, t)));
    }

    private static byte[] Bytes(float[] values) => [.. MemoryMarshal.AsBytes(values.AsSpan())];

    private static double[] Trace(string folder)
    {
        using LanguageModel model = LanguageModel.Load(folder, new() { Threads = 2 });
        int[] ids = GradientRuns.Draw(new Random(1), 30);
        TokenTrace trace = model.Trace([new TraceQuery(ids[..9], [ids[9..]])])[0][0];
        return [.. trace.Q, .. trace.V, .. trace.Entropy];
    }
}
