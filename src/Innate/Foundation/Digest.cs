using System.Security.Cryptography;

namespace Innate.Foundation;

/// <summary>Short digests of what decides a run's bits, to notice that it has changed between two halves of a run.</summary>
internal static class Digest
{
    // A file is hashed in pieces, several at a time: weights may be larger than memory, and every byte of them counts.
    private const int PieceBytes = 16 << 20, BufferBytes = 1 << 18;

    /// <summary>Of a file's every byte.</summary>
    public static string Whole(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Short(SHA256.HashData(stream));
    }

    /// <summary>Of every byte of an open file, from its beginning.</summary>
    public static string Whole(Stream file)
    {
        file.Position = 0;
        return Short(SHA256.HashData(file));
    }

    /// <summary>Of some files of a checkpoint folder, every byte; "none" where there is none.</summary>
    public static string OfFiles(string folder, Func<string, bool> isMeant)
    {
        string[] files = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder).Where(f => isMeant(Path.GetFileName(f))).Order(StringComparer.Ordinal)]
            : [];
        if (files.Length == 0) return "none";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            if (path.EndsWith(".safetensors", StringComparison.Ordinal)) AppendWhole(path, hash);
            else hash.AppendData(File.ReadAllBytes(path));
        }

        return Short(hash.GetHashAndReset());
    }

    /// <summary>Of a checkpoint folder: its JSON and template files and its weights, every byte.</summary>
    public static string OfModel(string folder) =>
        OfFiles(folder, name => Path.GetExtension(name) is ".json" or ".jinja" or ".safetensors");

    /// <summary>Of large files, every byte, in order; their names do not count.</summary>
    public static string OfWholes(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in paths) AppendWhole(path, hash);
        return Short(hash.GetHashAndReset());
    }

    /// <summary>Of texts as bytes, in order, each with its length.</summary>
    public static string OfBytes(IEnumerable<byte[]> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] text in texts)
        {
            hash.AppendData(BitConverter.GetBytes(text.LongLength));
            hash.AppendData(text);
        }

        return Short(hash.GetHashAndReset());
    }

    /// <summary>Of texts, in order.</summary>
    public static string OfTexts(IEnumerable<string> texts) =>
        Short(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\0', texts))));

    private static void AppendWhole(string path, IncrementalHash hash)
    {
        using var file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        var pieces = new byte[(int)((length + PieceBytes - 1) / PieceBytes)][];
        Parallel.For(0, pieces.Length, i => pieces[i] = Piece(file, (long)i * PieceBytes, length));
        hash.AppendData(BitConverter.GetBytes(length));
        foreach (byte[] piece in pieces) hash.AppendData(piece);
    }

    private static byte[] Piece(Microsoft.Win32.SafeHandles.SafeFileHandle file, long start, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long end = Math.Min(length, start + PieceBytes);
        while (start < end)
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(BufferBytes, end - start)), start);
            if (read == 0) break;
            hash.AppendData(buffer, 0, read);
            start += read;
        }

        return hash.GetHashAndReset();
    }

    private static string Short(byte[] digest) => Convert.ToHexStringLower(digest)[..16];
}
