using System.Text;
using Innate.Learning.Watching;
using Innate.Learning.Watching.TensorBoard;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Watching;

public sealed class TensorBoardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The check value of the catalogue of CRCs, and RFC 3720, B.4.
    [Fact]
    public void The_checksum_is_castagnolis()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, Crc32C.Of([]));
        Assert.Equal(unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xa282ead8u), Crc32C.Masked("123456789"u8));
    }

    [Fact]
    public void A_run_is_read_back_by_an_independent_reader()
    {
        ManualTime time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));
        using (TensorBoardWriter writer = TensorBoardWriter.Open(_folder.Path, null, time))
        {
            time.Now += TimeSpan.FromSeconds(2);
            writer.Write(new StepMetrics(1, ("loss", 2.5), ("grad_norm", double.NaN)));
            writer.Write(new StepMetrics(200, ("loss", 0.1))); // the first varints of two bytes are those from 128 on
            writer.Write(new TrainingSample(300, "Hi *you*", "one\ntwo ü"));
        }

        string file = Assert.Single(Directory.GetFiles(_folder.Path));
        Assert.Matches(@"^events\.out\.tfevents\.1700000000\.[A-Za-z0-9_-]+\.0$", System.IO.Path.GetFileName(file));
        Field[][] events = [.. Records(File.ReadAllBytes(file)).Select(Decode)];
        Assert.Equal(5, events.Length);

        Assert.Equal("brain.Event:2", events[0].Single(f => f.Number == 3).Text);
        Assert.Equal(1_700_000_000.25, events[0].Single(f => f.Number == 1).Double);
        Assert.Equal(1ul, Decode(events[1].Single(f => f.Number == 7).Bytes).Single(f => f.Number == 1).Integer);

        Assert.Equal(1_700_000_002.25, events[2].Single(f => f.Number == 1).Double);
        Assert.Equal(1ul, events[2].Single(f => f.Number == 2).Integer);
        Assert.Equal([("loss", 2.5f), ("grad_norm", float.NaN)], Scalars(events[2]));
        Assert.Equal(200ul, events[3].Single(f => f.Number == 2).Integer);
        Assert.Equal([("loss", 0.1f)], Scalars(events[3]));

        Field[] value = Decode(Decode(events[4].Single(f => f.Number == 5).Bytes).Single(f => f.Number == 1).Bytes);
        Assert.Equal("sample", value.Single(f => f.Number == 1).Text);
        Field[] tensor = Decode(value.Single(f => f.Number == 8).Bytes);
        Assert.Equal(7ul, tensor.Single(f => f.Number == 1).Integer); // DT_STRING
        Field[] size = Decode(Decode(tensor.Single(f => f.Number == 2).Bytes).Single(f => f.Number == 2).Bytes);
        Assert.Equal(1ul, size.Single(f => f.Number == 1).Integer);
        Assert.Equal(
            "**Prompt**\n\n    Hi *you*\n\n**Response**\n\n    one\n    two ü", tensor.Single(f => f.Number == 8).Text);
        Field[] metadata = Decode(value.Single(f => f.Number == 9).Bytes);
        Assert.Equal("text", Decode(metadata.Single(f => f.Number == 1).Bytes).Single(f => f.Number == 1).Text);
    }

    [Theory]
    [InlineData(null, 0ul)]
    [InlineData(0, 1ul)]
    [InlineData(340, 341ul)]
    public void A_resumed_run_makes_tensorboard_forget_what_came_after_its_checkpoint(int? checkpoint, ulong forgotten)
    {
        TensorBoardWriter.Open(_folder.Path, checkpoint).Dispose();
        Field[] start = Decode(Records(File.ReadAllBytes(Directory.GetFiles(_folder.Path).Single())).ElementAt(1));
        Assert.Equal(forgotten, start.Single(f => f.Number == 2).Integer);
        Assert.Contains(start, f => f.Number == 7);
    }

    // TensorBoard goes through a run's files in the order of their names.
    [Fact]
    public void A_newer_file_comes_after_the_older_ones_even_if_the_clock_was_set_back()
    {
        ManualTime time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        foreach (int shift in (int[])[0, 0, -5000, 20])
        {
            HashSet<string> before = [.. Directory.GetFiles(_folder.Path)];
            time.Now += TimeSpan.FromSeconds(shift);
            TensorBoardWriter.Open(_folder.Path, 1, time).Dispose();
            string[] sorted = [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal)];
            Assert.Equal(before.Count + 1, sorted.Length);
            Assert.DoesNotContain(sorted[^1], before);
        }
    }

    private static (string, float)[] Scalars(Field[] fields) =>
    [
        .. Decode(fields.Single(f => f.Number == 5).Bytes).Where(f => f.Number == 1).Select(f => Decode(f.Bytes))
            .Select(v => (v.Single(f => f.Number == 1).Text, v.Single(f => f.Number == 2).Float)),
    ];

    // TFRecord, its checksums counted bit by bit.
    private static List<byte[]> Records(byte[] file)
    {
        List<byte[]> records = [];
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BitConverter.ToUInt64(file, at));
            Assert.Equal(Mask(SlowCrc(file.AsSpan(at, 8))), BitConverter.ToUInt32(file, at + 8));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Mask(SlowCrc(data)), BitConverter.ToUInt32(file, at + 12 + length));
            records.Add(data);
            at += 16 + length;
        }

        return records;

        static uint Mask(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static uint SlowCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
        }

        return ~crc;
    }

    private static Field[] Decode(byte[] message)
    {
        List<Field> fields = [];
        using BinaryReader reader = new(new MemoryStream(message));
        while (reader.BaseStream.Position < message.Length)
        {
            ulong tag = (ulong)reader.Read7BitEncodedInt64();
            fields.Add((tag & 7) switch
            {
                0 => new Field((int)(tag >> 3), (ulong)reader.Read7BitEncodedInt64(), []),
                1 => new Field((int)(tag >> 3), reader.ReadUInt64(), []),
                2 => new Field((int)(tag >> 3), 0, reader.ReadBytes(reader.Read7BitEncodedInt())),
                5 => new Field((int)(tag >> 3), reader.ReadUInt32(), []),
                _ => throw new InvalidOperationException($"wire type {tag & 7}"),
            });
        }

        return [.. fields];
    }

    private sealed record Field(int Number, ulong Integer, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public double Double => BitConverter.UInt64BitsToDouble(Integer);

        public float Float => BitConverter.UInt32BitsToSingle((uint)Integer);
    }

    private sealed class ManualTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
