using System.Security.Cryptography;

namespace Innate.Foundation;

/// <summary>Short digests of what decides a run's bits, to notice that it has changed between two halves of a run.</summary>
internal static class Digest
{
    // Weights are sampled, for they may be larger than memory: training moves every value, so no sample stays the same.
    private const int Samples = 64, SampleBytes = 4096;

    /// <summary>Of a file's every byte.</summary>
    public static string Whole(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Short(SHA256.HashData(stream));
    }

    /// <summary>Of some files of a checkpoint folder, weights by their headers and samples; "none" where there is none.</summary>
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
            if (path.EndsWith(".safetensors", StringComparison.Ordinal)) Sample(path, hash);
            else hash.AppendData(File.ReadAllBytes(path));
        }

        return Short(hash.GetHashAndReset());
    }

    /// <summary>Of a checkpoint folder: its JSON and template files whole, its weights by their headers and samples.</summary>
    public static string OfModel(string folder) =>
        OfFiles(folder, name => Path.GetExtension(name) is ".json" or ".jinja" or ".safetensors");

    /// <summary>Of texts, in order.</summary>
    public static string OfTexts(IEnumerable<string> texts) =>
        Short(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\0', texts))));

    private static void Sample(string path, IncrementalHash hash)
    {
        using var file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        hash.AppendData(BitConverter.GetBytes(length));
        var buffer = new byte[SampleBytes];
        for (int i = 0; i < Samples; i++)
        {
            int read = RandomAccess.Read(
                file, buffer, (long)((length - SampleBytes) / (double)(Samples - 1) * i) is > 0 and long at ? at : 0);
            hash.AppendData(buffer, 0, read);
        }
    }

    private static string Short(byte[] digest) => Convert.ToHexStringLower(digest)[..16];
}
