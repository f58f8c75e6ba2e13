using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Innate.Tests.Support;

/// <summary>A safetensors file of tensors of any dtype.</summary>
internal static class RawSafetensors
{
    public static void Write(string file, IEnumerable<(string Name, string DataType, long[] Shape, byte[] Bytes)> tensors)
    {
        using var data = new MemoryStream();
        var header = new JsonObject();
        foreach (var (name, type, shape, bytes) in tensors)
        {
            long begin = data.Length;
            data.Write(bytes);
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(begin, data.Length),
            };
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString()), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(file, [.. length, .. json, .. data.ToArray()]);
    }
}
