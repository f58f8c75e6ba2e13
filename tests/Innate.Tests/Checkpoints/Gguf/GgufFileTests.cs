using System.Buffers.Binary;
using System.Text;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Keys_and_tensors_are_read(uint version)
    {
        GgufFile file = Open(
            new GgufBytes { Version = version }
                .Key("text", "ä\n").Key("u8", (byte)200).Key("i8", (sbyte)-3).Key("u16", (ushort)60000).Key("i16", (short)-300)
                .Key("u32", uint.MaxValue).Key("i32", -70000).Key("f32", 1e-5f).Key("yes", true).Key("no", false)
                .Key("u64", ulong.MaxValue).Key("i64", long.MinValue).Key("f64", 0.1).Key("texts", new[] { "", "b", "ĠC" })
                .Key("wholes", new[] { 1, -2 }).Key("floats", new[] { 0.5f, -1000 }).Key("flags", new[] { true, false })
                .Key("none", Array.Empty<string>())
                .Floats("a", 3).Tensor("b", [32, 2], 8, [.. Enumerable.Range(0, 68).Select(i => (byte)i)]));
        GgufMetadata keys = file.Metadata;
        Assert.Equal(((int)version, 18), (file.Version, keys.Keys.Count()));
        Assert.Equal(("ä\n", 1e-5, 0.1), (keys.Text("text"), keys.Number("f32"), keys.Number("f64")));
        Assert.Equal(
            (200, -3, 60000, -300),
            (keys.Whole("u8", 0, 255), keys.Whole("i8", -9, 9), keys.Whole("u16", 0, 65535), keys.Whole("i16", -999, 0)));
        Assert.Equal(
            (uint.MaxValue, -70000, long.MinValue),
            (keys.Whole("u32", 0, long.MaxValue), keys.Whole("i32", -99999, 0), keys.Whole("i64", long.MinValue, 0)));
        Assert.Equal((true, false, null), (keys.OptionalFlag("yes"), keys.OptionalFlag("no"), keys.OptionalFlag("absent")));
        GgufTexts texts = keys.Texts("texts");
        Assert.Equal(["", "b", "ĠC"], Enumerable.Range(0, texts.Count).Select(texts.Text));
        Assert.Equal(0, keys.Texts("none").Count);
        Assert.Equal([1, -2], keys.Wholes("wholes"));
        Assert.Equal([0.5f, -1000], keys.Floats("floats"));
        Assert.Equal([true, false], keys.Flags("flags"));
        Assert.Equal((true, 2, 0), (keys.IsArray("flags"), keys.CountOf("flags"), keys.CountOf("u8")));

        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name));
        GgufTensor b = file.Find("b")!;
        Assert.Equal((ElementType.Q8_0, 68L), (b.Type, b.Length));
        Assert.Equal([32, 2], b.Dimensions);
        Assert.Equal(Enumerable.Range(0, 68).Select(i => (byte)i), File.ReadAllBytes(b.File)[(int)b.Offset..(int)(b.Offset + b.Length)]);
        Assert.Null(file.Find("c"));
    }

    [Fact]
    public void A_value_of_another_kind_is_told_with_file_key_expected_and_found()
    {
        GgufMetadata keys = Open(
            new GgufBytes().Key("a.text", "words").Key("a.long", new string('x', 200)).Key("a.whole", 7u).Key("a.number", 2.5f)
                .Key("a.nan", float.NaN).Key("a.flag", true).Key("a.list", new[] { 1, 2 }).Key("a.nans", new[] { float.NaN })
                .Key("a.huge", ulong.MaxValue)).Metadata;
        Says(() => keys.Whole("a.text", 0, 9), "model.gguf", "key 'a.text'", "a whole number from 0 to 9", "found 'words'");
        Says(() => keys.Whole("a.whole", 0, 6), "a whole number from 0 to 6", "found 7");
        Says(() => keys.Whole("a.huge", 0, 6), "found 18446744073709551615");
        Says(() => keys.Whole("a.flag", 0, 6), "found true");
        Says(() => keys.Whole("b", 0, 6), "key 'b'", "found nothing");
        Says(() => keys.Number("a.whole"), "a number", "found 7");
        Says(() => keys.Number("a.nan"), "a number", "NaN");
        Says(() => keys.OptionalFlag("a.number"), "true or false", "found 2.5");
        Says(() => keys.Text("a.list"), "a text", "an array of 2 i32");
        Says(() => keys.Texts("a.list"), "an array of texts", "an array of 2 i32");
        Says(() => keys.Wholes("a.long"), "an array of whole numbers", "a text of 200 bytes");
        Says(() => keys.Floats("a.nans"), "NaN");
        Says(() => keys.Flags("a.list"), "an array of bool");
    }

    [Fact]
    public void A_text_must_be_utf8()
    {
        byte[] file = new GgufBytes().Key("k", "ab").ToArray();
        file[^1] = 0xFF;
        GgufMetadata keys = Open(file).Metadata;
        Says(() => keys.Text("k"), "key 'k'", "UTF-8");
        file[^15] = 0xC3; // The key's own name.
        Says(() => Open(file), "key 1", "UTF-8");
    }

    [Theory]
    [InlineData(1u, "version 2 or 3", "version 1")]
    [InlineData(4u, "version 4")]
    [InlineData(0u, "version 0")]
    [InlineData(0x03000000u, "big-endian")]
    public void Another_version_is_refused(uint version, params string[] words) =>
        Says(() => Open(new GgufBytes { Version = version }), words);

    [Theory]
    [InlineData(16u)]
    [InlineData(32u)]
    [InlineData(4096u)]
    public void Tensors_are_aligned_as_the_file_says(uint alignment)
    {
        GgufFile file = Open(
            new GgufBytes { Alignment = alignment }.Key("general.alignment", alignment).Floats("a", 1).Floats("b", 1));
        Assert.All(file.Tensors, t => Assert.Equal(0, t.Offset % alignment));
        Assert.Equal(alignment, file.Tensors[1].Offset - file.Tensors[0].Offset);
    }

    [Fact]
    public void An_alignment_that_is_none_is_refused()
    {
        Says(() => Open(new GgufBytes().Key("general.alignment", 0u)), "general.alignment", "a power of two", "found 0");
        Says(() => Open(new GgufBytes().Key("general.alignment", 24u)), "a power of two", "found 24");
        Says(() => Open(new GgufBytes().Key("general.alignment", 32)), "expected a u32", "i32");
    }

    [Theory]
    [InlineData(16u, "IQ2_XXS (number 16)")]
    [InlineData(21u, "IQ3_S (number 21)")]
    [InlineData(26u, "I32 (number 26)")]
    [InlineData(28u, "F64 (number 28)")]
    [InlineData(77u, "number 77")]
    public void A_type_that_is_not_read_is_told_with_its_tensor(uint type, string name) =>
        Says(() => Open(new GgufBytes().Tensor("blk.0.w", [256], type, new byte[1024])), "tensor 'blk.0.w'", name);

    [Fact]
    public void Tensors_must_make_sense()
    {
        Says(() => Open(new GgufBytes().Tensor("t", [48], 8, new byte[51])), "'t'", "blocks of 32", "Q8_0", "rows of 48");
        Says(() => Open(new GgufBytes().Tensor("t", [], 0, [])), "'t'", "1 to 4 dimensions", "found 0");
        Says(() => Open(new GgufBytes().Tensor("t", [1, 1, 1, 1, 1], 0, new byte[4])), "1 to 4 dimensions", "found 5");
        Says(() => Open(new GgufBytes().Tensor("t", [4, 0], 0, [])), "'t'", "the size 0");
        Says(() => Open(new GgufBytes().Tensor("t", [1L << 40, 1L << 40], 0, [])), "'t'", "2^63", "1099511627776");
        Says(() => Open(new GgufBytes().Tensor("t", [-1], 0, [])), "'t'", "2^63");
        Says(() => Open(new GgufBytes().Tensor("t", [1L << 40], 0, [])), "'t'", "4398046511104 bytes");
        Says(() => Open(new GgufBytes().Tensor("t", [8], 0, new byte[31])), "truncated", "'t'", "ends at byte");
        Says(() => Open(new GgufBytes().Floats("t", 1).Floats("t", 1)), "'t' is there twice");
        Says(() => Open(new GgufBytes().Floats(new string('t', 300), 1)), "300", "at most 256");
        Says(() => Open(new GgufBytes().Tensor("a", [16], 0, new byte[32]).Floats("b", 8)), "'b'", "within tensor 'a'");
        Says(() => Open(new GgufBytes { Alignment = 4 }.Floats("a", 1).Floats("b", 8)), "'b'", "a multiple of 32", "found 4");
    }

    [Fact]
    public void Numbers_that_a_header_claims_cost_nothing()
    {
        byte[] empty = new GgufBytes().ToArray();
        foreach (int at in (int[])[8, 16])
        {
            string what = at == 8 ? "tensors" : "keys";
            Says(() => Open(With(empty, at, ulong.MaxValue)), what, "18446744073709551615");
            Says(() => Open(With(empty, at, 1UL << 60)), what, "1152921504606846976");
            Says(() => Open(With(empty, at, 1000)), what, "truncated", "only 0 follow");
        }

        byte[] text = new GgufBytes().Key("k", "words").ToArray();
        Says(() => Open(With(text, text.Length - 13, 1UL << 63)), "key 'k'", "9223372036854775808");
        Says(() => Open(With(text, text.Length - 13, 6)), "key 'k'", "has 6 bytes", "only 5 follow");
        byte[] list = new GgufBytes().Key("k", new[] { 1, 2 }).ToArray();
        Says(() => Open(With(list, list.Length - 16, ulong.MaxValue)), "key 'k'", "18446744073709551615");
        Says(() => Open(With(list, list.Length - 16, 1UL << 62)), "key 'k'", "4611686018427387904");
        byte[] texts = new GgufBytes().Key("k", new[] { "a" }).ToArray();
        Says(() => Open(With(texts, texts.Length - 17, 1UL << 40)), "key 'k'", "at most 16777216", "1099511627776");
        Says(() => Open(With(texts, texts.Length - 17, 3)), "key 'k'", "24 bytes", "only 9 follow");
        Says(() => Open(With(texts, texts.Length - 9, 2)), "key 'k'", "2 bytes", "only 1 follow");

        byte[] With(byte[] file, int at, ulong number)
        {
            byte[] changed = [.. file];
            BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(at), number);
            return changed;
        }
    }

    [Fact]
    public void Damaged_values_are_refused()
    {
        Says(() => Open("GGUF"u8.ToArray()), "at least 24 bytes", "found 4");
        Says(() => Open(new byte[100]), "does not begin with 'GGUF'");
        Says(() => Open(new GgufBytes().Key("k", 1u).Key("k", 2u)), "key 'k' is there twice");
        byte[] flag = new GgufBytes().Key("k", true).ToArray();
        flag[^1] = 2;
        Says(() => Open(flag), "key 'k'", "a bool", "found 2");
        byte[] type = new GgufBytes().Key("k", 1u).ToArray();
        type[^8] = 13;
        Says(() => Open(type), "key 'k'", "a type of value from 0 to 12", "found 13");
        byte[] nested = new GgufBytes().Key("k", new[] { 1 }).ToArray();
        nested[^16] = 9;
        Says(() => Open(nested), "key 'k'", "one of arrays");
        Says(() => Open(new GgufBytes().Key(new string('k', 2000), 1u)), "2000", "at most 1024");
        Says(() => GgufFile.Open(Path.Combine(_folder.Path, "none.gguf")), "none.gguf", "cannot be opened");
    }

    /// <summary>Cut anywhere and changed anywhere, a file is read or refused with a sentence that names it.</summary>
    [Fact]
    public void A_damaged_header_is_read_or_refused()
    {
        byte[] whole = new GgufBytes()
            .Key("general.architecture", "llama").Key("n", 1u).Key("f", 1f).Key("texts", new[] { "a", "bc" })
            .Key("numbers", new[] { 1f, 2f }).Key("general.alignment", 32u).Floats("a", 8).Floats("b", 2, 2)
            .Tensor("c", [32], 8, new byte[34]).ToArray();
        for (int length = 0; length < whole.Length; length++) Assert.NotNull(Refusal(whole[..length]));
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] changed = [.. whole];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                changed[random.Next(changed.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : 1 << random.Next(8));
            }

            if (Refusal(changed) is not string sentence) continue;
            refused++;
            Assert.Contains("model.gguf", sentence, StringComparison.Ordinal);
        }

        Assert.InRange(refused, 300, 1499);
    }

    [Fact]
    public void Parts_are_one_file()
    {
        WriteParts("m", 3, total: 3);
        GgufFile file = GgufFile.Open(Part("m", 1, 3));
        Assert.Equal(["t1", "t2", "t3"], file.Tensors.Select(t => t.Name));
        Assert.Equal(Part("m", 3, 3), file.Tensors[2].File);
        Assert.Equal("llama", file.Metadata.Text("general.architecture"));
    }

    [Fact]
    public void Parts_that_are_no_whole_are_told()
    {
        WriteParts("m", 3, total: 3);
        Says(() => GgufFile.Open(Part("m", 2, 3)), "part 2 of 3", "expected the first", "m-00001-of-00003.gguf");
        File.Delete(Part("m", 3, 3));
        Says(() => GgufFile.Open(Part("m", 1, 3)), "part 3 of 3", "m-00003-of-00003.gguf", "is missing");
        File.Copy(Part("m", 2, 3), Part("m", 3, 3));
        Says(() => GgufFile.Open(Part("m", 1, 3)), "m-00003-of-00003.gguf", "split.no", "expected 2", "found 1");
        WriteParts("n", 2, total: 5);
        Says(() => GgufFile.Open(Part("n", 1, 2)), "split.tensors.count", "expected 2", "found 5");
        File.Copy(Part("n", 1, 2), Path.Combine(_folder.Path, "other.gguf"));
        Says(() => GgufFile.Open(Path.Combine(_folder.Path, "other.gguf")), "first of 2 parts", "-00001-of-00002.gguf");
        WriteParts("o", 2, total: 2);
        File.WriteAllBytes(
            Part("o", 2, 2),
            new GgufBytes().Key("split.no", (ushort)1).Key("split.count", (ushort)2).Floats("t1", 1).ToArray());
        Says(() => GgufFile.Open(Part("o", 1, 2)), "'t1'", "is also in", "o-00001-of-00002.gguf");
    }

    private void WriteParts(string stem, int count, int total)
    {
        for (int part = 1; part <= count; part++)
        {
            GgufBytes bytes = new();
            if (part == 1) bytes.Key("general.architecture", "llama");
            bytes.Key("split.no", (ushort)(part - 1)).Key("split.count", (ushort)count).Key("split.tensors.count", total)
                .Floats($"t{part}", part);
            File.WriteAllBytes(Part(stem, part, count), bytes.ToArray());
        }
    }

    private string Part(string stem, int part, int count) => Path.Combine(_folder.Path, $"{stem}-{part:d5}-of-{count:d5}.gguf");

    private string? Refusal(byte[] bytes)
    {
        try
        {
            GgufFile file = Open(bytes);
            foreach (GgufTensor tensor in file.Tensors) Assert.True(tensor.Offset + tensor.Length <= bytes.Length);
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }

    private GgufFile Open(GgufBytes bytes) => Open(bytes.ToArray());

    private GgufFile Open(byte[] bytes)
    {
        string file = Path.Combine(_folder.Path, "model.gguf");
        File.WriteAllBytes(file, bytes);
        return GgufFile.Open(file);
    }

    private static void Says(Action act, params string[] words)
    {
        string message = Assert.Throws<InputException>(act).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
