using System.Runtime.InteropServices;
using System.Text.Json;
using Innate.Compute;
using Innate.Compute.Blocks;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>The reference's own cases of GGUF: blocks to numbers and back, to the bit.</summary>
public sealed class GgufCases
{
    private static readonly string s_quants = Path.Combine(Places.Shared, "gguf", "quants");

    [SharedFact("gguf/quants/quants.json")]
    public unsafe void Every_block_widens_to_the_references_numbers()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_quants, "quants.json")));
        var wrong = new List<string>();
        foreach (JsonElement c in cases.RootElement.EnumerateArray())
        {
            string name = c.GetProperty("file").GetString()!;
            ElementType type = Type(c);
            byte[] blocks = File.ReadAllBytes(Path.Combine(s_quants, name + ".bin"));
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
        string folder = Path.Combine(s_quants, "quantize");
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

    private static float[] Floats(string file) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(s_quants, file))).ToArray();

    private static ElementType Type(JsonElement c) => c.GetProperty("type").GetString() switch
    {
        "F32" => ElementType.Float32,
        "F16" => ElementType.Float16,
        "BF16" => ElementType.BFloat16,
        { } name => Enum.Parse<ElementType>(name),
        null => throw new JsonException("a case without a type"),
    };
}
