using System.Text;
using System.Text.Json;
using Innate.Checkpoints.Gguf;
using Innate.Models;
using Innate.Text;

namespace Innate.Bench.Fuzzing;

/// <summary>What reads a GGUF file: its header, and all that is made of its keys.</summary>
internal static class GgufTargets
{
    private const string Name = "model.gguf";

    private static readonly string[] Corpus =
    [
        """
        {"general.architecture":"llama","general.type":"model","llama.block_count":1,"llama.context_length":64,
        "llama.embedding_length":32,"llama.feed_forward_length":32,"llama.attention.head_count":2,
        "llama.attention.head_count_kv":1,"llama.attention.layer_norm_rms_epsilon":0.00001,"llama.rope.freq_base":10000.5,
        "tokenizer.ggml.model":"gpt2","tokenizer.ggml.pre":"smollm","tokenizer.ggml.tokens":["a","b","ab","Ġ","<|im_end|>"],
        "tokenizer.ggml.token_type":[1,1,1,1,3],"tokenizer.ggml.merges":["a b"],"tokenizer.ggml.eos_token_id":4,
        "tokenizer.chat_template":"{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}",
        "token_embd.weight":[32,8],"output_norm.weight":[32],"blk.0.attn_q.weight":[32,32],"rope_freqs.weight":[8]}
        """,
        """
        {"general.architecture":"gemma3","general.name":"Phi-3","gemma3.block_count":2,"gemma3.context_length":64,
        "gemma3.embedding_length":32,"gemma3.feed_forward_length":[32,32],"gemma3.attention.head_count":2,
        "gemma3.attention.key_length":16,"gemma3.attention.layer_norm_rms_epsilon":0.000001,"gemma3.attention.sliding_window":8,
        "gemma3.rope.scaling.type":"linear","gemma3.rope.scaling.factor":8.5,"tokenizer.ggml.model":"llama",
        "tokenizer.ggml.tokens":["<unk>","<s>","</s>","▁","a","é","aé","▁a","<0x0A>",""],
        "tokenizer.ggml.scores":[0.5,0.5,0.5,-1.5,-1.5,-1.5,-2.5,-2.5,0.5,0.5],"tokenizer.ggml.token_type":[2,3,3,1,1,1,1,4,6,5],
        "tokenizer.ggml.add_space_prefix":false,"tokenizer.ggml.add_eos_token":true,"tokenizer.chat_template.rag":"x",
        "token_embd.weight":[32,16],"output_norm.weight":[32],"blk.1.post_ffw_norm.weight":[32]}
        """,
        """
        {"general.architecture":"gpt-oss","gpt-oss.block_count":1,"gpt-oss.context_length":64,"gpt-oss.embedding_length":32,
        "gpt-oss.feed_forward_length":32,"gpt-oss.attention.head_count":2,"gpt-oss.attention.layer_norm_rms_epsilon":0.00001,
        "gpt-oss.attention.sliding_window":8,"gpt-oss.expert_count":2,"gpt-oss.expert_used_count":1,
        "gpt-oss.expert_feed_forward_length":32,"gpt-oss.rope.scaling.type":"yarn","gpt-oss.rope.scaling.factor":4.5,
        "gpt-oss.rope.scaling.original_context_length":16,"token_embd.weight":[32,8],"output_norm.weight":[32],
        "blk.0.ffn_down_exps.weight":[32,32,2],"blk.0.ffn_down_exps.bias":[32,2],"blk.0.attn_sinks.weight":[2]}
        """,
        """
        {"general.architecture":"phi3","phi3.block_count":1,"phi3.context_length":64,"phi3.embedding_length":32,
        "phi3.feed_forward_length":32,"phi3.attention.head_count":2,"phi3.attention.layer_norm_rms_epsilon":0.00001,
        "phi3.rope.dimension_count":16,"phi3.rope.scaling.original_context_length":32,"phi3.attention.sliding_window":0,
        "rope_factors_long.weight":[8],"rope_factors_short.weight":[8],"token_embd.weight":[32,8],"output_norm.weight":[32]}
        """,
    ];

    private static readonly string[] Words =
    [
        .. Corpus.SelectMany(c => c.Split('"').Where((_, i) => i % 2 == 1)).Distinct(), "qwen2", "qwen3moe", "granite", "mixtral",
        "split.no", "split.count", "general.alignment", "llama-bpe", "default", "deepseek-llm", "tekken", "longrope", "none",
        "tokenizer.ggml.eot_token_id", "tokenizer.chat_templates", "llama.expert_count", "llama.rope.scale_linear", "GGUF",
    ];

    /// <summary>A file, byte by byte.</summary>
    public static FuzzTarget Bytes(FuzzPlace place)
    {
        byte[][] files = [.. Corpus.Select(keys => Written(Encoding.UTF8.GetBytes(keys)))];
        return new FuzzTarget(files, Words, input => Read(place.Write(Name, input)), IsJson: false);
    }

    /// <summary>
    /// What keys say: an object, of which a file is made. Members with a list of whole numbers and a name that ends with "weight"
    /// or "bias" are tensors, the others keys.
    /// </summary>
    public static FuzzTarget Keys(FuzzPlace place) => new(
        [.. Corpus.Select(Encoding.UTF8.GetBytes)], Words, input => Read(place.Write(Name, Written(input))),
        IsJson: true, Longest: 1 << 14);

    // Each file is made of others' keys too: one that is refused does not hide the next.
    private static void Read(string path)
    {
        GgufFolder folder = GgufFolder.Open(path);
        InputException? refused = null;
        Try(() => ModelConfigReader.Parse(folder.Read("config.json")));
        Try(() => _ = folder.Tensors.Count);
        Try(() =>
        {
            if (folder.ReadTokenizer() is not { } json) return;
            Tokenizer tokenizer = Tokenizer.FromJson(json, folder.Read("tokenizer_config.json"));
            _ = tokenizer.Decode(tokenizer.Encode(" aé<|im_end|>\n12 ab", addSpecialTokens: true));
        });
        foreach (string name in folder.Names) Try(() => folder.Read(name));
        if (refused is not null) throw refused;

        void Try(Action action)
        {
            try
            {
                action();
            }
            catch (InputException e)
            {
                refused = e;
            }
        }
    }

    private static byte[] Written(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Written(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What is no object, no JSON or no Unicode is refused by no one but this.
            throw new InputException("no file can be made of it", e);
        }
    }

    private static byte[] Written(JsonElement root)
    {
        List<GgufEntry> keys = [];
        List<(string Name, long[] Sizes)> tensors = [];
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (Sizes(member) is { } sizes)
            {
                tensors.Add((member.Name, sizes));
            }
            else if (Entry(member.Name, member.Value) is { } entry)
            {
                keys.Add(entry);
            }
        }

        return Written(keys, tensors);
    }

    private static byte[] Written(List<GgufEntry> keys, List<(string Name, long[] Sizes)> tensors)
    {
        using MemoryStream stream = new();
        using BinaryWriter file = new(stream);
        file.Write("GGUF"u8);
        file.Write(3);
        file.Write((long)tensors.Count);
        file.Write((long)keys.Count);
        foreach (GgufEntry key in keys)
        {
            file.Write(GgufEntry.Counted(Encoding.UTF8.GetBytes(key.Key)));
            file.Write((int)key.Type);
            file.Write(key.Value);
        }

        long offset = 0;
        foreach ((string name, long[] sizes) in tensors)
        {
            file.Write(GgufEntry.Counted(Encoding.UTF8.GetBytes(name)));
            file.Write(sizes.Length);
            foreach (long size in sizes) file.Write(size);
            file.Write(0); // float32
            file.Write(offset);
            offset += Aligned(4 * sizes.Aggregate(1L, (a, b) => a * b));
        }

        file.Write(new byte[Aligned(stream.Length) - stream.Length + offset]);
        return stream.ToArray();
    }

    private static long Aligned(long bytes) => (bytes + 31) / 32 * 32;

    private static long[]? Sizes(JsonProperty member)
    {
        if (!member.Name.EndsWith("weight", StringComparison.Ordinal) && !member.Name.EndsWith("bias", StringComparison.Ordinal)
            || member.Value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        bool areSizes = member.Value.EnumerateArray().All(
            s => s.ValueKind == JsonValueKind.Number && s.TryGetInt32(out int size) && size is > 0 and <= 64);
        long[]? sizes = areSizes ? [.. member.Value.EnumerateArray().Select(s => s.GetInt64())] : null;
        return sizes is { Length: > 0 and <= 3 } ? sizes : null;
    }

    private static GgufEntry? Entry(string key, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return GgufEntry.Text(key, value.GetString()!);
            case JsonValueKind.True or JsonValueKind.False: return GgufEntry.Flag(key, value.GetBoolean());
            case JsonValueKind.Number:
                return value.TryGetUInt32(out uint whole)
                    ? GgufEntry.Whole(key, whole)
                    : GgufEntry.Number(key, value.GetDouble());
            case JsonValueKind.Array:
                JsonElement[] items = [.. value.EnumerateArray()];
                if (items.All(i => i.ValueKind == JsonValueKind.String))
                {
                    return GgufEntry.Texts(key, [.. items.Select(i => Encoding.UTF8.GetBytes(i.GetString()!))]);
                }

                if (items.All(i => i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out _)))
                {
                    return GgufEntry.Wholes(key, [.. items.Select(i => i.GetInt32())]);
                }

                return items.All(i => i.ValueKind == JsonValueKind.Number)
                    ? GgufEntry.Numbers(key, [.. items.Select(i => (float)i.GetDouble())])
                    : null;
            default: return null;
        }
    }
}
