using FsCheck;
using FsCheck.Fluent;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        Gen<TensorDeclaration> tensor =
            from name in Gen.Elements("a", "weiß", "model.\"q\"\n", "\U0001F600", "x/y", "")
            from type in Gen.Elements(ElementType.Float32, ElementType.Float16, ElementType.BFloat16)
            from rank in Gen.Choose(0, 3)
            from shape in Gen.ArrayOf(Gen.Choose(0, 5), rank)
            select new TensorDeclaration(name, type, [.. shape.Select(size => (long)size)]);
        Gen<(TensorDeclaration[] Tensors, int Seed)> file =
            from tensors in Gen.ArrayOf(tensor)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select (tensors.DistinctBy(t => t.Name).ToArray(), seed);

        Check.QuickThrowOnFailure(Prop.ForAll(file.ToArbitrary(), f =>
        {
            Random random = new(f.Seed);
            Dictionary<string, byte[]> bytes = [];
            using (SafetensorsWriter writer = SafetensorsWriter.Create(Target, f.Tensors))
            {
                foreach (TensorDeclaration t in f.Tensors)
                {
                    byte[] data = new byte[t.Shape.Aggregate(1L, (a, b) => a * b) * (t.Type == ElementType.Float32 ? 4 : 2)];
                    random.NextBytes(data);
                    bytes[t.Name] = data;
                    int cut = random.Next(data.Length + 1);
                    writer.Write(t.Name, data.AsSpan(0, cut));
                    writer.Write(t.Name, data.AsSpan(cut));
                }

                writer.Complete();
            }

            using Checkpoint read = Checkpoint.Open(_folder.Path);
            if (read.Tensors.Count != f.Tensors.Length || read.Metadata["format"] != "pt") return false;
            return f.Tensors.All(t =>
            {
                TensorInfo info = read.Find(t.Name);
                byte[] data = new byte[info.Length];
                read.Read(info, 0, data);
                int size = t.Type == ElementType.Float32 ? 4 : 2;
                return info.Type == t.Type && info.Shape.SequenceEqual(t.Shape) && data.SequenceEqual(bytes[t.Name])
                    && info.Offset % size == 0;
            });
        }));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void TheHeaderEndsAtAMultipleOfEight()
    {
        for (int n = 1; n < 10; n++)
        {
            using (SafetensorsWriter writer = SafetensorsWriter.Create(
                Target, [new(new string('a', n), ElementType.Float32, [0])]))
            {
                writer.Complete();
            }

            Assert.Equal(0, new FileInfo(Target).Length % 8);
        }
    }

    [Fact]
    public void WithoutCompletionTheOldFileStaysAndNothingElseIsLeft()
    {
        File.WriteAllText(Target, "old");
        using (SafetensorsWriter writer = SafetensorsWriter.Create(Target, [new("a", ElementType.Float32, [2])]))
        {
            writer.Write("a", new byte[4]);
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Create(Target, [new("a", ElementType.Float32, []), new("a", ElementType.Float16, [])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Create(Target, [new("__metadata__", ElementType.Float32, [])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Create(Target, [new("a", ElementType.Float32, [-1])]));
        Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Create(Target, [new("a", ElementType.Float32, [long.MaxValue, 2])]));
        using SafetensorsWriter writer = SafetensorsWriter.Create(Target, [new("a", ElementType.Float32, [1])]);
        Assert.Throws<ArgumentException>(() => writer.Write("b", new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.Write("a", new byte[5]));
    }
}
