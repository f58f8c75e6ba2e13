using System.Buffers.Binary;
using System.Text;

namespace Innate.Tests.Checkpoints;

/// <summary>Safetensors files made by hand, damaged ones too.</summary>
internal static class SafetensorsFile
{
    public static byte[] Bytes(string header, int dataLength, ulong? headerLength = null) =>
        Bytes(Encoding.UTF8.GetBytes(header.Replace('\'', '"')), dataLength, headerLength);

    public static byte[] Bytes(byte[] header, int dataLength, ulong? headerLength = null)
    {
        byte[] file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerLength ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        for (int i = 0; i < dataLength; i++) file[8 + header.Length + i] = (byte)i;
        return file;
    }

    /// <summary>One F32 vector.</summary>
    public static string Vector(string name, int count, long begin = 0) =>
        $"'{name}':{{'dtype':'F32','shape':[{count}],'data_offsets':[{begin},{begin + (4 * count)}]}}";
}
