using System.Buffers.Binary;
using System.Numerics;
using Innate.Compute;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// The head of one GGUF file, version 2 or 3: counts, keys with their values, tensors with their places. A damaged file is found
/// here and not as wrong numbers later.
/// </summary>
/// <param name="Version">The format's version.</param>
/// <param name="Values">The keys' values.</param>
/// <param name="Tensors">The tensors, in the file's order.</param>
internal sealed record GgufHeader(int Version, Dictionary<string, GgufValue> Values, List<GgufTensor> Tensors)
{
    // More than any model has, few enough that their names fit in memory.
    private const ulong MostKeys = 1 << 14;
    private const ulong MostTensors = 1 << 18;
    private const ulong MostTexts = 1 << 24;
    private const int LongestKey = 1 << 10;
    private const int LongestTensorName = 1 << 8;
    private const uint DefaultAlignment = 32;

    // Offsets are known only when the alignment is.
    private readonly record struct Entry(string Name, long[] Dimensions, ElementType Type, ulong Offset, long Length);

    /// <summary>Reads and checks the head of a file.</summary>
    /// <param name="file">Its full path.</param>
    /// <param name="keysOnly">Whether the tensors, which may be of types that are not read here, are passed over.</param>
    /// <exception cref="InputException">The file is not a whole, well-formed GGUF file.</exception>
    public static GgufHeader Read(string file, bool keysOnly = false)
    {
        using var handle = FileBytes.Open(file);
        GgufReader reader = new(handle, file);
        int version = ReadVersion(reader);
        ulong tensors = reader.UInt64(), keys = reader.UInt64();
        CheckCount(reader, "tensors", tensors, MostTensors, smallest: 24);
        CheckCount(reader, "keys", keys, MostKeys, smallest: 13);
        Dictionary<string, GgufValue> values = new((int)keys, StringComparer.Ordinal);
        for (ulong i = 0; i < keys; i++) ReadKey(reader, values, i);
        if (keysOnly) return new GgufHeader(version, values, []);
        long alignment = Alignment(reader, values);
        var entries = new List<Entry>((int)tensors);
        HashSet<string> names = new(StringComparer.Ordinal);
        for (ulong i = 0; i < tensors; i++) entries.Add(ReadTensor(reader, names, i));
        return new GgufHeader(version, values, Place(reader, entries, alignment));
    }

    private static int ReadVersion(GgufReader reader)
    {
        if (reader.Length < 24)
        {
            throw new InputException($"{reader.File}: a GGUF file has at least 24 bytes, found {reader.Length}.");
        }

        if (!reader.Take(4).SequenceEqual("GGUF"u8))
        {
            throw new InputException($"{reader.File}: expected a GGUF file, found one that does not begin with 'GGUF'.");
        }

        uint version = reader.UInt32();
        if (version is 2 or 3) return (int)version;
        if (BinaryPrimitives.ReverseEndianness(version) is 1 or 2 or 3)
        {
            throw new InputException($"{reader.File}: expected a little-endian GGUF file, found a big-endian one.");
        }

        throw new InputException($"{reader.File}: expected GGUF version 2 or 3, found version {version}.");
    }

    private static void CheckCount(GgufReader reader, string what, ulong count, ulong most, ulong smallest)
    {
        if (count > most)
        {
            throw new InputException($"{reader.File}: the header says that there are {count} {what}, expected at most {most}.");
        }

        if (count * smallest > (ulong)reader.Left)
        {
            throw new InputException(
                $"{reader.File}: is truncated or damaged: {count} {what} take at least {count * smallest} bytes, but only "
                + $"{reader.Left} follow.");
        }
    }

    private static void ReadKey(GgufReader reader, Dictionary<string, GgufValue> values, ulong index)
    {
        reader.What = $"key {index + 1} of the header";
        string key = reader.Name(LongestKey);
        reader.What = $"key '{key}'";
        GgufValueType type = ReadType(reader);
        GgufValue value = type switch
        {
            GgufValueType.Text => ReadText(reader),
            GgufValueType.Array => ReadArray(reader),
            _ => new GgufValue(type, ReadNumber(reader, type)),
        };
        if (!values.TryAdd(key, value)) throw new InputException($"{reader.File}: key '{key}' is there twice.");
    }

    private static GgufValueType ReadType(GgufReader reader)
    {
        uint number = reader.UInt32();
        return number <= (uint)GgufValueType.Float64
            ? (GgufValueType)number
            : throw new InputException($"{reader.File}: {reader.What}: expected a type of value from 0 to 12, found {number}.");
    }

    private static ulong ReadNumber(GgufReader reader, GgufValueType type)
    {
        ulong bits = 0;
        ReadOnlySpan<byte> bytes = reader.Take(GgufValueTypes.SizeOf(type));
        for (int i = bytes.Length - 1; i >= 0; i--) bits = bits << 8 | bytes[i];
        return type != GgufValueType.Bool || bits <= 1
            ? bits
            : throw new InputException($"{reader.File}: {reader.What}: expected a bool, 0 or 1, found {bits}.");
    }

    private static GgufValue ReadText(GgufReader reader)
    {
        ulong length = reader.UInt64();
        long offset = reader.Position;
        reader.Skip(length);
        return new GgufValue(GgufValueType.Text, 0, Offset: offset, Length: (long)length);
    }

    private static GgufValue ReadArray(GgufReader reader)
    {
        GgufValueType type = ReadType(reader);
        ulong count = reader.UInt64();
        long offset = reader.Position;
        if (type == GgufValueType.Array)
        {
            throw new InputException(
                $"{reader.File}: {reader.What}: expected an array of numbers or texts, found one of arrays.");
        }

        if (type == GgufValueType.Text)
        {
            if (count > MostTexts)
            {
                throw new InputException(
                    $"{reader.File}: {reader.What}: expected an array of at most {MostTexts} texts, found {count}.");
            }

            reader.Require(8 * count);
            for (ulong i = 0; i < count; i++) reader.Skip(reader.UInt64());
        }
        else
        {
            ulong size = (ulong)GgufValueTypes.SizeOf(type);
            reader.Skip(count > long.MaxValue / size ? count : size * count);
        }

        return new GgufValue(GgufValueType.Array, 0, type, (long)count, offset, reader.Position - offset);
    }

    private static long Alignment(GgufReader reader, Dictionary<string, GgufValue> values)
    {
        const string Key = "general.alignment";
        if (!values.TryGetValue(Key, out GgufValue value)) return DefaultAlignment;
        if (value.Type != GgufValueType.UInt32)
        {
            throw new InputException(
                $"{reader.File}: key '{Key}': expected a u32, found a value of type {GgufValueTypes.Name(value.Type)}.");
        }

        return BitOperations.IsPow2(value.Bits)
            ? (long)value.Bits
            : throw new InputException($"{reader.File}: key '{Key}': expected a power of two, found {value.Bits}.");
    }

    private static Entry ReadTensor(GgufReader reader, HashSet<string> names, ulong index)
    {
        reader.What = $"tensor {index + 1} of the header";
        string name = reader.Name(LongestTensorName);
        reader.What = $"tensor '{name}'";
        if (!names.Add(name)) throw new InputException($"{reader.File}: tensor '{name}' is there twice.");
        uint count = reader.UInt32();
        if (count is < 1 or > 4)
        {
            throw new InputException($"{reader.File}: tensor '{name}': expected 1 to 4 dimensions, found {count}.");
        }

        long[] dimensions = new long[count];
        UInt128 elements = 1;
        for (int i = 0; i < count; i++)
        {
            ulong size = reader.UInt64();
            elements *= size; // The product so far is below 2^63, so 128 bits hold the next.
            if (size == 0 || elements > long.MaxValue)
            {
                throw new InputException(
                    $"{reader.File}: tensor '{name}': expected sizes from 1 on with a product below 2^63, found the "
                    + $"size {size}.");
            }

            dimensions[i] = (long)size;
        }

        uint number = reader.UInt32();
        ElementType type = GgufTensorTypes.Supported(number)
            ?? throw new InputException(
                $"{reader.File}: tensor '{name}': expected a type of tensor that Innate reads, found "
                + $"{GgufTensorTypes.Name(number)}.");
        int block = ElementTypes.BlockValues(type);
        if (dimensions[0] % block != 0)
        {
            throw new InputException(
                $"{reader.File}: tensor '{name}': expected rows of whole blocks of {block} values, as {type} has them, found "
                + $"rows of {dimensions[0]}.");
        }

        UInt128 length = elements / (uint)block * (uint)ElementTypes.BlockBytes(type);
        if (length > (ulong)reader.Length)
        {
            throw new InputException(
                $"{reader.File}: is truncated or damaged: tensor '{name}' has {length} bytes, the whole file {reader.Length}.");
        }

        return new Entry(name, dimensions, type, reader.UInt64(), (long)length);
    }

    private static List<GgufTensor> Place(GgufReader reader, List<Entry> entries, long alignment)
    {
        // Where padding leads behind the file's end there is no data; where there are no tensors nobody asks for any.
        long start = (reader.Position + alignment - 1) / alignment * alignment;
        List<GgufTensor> tensors = new(entries.Count);
        foreach (Entry entry in entries)
        {
            if (entry.Offset % (ulong)alignment != 0)
            {
                throw new InputException(
                    $"{reader.File}: tensor '{entry.Name}': expected an offset that is a multiple of {alignment}, found "
                    + $"{entry.Offset}.");
            }

            UInt128 end = (UInt128)(ulong)start + entry.Offset + (ulong)entry.Length;
            if (end > (ulong)reader.Length)
            {
                throw new InputException(
                    $"{reader.File}: is truncated or damaged: tensor '{entry.Name}' ends at byte {end}, the file at "
                    + $"{reader.Length}.");
            }

            tensors.Add(new GgufTensor(
                entry.Name, entry.Dimensions, entry.Type, reader.File, start + (long)entry.Offset, entry.Length));
        }

        CheckOverlaps(tensors, reader.File);
        return tensors;
    }

    private static void CheckOverlaps(List<GgufTensor> tensors, string file)
    {
        GgufTensor? before = null;
        foreach (GgufTensor tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.Length))
        {
            if (before is not null && tensor.Offset < before.Offset + before.Length)
            {
                throw new InputException(
                    $"{file}: tensor '{tensor.Name}' begins at byte {tensor.Offset}, within tensor '{before.Name}', which ends "
                    + $"at {before.Offset + before.Length}.");
            }

            before = tensor;
        }
    }
}
