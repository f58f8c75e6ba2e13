using System.Buffers.Binary;
using System.Globalization;

namespace Innate.Learning.Watching.TensorBoard;

/// <summary>
/// Writes a run's numbers and samples as TensorBoard's event files: TFRecord frames around Event messages. Each event is with
/// the system when its call returns.
/// </summary>
internal sealed class TensorBoardWriter : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    private TensorBoardWriter(FileStream stream, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
    }

    /// <summary>Begins a new event file, which is never a continuation of an older one.</summary>
    /// <param name="folder">Where the run's event files lie; made where there is none.</param>
    /// <param name="resumeAfterStep">TensorBoard forgets what older files say of later steps; null: all that they say.</param>
    /// <param name="clock">Null: the system's.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static TensorBoardWriter Open(string folder, int? resumeAfterStep, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        Directory.CreateDirectory(folder);
        TensorBoardWriter writer = new(Create(folder, clock.GetUtcNow().ToUnixTimeSeconds()), clock);
        writer.Write(EventMessages.Version(writer.Now));
        writer.Write(EventMessages.Start(writer.Now, resumeAfterStep is { } last ? last + 1L : 0));
        return writer;
    }

    /// <summary>Writes a step's numbers; TensorBoard keeps them as float32.</summary>
    public void Write(StepMetrics metrics) => Write(EventMessages.Scalars(Now, metrics));

    /// <summary>Writes a sample as a text under the tag <c>sample</c>.</summary>
    public void Write(TrainingSample sample)
    {
        string markdown = $"**Prompt**\n\n{Verbatim(sample.Prompt)}\n\n**Response**\n\n{Verbatim(sample.Response)}";
        Write(EventMessages.Text(Now, sample.Step, "sample", markdown));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private double Now => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    // Indented, so that Markdown takes nothing in it for its own.
    private static string Verbatim(string text) => "    " + text.ReplaceLineEndings("\n    ");

    private static FileStream Create(string folder, long seconds)
    {
        // TensorBoard reads a run's files in the order of their names: a clock set back must not put this one first.
        foreach (string file in Directory.EnumerateFiles(folder, Prefix + "*"))
        {
            string stamp = Path.GetFileName(file)[Prefix.Length..].Split('.')[0];
            if (long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out long other) && other >= seconds)
            {
                seconds = other + 1;
            }
        }

        string host = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{seconds}.{host}.0");
        return new FileStream(
            Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    // A TFRecord: length, its checksum, data, their checksum.
    private void Write(ProtoMessage message)
    {
        ReadOnlySpan<byte> data = message.Bytes;
        byte[] record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Crc32C.Masked(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Crc32C.Masked(data));
        _stream.Write(record);
    }
}
