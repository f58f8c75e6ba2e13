using System.Buffers.Binary;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Models.Export;
using Innate.Runs;
using Innate.Sessions;

namespace Innate.Tests.LlamaCpp;

/// <summary>GGUF files for tests: models exported, and what becomes of a file whose keys are changed.</summary>
internal static class LlamaFiles
{
    /// <summary>A model's folder as a GGUF file.</summary>
    public static string Export(string model, string output, ElementType type = ElementType.Float32) =>
        new ExportRun(new ExportSettings
        {
            Model = new ModelSource { Model = model, Threads = 2 }, Output = output, Type = type,
        }).Execute();

    /// <summary>A folder with a new random model.</summary>
    public static string New(string folder, string family) => new NewModelRun(new NewModelSettings
    {
        Output = folder, Family = family, Hidden = 64, Layers = 4, Heads = 4, KeyValueHeads = 2, Mlp = 96, Vocabulary = 320,
        MaxPositions = 256,
    }).Execute().Folder;

    /// <summary>The same tensors under other keys; null takes a key away.</summary>
    public static string Rekey(string file, string output, Func<GgufEntry, GgufEntry?> change, params GgufEntry[] more)
    {
        GgufFile whole = GgufFile.Open(file);
        GgufEntry[] entries = [.. GgufRetyping.Entries(whole).Select(change).OfType<GgufEntry>(), .. more];
        GgufWriter.Write(output, entries, GgufRetyping.Tensors(whole, null));
        return output;
    }

    /// <summary>The same model under another architecture's name.</summary>
    public static string Rename(string file, string output, string from, string to) => Rekey(file, output, e =>
        e.Key == GgufArchitecture.Key ? GgufEntry.Text(e.Key, to)
        : e.Key.StartsWith($"{from}.", StringComparison.Ordinal) ? e with { Key = to + e.Key[from.Length..] }
        : e);

    /// <summary>A change of keys that lets two tokens change their texts.</summary>
    public static Func<GgufEntry, GgufEntry?> SwapTokens(int one, int other) => entry =>
    {
        if (entry.Key != "tokenizer.ggml.tokens") return entry;
        List<byte[]> texts = [];
        for (int at = 12; at < entry.Value.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(entry.Value.AsSpan(at));
            texts.Add(entry.Value[(at + 8)..(at + 8 + length)]);
            at += 8 + length;
        }

        (texts[one], texts[other]) = (texts[other], texts[one]);
        return GgufEntry.Texts(entry.Key, texts);
    };
}
