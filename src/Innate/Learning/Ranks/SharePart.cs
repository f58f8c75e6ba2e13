using System.Text;

namespace Innate.Learning.Ranks;

/// <summary>What a share of a batch told beside its gradients.</summary>
/// <param name="Tokens">Tokens computed, prompts included.</param>
/// <param name="Rows">Numbers by name, of each row or each piece that was computed together, in the batch's order.</param>
internal sealed record SharePart(long Tokens, IReadOnlyList<IReadOnlyList<(string Name, double Value)>> Rows)
{
    /// <summary>As bytes for the other ranks.</summary>
    public static byte[] Write(IReadOnlyList<SharePart> parts)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write(parts.Count);
        foreach (SharePart part in parts)
        {
            writer.Write(part.Tokens);
            writer.Write(part.Rows.Count);
            foreach (IReadOnlyList<(string Name, double Value)> row in part.Rows)
            {
                writer.Write(row.Count);
                foreach ((string name, double value) in row)
                {
                    writer.Write(name);
                    writer.Write(value);
                }
            }
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<SharePart> Read(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes), Encoding.UTF8);
        return Many(reader, () => new SharePart(
            reader.ReadInt64(), Many(reader, () => Many(reader, () => (reader.ReadString(), reader.ReadDouble())))));
    }

    private static T[] Many<T>(BinaryReader reader, Func<T> read)
    {
        var all = new T[reader.ReadInt32()];
        for (int i = 0; i < all.Length; i++) all[i] = read();
        return all;
    }
}
