using System.Runtime.InteropServices;
using Innate.Generation;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>Responses and traces as bytes for other ranks, every bit of them.</summary>
internal static class RolloutBytes
{
    /// <summary>Groups as bytes.</summary>
    public static byte[] Write<T>(IReadOnlyList<T[]> groups, Action<BinaryWriter, T> write)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write(groups.Count);
        foreach (T[] group in groups)
        {
            writer.Write(group.Length);
            foreach (T one in group) write(writer, one);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads groups back.</summary>
    public static T[][] Read<T>(byte[] bytes, Func<BinaryReader, T> read)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        var groups = new T[reader.ReadInt32()][];
        for (int g = 0; g < groups.Length; g++)
        {
            groups[g] = new T[reader.ReadInt32()];
            for (int i = 0; i < groups[g].Length; i++) groups[g][i] = read(reader);
        }

        return groups;
    }

    /// <summary>Writes a response.</summary>
    public static void Write(BinaryWriter writer, GeneratedResponse response)
    {
        Values(writer, response.TokenIds);
        Values(writer, response.LogProbabilities);
        writer.Write((int)response.FinishReason);
        writer.Write(response.EndsInStopText);
        writer.Write(response.Trace is not null);
        if (response.Trace is { } trace) Write(writer, trace);
    }

    /// <summary>Reads a response.</summary>
    public static GeneratedResponse ReadResponse(BinaryReader reader) =>
        new(Values<int>(reader), Values<double>(reader), (FinishReason)reader.ReadInt32())
        {
            EndsInStopText = reader.ReadBoolean(), Trace = reader.ReadBoolean() ? ReadTrace(reader) : null,
        };

    /// <summary>Writes a trace with all its parts.</summary>
    /// <exception cref="ArgumentException">It has likeliest tokens beside them, which are not written.</exception>
    public static void Write(BinaryWriter writer, TokenTrace trace)
    {
        if (trace.Likeliest is not null) throw new ArgumentException("a trace with likeliest tokens", nameof(trace));
        Values(writer, trace.Tokens);
        foreach (double[] part in (double[][])[trace.Q, trace.V, trace.LogProbability, trace.Entropy, trace.MeanLogit])
        {
            Values(writer, part);
        }

        writer.Write(trace.Alpha);
    }

    /// <summary>Reads a trace.</summary>
    public static TokenTrace ReadTrace(BinaryReader reader) => new()
    {
        Tokens = Values<int>(reader),
        Q = Values<double>(reader),
        V = Values<double>(reader),
        LogProbability = Values<double>(reader),
        Entropy = Values<double>(reader),
        MeanLogit = Values<double>(reader),
        Alpha = reader.ReadDouble(),
    };

    private static void Values<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes<T>(values));
    }

    private static T[] Values<T>(BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
