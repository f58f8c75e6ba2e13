using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>What is written is read back, keys with their kinds and tensors with their bytes.</summary>
public sealed class GgufWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_and_tensors_come_back_as_they_were()
    {
        string path = _folder["a.gguf"];
        byte[] blocks = [.. Enumerable.Range(0, 3 * 34).Select(i => (byte)i)];
        GgufWriter.Write(
            path,
            [
                GgufEntry.Text("general.architecture", "llama"), GgufEntry.Whole("llama.block_count", 7),
                GgufEntry.Number("a.number", 0.1), GgufEntry.Flag("a.flag", true),
                GgufEntry.Texts("a.texts", [[0xe2, 0x96, 0x81], []]), GgufEntry.Wholes("a.wholes", [-1, 5]),
                GgufEntry.Numbers("a.numbers", [1.5f]), GgufEntry.Flags("a.flags", [true, false]),
            ],
            [
                new GgufOutput("x.weight", [32, 3], ElementType.Q8_0, put =>
                {
                    put(blocks.AsMemory(0, 34));
                    put(blocks.AsMemory(34));
                }),
                new GgufOutput("y.bias", [1], ElementType.Float32, put => put(BitConverter.GetBytes(2.5f))),
            ]);

        GgufFile file = GgufFile.Open(path);
        Assert.Equal(3, file.Version);
        Assert.Equal("llama", file.Metadata.Text("general.architecture"));
        Assert.Equal(7, file.Metadata.Whole("llama.block_count", 0, 100));
        Assert.Equal(0.1, file.Metadata.Number("a.number"));
        Assert.True(file.Metadata.OptionalFlag("a.flag"));
        Assert.Equal("\u2581", file.Metadata.Texts("a.texts").Text(0));
        Assert.Equal([-1, 5], file.Metadata.Wholes("a.wholes"));
        Assert.Equal([1.5f], file.Metadata.Floats("a.numbers"));
        Assert.Equal([true, false], file.Metadata.Flags("a.flags"));
        byte[] bytes = File.ReadAllBytes(path);
        GgufTensor x = file.Find("x.weight")!, y = file.Find("y.bias")!;
        Assert.Equal(blocks, bytes.AsSpan((int)x.Offset, (int)x.Length).ToArray());
        Assert.Equal(2.5f, BitConverter.ToSingle(bytes, (int)y.Offset));
        Assert.Equal(0, y.Offset % 32);

        // Copied key by key, a file's description is the same again.
        string copy = _folder["b.gguf"];
        GgufWriter.Write(copy, [.. file.Metadata.Keys.Select(file.Metadata.Entry)],
            [.. file.Tensors.Select(t => new GgufOutput(
                t.Name, t.Dimensions, t.Type, put => put(bytes.AsMemory((int)t.Offset, (int)t.Length))))]);
        Assert.Equal(bytes, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        string path = _folder["a.gguf"];
        File.WriteAllText(path, "old");
        Assert.Throws<OperationCanceledException>(() => GgufWriter.Write(
            path, [], [new GgufOutput("x", [2], ElementType.Float32, put =>
            {
                put(new byte[4]);
                throw new OperationCanceledException();
            })]));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }
}
