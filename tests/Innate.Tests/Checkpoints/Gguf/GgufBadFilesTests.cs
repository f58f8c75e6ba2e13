using System.Text.Json;
using Innate.Checkpoints.Gguf;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>Damaged files are refused with a sentence, and take no memory for the numbers that they claim.</summary>
public class GgufBadFilesTests
{
    private static readonly string Bad = Path.Combine(Places.Shared, "gguf", "bad");

    [SharedFact("gguf/bad/bad.json")]
    public void Every_bad_file_is_refused_with_its_name_and_fault()
    {
        Dictionary<string, string[]> faults = new(StringComparer.Ordinal)
        {
            ["cut-header.gguf"] = ["at least 24 bytes", "found 13"],
            ["cut-kv.gguf"] = ["'tokenizer.ggml.tokens'", "truncated"],
            ["cut-tensor.gguf"] = ["'output_norm.weight'", "truncated"],
            ["kv-count-2-60.gguf"] = ["1152921504606846976 keys"],
            ["string-2-63.gguf"] = ["'general.name'", "9223372036854775808 bytes"],
            ["offset-past-end.gguf"] = ["'blk.0.ffn_up.weight'", "ends at byte"],
            ["unknown-type.gguf"] = ["'blk.0.attn_q.weight'", "number 77"],
            ["alignment-0.gguf"] = ["'general.alignment'", "found 0"],
            ["version-1.gguf"] = ["version 2 or 3", "version 1"],
            ["duplicate-key.gguf"] = ["'llama.block_count'", "twice"],
            ["no-output-norm.gguf"] = ["'output_norm.weight'", "missing"],
            ["mamba.gguf"] = ["'general.architecture'", "'mamba'"],
        };
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Bad, "bad.json")));
        foreach (JsonElement c in cases.RootElement.EnumerateArray())
        {
            string name = c.GetProperty("file").GetString()!;
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Assert.Throws<InputException>(() => Read(name)).Message;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 << 20);
            Assert.All(faults[name].Append(name), word => Assert.Contains(word, message, StringComparison.Ordinal));
        }

        Assert.Equal(faults.Count, cases.RootElement.GetArrayLength());
    }

    [SharedFact("gguf/bad/valid.gguf")]
    public void The_file_that_they_were_made_from_is_read() => Assert.Equal(11, Read("valid.gguf"));

    private static int Read(string name)
    {
        GgufFolder folder = GgufFolder.Open(Path.Combine(Bad, name));
        int tensors = folder.Tensors.Count;
        ModelConfigReader.Parse(folder.Read("config.json"));
        SharedVocabulary.Of(folder);
        return tensors;
    }
}
