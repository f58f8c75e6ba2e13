using System.Buffers.Binary;
using System.Text.Json;

namespace Innate.Server.Pooling;

/// <summary>How numbers are written.</summary>
internal enum PoolingEncoding
{
    /// <summary>As JSON.</summary>
    Float,

    /// <summary>float32, little endian, in base64: what the clients' numpy reads.</summary>
    Base64,
}

/// <summary>The numbers of a text in the replies of pooling and embeddings.</summary>
internal static class PoolingFormats
{
    /// <exception cref="InputException">It is neither.</exception>
    public static PoolingEncoding Parse(string? encodingFormat) => encodingFormat switch
    {
        null or "float" => PoolingEncoding.Float,
        "base64" => PoolingEncoding.Base64,
        _ => throw new InputException($"\"encoding_format\": expected float or base64, found '{encodingFormat}'"),
    };

    /// <summary>Writes a field of numbers.</summary>
    /// <param name="w">The reply.</param>
    /// <param name="name">The field.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="encoding">How.</param>
    /// <param name="nested">Whether each number is an array of its own, as vLLM has those of tokens.</param>
    public static void Write(Utf8JsonWriter w, string name, double[] values, PoolingEncoding encoding, bool nested)
    {
        if (encoding == PoolingEncoding.Base64)
        {
            w.WriteString(name, Base64(values));
            return;
        }

        w.WriteStartArray(name);
        foreach (double value in values)
        {
            if (nested) w.WriteStartArray();
            w.WriteNumberValue(value);
            if (nested) w.WriteEndArray();
        }

        w.WriteEndArray();
    }

    private static string Base64(double[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)values[i]);
        }

        return Convert.ToBase64String(bytes);
    }
}
