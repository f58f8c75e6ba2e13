using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints;

/// <summary>One tensor as a header states it. Offsets are absolute, in bytes from the start of the file.</summary>
internal sealed record HeaderEntry(string Name, string DataType, long[] Shape, long Begin, long End);

/// <summary>
/// The head of a safetensors file: 8 bytes with the JSON's length (u64, little endian), the JSON, then the data. The data
/// is tiled by the tensors without holes or overlaps, so a damaged file is found here and not as wrong numbers later.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own bound on the JSON's length, in bytes.</summary>
    public const long MaxLength = 100_000_000;

    private SafetensorsHeader(IReadOnlyList<HeaderEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<HeaderEntry> Entries { get; }

    /// <summary>The free text pairs under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads and checks the header of an open file.</summary>
    /// <exception cref="InputException">The file is not a whole, well-formed safetensors file.</exception>
    public static SafetensorsHeader Read(SafeFileHandle handle, string file)
    {
        long fileLength = RandomAccess.GetLength(handle);
        if (fileLength < 8)
        {
            throw new InputException($"{file}: a safetensors file has at least 8 bytes, found {fileLength}.");
        }

        Span<byte> lengthBytes = stackalloc byte[8];
        FileBytes.ReadExactly(handle, file, 0, lengthBytes);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength == 0)
        {
            throw new InputException($"{file}: the header length is 0, expected the length of a JSON object.");
        }

        if (headerLength > MaxLength)
        {
            throw new InputException(
                $"{file}: the header length is {headerLength} bytes, expected at most {MaxLength}; is this a safetensors file?");
        }

        if ((long)headerLength > fileLength - 8)
        {
            throw new InputException(
                $"{file}: the header length is {headerLength} bytes, but only {fileLength - 8} follow it; the file is "
                + $"truncated.");
        }

        byte[] json = new byte[(int)headerLength];
        FileBytes.ReadExactly(handle, file, 8, json);
        return Parse(json, file, 8 + (long)headerLength, fileLength);
    }

    /// <summary>Parses the JSON of a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="file">The file's path, for messages.</param>
    /// <param name="dataStart">Where the data begins, in bytes from the start of the file.</param>
    /// <param name="fileLength">The file's length in bytes.</param>
    /// <exception cref="InputException">The header is malformed or does not fit the file.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string file, long dataStart, long fileLength)
    {
        if (!Utf8.IsValid(json)) throw new InputException($"{file}: the header is not UTF-8.");
        try
        {
            Utf8JsonReader reader = new(json);
            var (entries, metadata) = ParseObject(ref reader, file, dataStart);
            reader.Read(); // Refuses what follows the object, except white space.
            CheckTiling(entries, file, dataStart, fileLength);
            return new SafetensorsHeader(entries, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string escape that is half of a surrogate pair.
            throw new InputException($"{file}: header: {JsonFault.Describe(e)}", e);
        }
    }

    private static (List<HeaderEntry> Entries, Dictionary<string, string> Metadata) ParseObject(
        ref Utf8JsonReader reader, string file, long dataStart)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InputException($"{file}: the header is a JSON {reader.TokenType}, expected an object.");
        }

        List<HeaderEntry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) throw new InputException($"{file}: tensor '{name}' is listed twice in the header.");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new InputException($"{file}: '{name}' is a JSON {reader.TokenType} in the header, expected an object.");
            }

            if (name == "__metadata__") ParseMetadata(ref reader, file, metadata);
            else entries.Add(ParseEntry(ref reader, file, name, dataStart));
        }

        return (entries, metadata);
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, string file, Dictionary<string, string> metadata)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new InputException($"{file}: __metadata__ '{key}' is a JSON {reader.TokenType}, expected a string.");
            }

            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw new InputException($"{file}: __metadata__ '{key}' is listed twice.");
            }
        }
    }

    private static HeaderEntry ParseEntry(ref Utf8JsonReader reader, string file, string name, long dataStart)
    {
        string? dataType = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            bool again = field switch
            {
                "dtype" => dataType is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => false,
            };
            if (again) throw new InputException($"{file}: tensor '{name}' has two fields '{field}'.");
            switch (field)
            {
                case "dtype":
                    if (reader.TokenType != JsonTokenType.String)
                    {
                        throw new InputException(
                            $"{file}: tensor '{name}': dtype is a JSON {reader.TokenType}, expected a string.");
                    }

                    dataType = reader.GetString()!;
                    break;
                case "shape": shape = ParseSizes(ref reader, file, name, field); break;
                case "data_offsets": offsets = ParseSizes(ref reader, file, name, field); break;
                default: reader.Skip(); break;
            }
        }

        string? missing = dataType is null ? "dtype" : shape is null ? "shape" : offsets is null ? "data_offsets" : null;
        if (missing is not null) throw new InputException($"{file}: tensor '{name}' has no field '{missing}'.");
        return CheckEntry(file, name, dataType!, shape!, offsets!, dataStart);
    }

    private static long[] ParseSizes(ref Utf8JsonReader reader, string file, string name, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new InputException($"{file}: tensor '{name}': {field} is a JSON {reader.TokenType}, expected an array.");
        }

        List<long> sizes = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || size < 0)
            {
                string found = reader.TokenType == JsonTokenType.Number
                    ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan) : $"a JSON {reader.TokenType}";
                throw new InputException(
                    $"{file}: tensor '{name}': {field} has the entry {found}, expected a whole number from 0 to 2^63-1.");
            }

            sizes.Add(size);
        }

        return [.. sizes];
    }

    private static HeaderEntry CheckEntry(
        string file, string name, string dataType, long[] shape, long[] offsets, long dataStart)
    {
        if (offsets.Length != 2)
        {
            throw new InputException(
                $"{file}: tensor '{name}': data_offsets has {offsets.Length} entries, expected [begin, end].");
        }

        if (offsets[1] < offsets[0] || offsets[1] > long.MaxValue - dataStart)
        {
            throw new InputException(
                $"{file}: tensor '{name}': data_offsets are {SafetensorsTypes.Text(offsets)}, expected a begin that is not after "
                + "the end, and an end within the file.");
        }

        // A dtype that the format does not know has no size to check; it is refused when the tensor is asked for.
        if (SafetensorsTypes.Bits(dataType) is int bits)
        {
            UInt128 elements = 1;
            foreach (long size in shape)
            {
                elements *= (ulong)size; // Both below 2^63, so 128 bits hold the product.
                if (elements > long.MaxValue)
                {
                    throw new InputException(
                        $"{file}: tensor '{name}': shape {SafetensorsTypes.Text(shape)} overflows 2^63-1 elements.");
                }
            }

            UInt128 expected = elements * (ulong)bits / 8;
            if (elements * (ulong)bits % 8 != 0 || expected != (ulong)(offsets[1] - offsets[0]))
            {
                throw new InputException(
                    $"{file}: tensor '{name}': {dataType} of shape {SafetensorsTypes.Text(shape)} takes {expected} bytes, but "
                    + $"data_offsets {SafetensorsTypes.Text(offsets)} span {offsets[1] - offsets[0]}.");
            }
        }

        return new HeaderEntry(name, dataType, shape, dataStart + offsets[0], dataStart + offsets[1]);
    }

    private static void CheckTiling(List<HeaderEntry> entries, string file, long dataStart, long fileLength)
    {
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long end = dataStart;
        string before = "the header";
        foreach (HeaderEntry entry in entries)
        {
            if (entry.Begin != end)
            {
                string what = entry.Begin < end ? "overlaps" : "leaves a hole after";
                throw new InputException(
                    $"{file}: tensor '{entry.Name}': data_offsets begin at {entry.Begin - dataStart}, which {what} {before}; "
                    + $"expected {end - dataStart}.");
            }

            if (entry.End > fileLength)
            {
                throw new InputException(
                    $"{file}: tensor '{entry.Name}': data_offsets end at {entry.End - dataStart}, but the data has only "
                    + $"{fileLength - dataStart} bytes; the file is truncated.");
            }

            end = entry.End;
            before = $"tensor '{entry.Name}'";
        }

        if (end != fileLength)
        {
            throw new InputException(
                $"{file}: {fileLength - end} bytes follow the last tensor, expected none (the tensors end at byte {end}, the "
                + $"file "
                + $"at {fileLength}).");
        }
    }
}
