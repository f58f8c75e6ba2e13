using Innate.Checkpoints.Gguf;

namespace Innate.LlamaCpp;

/// <summary>What a GGUF file's keys say that its model is, before anything is loaded.</summary>
internal static class LlamaFile
{
    // llama.cpp's number for pooling to a score.
    private const int PoolsToRank = 4;

    /// <summary>Refuses what gives no logits from left to right.</summary>
    /// <exception cref="InputException">No GGUF file; an encoder, an adapter, or a reward model's head.</exception>
    public static void RequireDecoder(string file)
    {
        GgufMetadata keys = GgufFile.Open(file, keysOnly: true).Metadata;
        if (keys.OptionalText("general.type") is { } type && type != "model") throw keys.Wrong("general.type", "'model'");
        string architecture = keys.Text(GgufArchitecture.Key);
        if (keys.OptionalWhole($"{architecture}.pooling_type", -1, int.MaxValue) == PoolsToRank
            || keys.Has($"{architecture}.classifier.output_labels"))
        {
            throw new InputException(
                $"{file}: expected a language model, found a trained reward model with a score head: Innate itself runs those, "
                + "from Hugging Face folders.");
        }

        if (keys.OptionalFlag($"{architecture}.attention.causal") == false)
        {
            throw keys.Wrong($"{architecture}.attention.causal", "true: a decoder");
        }
    }
}
