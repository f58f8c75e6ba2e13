using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// The keys of a GGUF file with their values, read with their types checked. Texts and arrays stay in the file until they are
/// asked for: a vocabulary costs nothing to who does not need it.
/// </summary>
/// <param name="file">The file's full path.</param>
/// <param name="values">What its header says.</param>
internal sealed class GgufMetadata(string file, IReadOnlyDictionary<string, GgufValue> values)
{
    // A vocabulary of a quarter of a million tokens, merges included, is a tenth of this.
    private const long MostBytes = 1 << 26;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The file's full path.</summary>
    public string File => file;

    /// <summary>The keys.</summary>
    public IEnumerable<string> Keys => values.Keys;

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>Whether the key is there with an array.</summary>
    public bool IsArray(string key) => values.TryGetValue(key, out GgufValue value) && value.Type == GgufValueType.Array;

    /// <summary>How many elements the key's array has; 0 where it has none.</summary>
    public long CountOf(string key) => IsArray(key) ? values[key].Count : 0;

    /// <summary>The error for a value that is not what it must be.</summary>
    public InputException Wrong(string key, string expected) =>
        new($"{file}: key '{key}': expected {expected}, found {(Has(key) ? Show(values[key]) : "nothing")}.");

    /// <summary>A whole number in a range; null where the key is absent.</summary>
    public long? OptionalWhole(string key, long min, long max)
    {
        if (!values.TryGetValue(key, out GgufValue value)) return null;
        return Whole(value.Type, value.Bits) is long number && number >= min && number <= max
            ? number
            : throw Wrong(key, $"a whole number from {min} to {max}");
    }

    /// <summary>A whole number in a range.</summary>
    public long Whole(string key, long min, long max) =>
        OptionalWhole(key, min, max) ?? throw Wrong(key, $"a whole number from {min} to {max}");

    /// <summary>A finite number of any floating-point type; null where the key is absent.</summary>
    public double? OptionalNumber(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value)) return null;
        return Number(value.Type, value.Bits) is double number && double.IsFinite(number) ? number : throw Wrong(key, "a number");
    }

    /// <summary>A finite number of any floating-point type.</summary>
    public double Number(string key) => OptionalNumber(key) ?? throw Wrong(key, "a number");

    /// <summary>True or false; null where the key is absent.</summary>
    public bool? OptionalFlag(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value)) return null;
        return value.Type == GgufValueType.Bool ? value.Bits != 0 : throw Wrong(key, "true or false");
    }

    /// <summary>A text; null where the key is absent.</summary>
    public string? OptionalText(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value)) return null;
        if (value.Type != GgufValueType.Text) throw Wrong(key, "a text");
        try
        {
            return Strict.GetString(Read(key, value));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{file}: key '{key}': expected a text in UTF-8, found bytes that are none.", e);
        }
    }

    /// <summary>A text.</summary>
    public string Text(string key) => OptionalText(key) ?? throw Wrong(key, "a text");

    /// <summary>The texts of an array.</summary>
    public GgufTexts Texts(string key) =>
        values.TryGetValue(key, out GgufValue value) && value.Type == GgufValueType.Array
            && value.ElementType == GgufValueType.Text
            ? new GgufTexts(Read(key, value), (int)value.Count, $"{file}: key '{key}'")
            : throw Wrong(key, "an array of texts");

    /// <summary>The whole numbers of an array, each within an int's range.</summary>
    public int[] Wholes(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value) || value.Type != GgufValueType.Array
            || !GgufValueTypes.IsWhole(value.ElementType))
        {
            throw Wrong(key, "an array of whole numbers");
        }

        return Elements(key, value, bits => Whole(value.ElementType, bits) is >= int.MinValue and <= int.MaxValue and long number
            ? (int)number
            : throw Wrong(key, $"whole numbers from {int.MinValue} to {int.MaxValue}"));
    }

    /// <summary>The numbers of an array of float32; none of them is a NaN.</summary>
    public float[] Floats(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value) || value.Type != GgufValueType.Array
            || value.ElementType != GgufValueType.Float32)
        {
            throw Wrong(key, "an array of f32");
        }

        return Elements(key, value, bits => BitConverter.UInt32BitsToSingle((uint)bits) is var number && !float.IsNaN(number)
            ? number
            : throw Wrong(key, "numbers, none of them a NaN"));
    }

    /// <summary>The flags of an array.</summary>
    public bool[] Flags(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value) || value.Type != GgufValueType.Array
            || value.ElementType != GgufValueType.Bool)
        {
            throw Wrong(key, "an array of bool");
        }

        return Elements(key, value, bits => bits <= 1 ? bits != 0 : throw Wrong(key, "an array of bool, each 0 or 1"));
    }

    /// <summary>A key as it stands in the file, to be written again.</summary>
    public GgufEntry Entry(string key)
    {
        GgufValue value = values[key];
        switch (value.Type)
        {
            case GgufValueType.Text: return new(key, value.Type, GgufEntry.Counted(Read(key, value)));
            case GgufValueType.Array:
                byte[] elements = Read(key, value), bytes = new byte[12 + elements.Length];
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value.ElementType);
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), value.Count);
                elements.CopyTo(bytes, 12);
                return new(key, value.Type, bytes);
            default:
                byte[] number = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, value.Bits);
                return new(key, value.Type, number[..GgufValueTypes.SizeOf(value.Type)]);
        }
    }

    private T[] Elements<T>(string key, GgufValue value, Func<ulong, T> convert)
    {
        byte[] bytes = Read(key, value);
        int size = GgufValueTypes.SizeOf(value.ElementType);
        T[] result = new T[value.Count];
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        for (int i = 0; i < result.Length; i++)
        {
            bytes.AsSpan(i * size, size).CopyTo(wide);
            result[i] = convert(BinaryPrimitives.ReadUInt64LittleEndian(wide));
        }

        return result;
    }

    private byte[] Read(string key, GgufValue value)
    {
        if (value.Length > MostBytes)
        {
            throw new InputException($"{file}: key '{key}': expected at most {MostBytes} bytes, found {value.Length}.");
        }

        byte[] bytes = new byte[value.Length];
        using var handle = FileBytes.Open(file);
        FileBytes.ReadExactly(handle, file, value.Offset, bytes);
        return bytes;
    }

    // Null where it is no whole number, or one beyond a long.
    private static long? Whole(GgufValueType type, ulong bits) => type switch
    {
        GgufValueType.Int8 => (sbyte)bits,
        GgufValueType.Int16 => (short)bits,
        GgufValueType.Int32 => (int)bits,
        GgufValueType.Int64 => (long)bits,
        _ => GgufValueTypes.IsWhole(type) && bits <= long.MaxValue ? (long)bits : null,
    };

    // A float32 is read as the shortest decimal that gives it, which is the number that was written down before it was narrowed.
    private static double? Number(GgufValueType type, ulong bits) => type switch
    {
        GgufValueType.Float32 => Shortest(BitConverter.UInt32BitsToSingle((uint)bits)),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(bits),
        _ => null,
    };

    private static double Shortest(float number) =>
        double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private string Show(GgufValue value) => value.Type switch
    {
        GgufValueType.Array => $"an array of {value.Count} {GgufValueTypes.Name(value.ElementType)}",
        GgufValueType.Bool => value.Bits != 0 ? "true" : "false",
        GgufValueType.Text => value.Length <= 100
            ? $"'{Encoding.UTF8.GetString(Read("", value))}'"
            : $"a text of {value.Length} bytes",
        _ when Number(value.Type, value.Bits) is double number => number.ToString(CultureInfo.InvariantCulture),
        _ => Whole(value.Type, value.Bits)?.ToString(CultureInfo.InvariantCulture) ?? $"{value.Bits}",
    };
}
