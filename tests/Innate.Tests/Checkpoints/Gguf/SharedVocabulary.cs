using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Innate.Checkpoints.Gguf;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>The published vocabularies beside the repository, as GGUF files.</summary>
internal static class SharedVocabulary
{
    private static readonly string Folder = Path.Combine(Places.Shared, "gguf", "vocab");

    /// <summary>The tokenizer of a vocabulary.</summary>
    /// <param name="name">Such as <c>llama-bpe</c>.</param>
    public static Tokenizer Tokenizer(string name)
    {
        using TemporaryFolder folder = new();
        return Of(Open(name, folder));
    }

    /// <summary>The folder that a vocabulary stands for.</summary>
    public static GgufFolder Open(string name, TemporaryFolder folder)
    {
        string file = folder[$"{name}.gguf"];
        using (FileStream packed = File.OpenRead(Path.Combine(Folder, $"ggml-vocab-{name}.gguf.gz")))
        using (GZipStream unpacked = new(packed, CompressionMode.Decompress))
        using (FileStream whole = File.Create(file))
        {
            unpacked.CopyTo(whole);
        }

        return GgufFolder.Open(file);
    }

    /// <summary>The tokenizer that is read of a GGUF file.</summary>
    public static Tokenizer Of(GgufFolder folder) =>
        Innate.Text.Tokenizer.FromJson(folder.ReadTokenizer(), folder.Read("tokenizer_config.json"), "model.gguf");

    /// <summary>The same without special tokens: those of the user are still found in text.</summary>
    public static Tokenizer WithoutSpecial(GgufFolder folder)
    {
        JsonObject json = JsonNode.Parse(folder.ReadTokenizer()!)!.AsObject();
        json["added_tokens"] = new JsonArray(
            [.. json["added_tokens"]!.AsArray().Where(t => !(bool)t!["special"]!).Select(t => t!.DeepClone())]);
        return Innate.Text.Tokenizer.FromJson(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>llama.cpp's texts and ids.</summary>
    public static IEnumerable<(string Text, int[] Ids)> Cases(string name)
    {
        const string Between = "\n__ggml_vocab_test__\n";
        string all = File.ReadAllText(Path.Combine(Folder, $"ggml-vocab-{name}.gguf.inp"));
        string[] texts = all.Split(Between);
        if (texts[^1].Length == 0) texts = texts[..^1];
        string[] lines = File.ReadAllText(Path.Combine(Folder, $"ggml-vocab-{name}.gguf.out")).Split('\n');
        for (int i = 0; i < texts.Length; i++)
        {
            yield return (texts[i], [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);
        }
    }
}
