using System.Text;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>GGUF files made by hand, damaged ones too.</summary>
internal sealed class GgufBytes
{
    private readonly List<(string Key, Action<BinaryWriter> Write)> _keys = [];
    private readonly List<(string Name, long[] Dimensions, uint Type, byte[] Data)> _tensors = [];

    public uint Version { get; init; } = 3;

    public uint Alignment { get; init; } = 32;

    public GgufBytes Key(string key, object value)
    {
        _keys.Add((key, writer => Value(writer, value)));
        return this;
    }

    /// <summary>Puts a value in the place of another.</summary>
    public GgufBytes With(string key, object value)
    {
        _keys.RemoveAll(k => k.Key == key);
        return Key(key, value);
    }

    public GgufBytes Without(string key)
    {
        _keys.RemoveAll(k => k.Key == key);
        return this;
    }

    public GgufBytes Tensor(string name, long[] dimensions, uint type, byte[] data)
    {
        _tensors.Add((name, dimensions, type, data));
        return this;
    }

    public GgufBytes WithoutTensor(string name)
    {
        _tensors.RemoveAll(t => t.Name == name);
        return this;
    }

    /// <summary>A tensor of float32.</summary>
    public GgufBytes Floats(string name, params long[] dimensions) =>
        Tensor(name, dimensions, 0, new byte[4 * dimensions.Aggregate(1L, (a, b) => a * b)]);

    public byte[] ToArray()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_keys.Count);
        foreach ((string key, Action<BinaryWriter> write) in _keys)
        {
            Text(writer, key);
            write(writer);
        }

        ulong offset = 0;
        foreach ((string name, long[] dimensions, uint type, byte[] data) in _tensors)
        {
            Text(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (long size in dimensions) writer.Write(size);
            writer.Write(type);
            writer.Write(offset);
            offset += (ulong)data.Length;
            offset += (Alignment - (offset % Alignment)) % Alignment;
        }

        foreach (var tensor in _tensors)
        {
            while (stream.Position % Alignment != 0) writer.Write((byte)0);
            writer.Write(tensor.Data);
        }

        return stream.ToArray();
    }

    private static void Value(BinaryWriter writer, object value)
    {
        uint type = TypeOf(value);
        writer.Write(type);
        if (type == 9)
        {
            Array items = (Array)value;
            object[] boxed = [.. items.Cast<object>()];
            writer.Write(value switch { string[] => 8u, int[] => 5u, float[] => 6u, bool[] => 7u, uint[] => 4u, _ => 0u });
            writer.Write((ulong)boxed.Length);
            foreach (object item in boxed) Scalar(writer, item);
        }
        else
        {
            Scalar(writer, value);
        }
    }

    private static uint TypeOf(object value) => value switch
    {
        byte => 0,
        sbyte => 1,
        ushort => 2,
        short => 3,
        uint => 4,
        int => 5,
        float => 6,
        bool => 7,
        string => 8,
        Array => 9,
        ulong => 10,
        long => 11,
        double => 12,
        _ => throw new ArgumentException("no value of GGUF", nameof(value)),
    };

    private static void Scalar(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case string v: Text(writer, v); break;
            case ulong v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            default: throw new ArgumentException("no value of GGUF", nameof(value));
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
