using System.Runtime.InteropServices;
using System.Text.Json;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Layers;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>The reference's own cases of GGUF: blocks to numbers and back, to the bit.</summary>
public sealed partial class GgufCases
{
    private static readonly string Quants = Path.Combine(Places.Shared, "gguf", "quants");

    [SharedFact("gguf/quants/quants.json")]
    public unsafe void Every_block_widens_to_the_references_numbers()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Quants, "quants.json")));
        var wrong = new List<string>();
        foreach (JsonElement c in cases.RootElement.EnumerateArray())
        {
            string name = c.GetProperty("file").GetString()!;
            ElementType type = Type(c);
            byte[] blocks = File.ReadAllBytes(Path.Combine(Quants, name + ".bin"));
            float[] expected = Floats(name + ".f32");
            Assert.Equal(ElementTypes.BlockBytes(type), c.GetProperty("block_bytes").GetInt32());
            Assert.Equal(ElementTypes.BlockValues(type), c.GetProperty("block_values").GetInt32());
            Assert.Equal(blocks.Length, ElementTypes.Bytes(type, expected.Length));
            var found = new float[expected.Length];
            fixed (byte* from = blocks)
            fixed (float* to = found)
            {
                if (ElementTypes.IsBlocked(type)) BlockWidening.Widen(type, from, found.Length, to);
                else ElementTypes.Widen(blocks, found, type);
            }

            for (int i = 0; i < found.Length; i++)
            {
                // As numbers: 0 is -0, and no number is no number.
                if (!found[i].Equals(expected[i])) wrong.Add($"{name}[{i}]: {found[i]:R}, expected {expected[i]:R}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n{string.Join('\n', wrong.Take(20))}");
        Assert.Equal(34, cases.RootElement.GetArrayLength());
    }

    [SharedFact("gguf/quants/quantize/quantize.json")]
    public void Numbers_round_to_the_references_bytes()
    {
        string folder = Path.Combine(Quants, "quantize");
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "quantize.json")));
        var wrong = new List<string>();
        foreach (JsonElement c in cases.RootElement.EnumerateArray())
        {
            float[] values = Floats(Path.Combine("quantize", c.GetProperty("input").GetString()!));
            string name = c.GetProperty("bytes").GetString()!;
            byte[] expected = File.ReadAllBytes(Path.Combine(folder, name));
            var found = new byte[expected.Length];
            if (BlockRounding.CanRoundTo(Type(c))) BlockRounding.Round(Type(c), values, found);
            else ElementTypes.Narrow(values, found, Type(c));
            if (!found.AsSpan().SequenceEqual(expected)) wrong.Add(name);
        }

        Assert.True(wrong.Count == 0, string.Join(' ', wrong));
        Assert.True(cases.RootElement.GetArrayLength() > 40);
    }

    [SharedFact("zoo/verifier_cases.json")]
    public void The_formats_own_cases_hold()
    {
        string file = Path.Combine(Places.Shared, "zoo", "verifier_cases.json");
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(file));
        int count = 0;
        foreach (JsonElement c in cases.RootElement.EnumerateArray())
        {
            if (c.GetProperty("part").GetString() != "formats") continue;
            count++;
            Check(c.GetProperty("method").GetString()!, c.GetProperty("inputs"), c.GetProperty("expected"));
        }

        Assert.Equal(14, count);
    }

    private static unsafe void Check(string method, JsonElement inputs, JsonElement expected)
    {
        byte[] bytes = inputs.TryGetProperty("hex", out JsonElement hex) ? Convert.FromHexString(hex.GetString()!) : [];
        switch (method)
        {
            case "gguf.types":
                foreach (JsonProperty type in expected.EnumerateObject())
                {
                    ElementType known = GgufTensorTypes.Supported(type.Value.GetProperty("id").GetUInt32())!.Value;
                    Assert.Equal(type.Value.GetProperty("block").GetInt32(), ElementTypes.BlockValues(known));
                    Assert.Equal(type.Value.GetProperty("bytes").GetInt32(), ElementTypes.BlockBytes(known));
                }

                break;
            case "bf16.widen":
                byte[] halves = [.. inputs.GetProperty("hex_le").EnumerateArray()
                    .SelectMany(h => Convert.FromHexString(h.GetString()!))];
                var wide = new float[halves.Length / 2];
                ElementTypes.Widen(halves, wide, ElementType.BFloat16);
                Assert.Equal(Numbers(expected.GetProperty("values")), wide.Select(v => (double)v));
                break;
            case "gguf.tiny_file":
                CheckFile(bytes, expected);
                break;
            case "gguf.llama3_rope_freqs":
                CheckFrequencies(inputs, expected);
                break;
            case "gguf.k4_scales":
                fixed (byte* packed = bytes)
                {
                    for (int group = 0; group < 8; group++)
                    {
                        Assert.Equal(expected.GetProperty("scales")[group].GetInt32(), Q4KBlock.Scale(packed, group));
                        Assert.Equal(expected.GetProperty("mins")[group].GetInt32(), Q4KBlock.Min(packed, group));
                    }
                }

                break;
            case "gguf.llama_rope_permutation":
                int rows = inputs.GetProperty("rows").GetInt32(), head = rows / inputs.GetProperty("n_head").GetInt32();
                for (int row = 0; row < rows; row++)
                {
                    Assert.Equal(expected.GetProperty("gguf_row_of_hf_row")[row].GetInt32(), BlockRows.StoredRow(row, head));
                }

                break;
            default:
                ElementType block = Enum.Parse<ElementType>(method["gguf.dequant.".Length..]);
                var values = new float[ElementTypes.BlockValues(block)];
                fixed (byte* from = bytes)
                fixed (float* to = values) BlockWidening.Widen(block, from, values.Length, to);
                Assert.Equal(Numbers(expected.GetProperty("values")), values.Select(v => (double)v));
                break;
        }
    }

    private static unsafe void CheckFile(byte[] bytes, JsonElement expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tiny.gguf"], bytes);
        GgufFile file = GgufFile.Open(folder["tiny.gguf"]);
        Assert.Equal(expected.GetProperty("version").GetInt32(), file.Version);
        Assert.Equal(expected.GetProperty("tensors").GetInt32(), file.Tensors.Count);
        Assert.Equal(expected.GetProperty("kv").GetInt32(), file.Metadata.Keys.Count());
        GgufTensor norm = file.Find("output_norm.weight")!, table = file.Find("token_embd.weight")!;
        Assert.Equal(expected.GetProperty("data_offset").GetInt32(), norm.Offset);
        Assert.Equal(Numbers(expected.GetProperty("token_embd_shape_rows_cols")), table.Dimensions.Reverse().Select(d => (double)d));
        Assert.Equal(
            Numbers(expected.GetProperty("output_norm")),
            MemoryMarshal.Cast<byte, float>(bytes.AsSpan((int)norm.Offset, (int)norm.Length)).ToArray().Select(v => (double)v));
        var values = new float[64];
        fixed (byte* from = bytes)
        fixed (float* to = values) BlockWidening.Widen(table.Type, from + table.Offset, values.Length, to);
        Assert.Equal(Numbers(expected.GetProperty("token_embd_row0")), values[..32].Select(v => (double)v));
        Assert.Equal(Numbers(expected.GetProperty("token_embd_row1")), values[32..].Select(v => (double)v));
    }

    private static void CheckFrequencies(JsonElement inputs, JsonElement expected)
    {
        double Number(string name) => inputs.GetProperty(name).GetDouble();
        var plain = new RopeConfig { Theta = Number("theta") };
        RopeConfig stretched = plain with
        {
            Scaling = RopeScalingKind.Llama3, Factor = Number("factor"), LowFrequencyFactor = Number("low"),
            HighFrequencyFactor = Number("high"), OriginalMaxPositions = Number("original"),
        };
        int head = inputs.GetProperty("head_dim").GetInt32();
        double[] divisors = [.. RotaryEmbedding.Frequencies(plain, head)
            .Zip(RotaryEmbedding.Frequencies(stretched, head), (p, s) => p / s)];
        double[] wanted = Numbers(expected.GetProperty("divisors"));
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], divisors[i], 1e-9);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    private static float[] Floats(string file) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Quants, file))).ToArray();

    private static ElementType Type(JsonElement c) => c.GetProperty("type").GetString() switch
    {
        "F32" => ElementType.Float32,
        "F16" => ElementType.Float16,
        "BF16" => ElementType.BFloat16,
        { } name => Enum.Parse<ElementType>(name),
        null => throw new JsonException("a case without a type"),
    };
}
