using Innate.Checkpoints;

namespace Innate.Models;

/// <summary>
/// A head that the config ties to the embedding, but that the checkpoint holds as well: trained apart, or out of merged adapters.
/// Where the two differ the stored one is the model's.
/// </summary>
internal static class TiedHead
{
    private const string Head = "lm_head.weight";
    private const string Embedding = "model.embed_tokens.weight";
    private const int Piece = 1 << 20;

    /// <summary>The shape of the model that the checkpoint holds.</summary>
    /// <param name="config">As its config.json says.</param>
    /// <param name="checkpoint">Its tensors.</param>
    /// <param name="warn">Is told where the two disagree.</param>
    public static ModelConfig Resolve(ModelConfig config, Checkpoint checkpoint, Action<string>? warn)
    {
        if (!config.TiedEmbeddings || config.IsClassifier) return config;
        if (!checkpoint.TryFind(Head, out TensorInfo? head) || !checkpoint.TryFind(Embedding, out TensorInfo? embedding))
        {
            return config;
        }

        if (AreSame(checkpoint, head, embedding)) return config;
        warn?.Invoke(
            $"{head.File}: config.json ties the head to the embedding, but '{Head}' is stored with other values: it is used.");
        return config with { TiedEmbeddings = false };
    }

    private static bool AreSame(Checkpoint checkpoint, TensorInfo head, TensorInfo embedding)
    {
        if (head.Type != embedding.Type || head.Length != embedding.Length) return false;
        byte[] ours = new byte[Piece], theirs = new byte[Piece];
        for (long at = 0; at < head.Length; at += Piece)
        {
            int count = (int)Math.Min(Piece, head.Length - at);
            checkpoint.Read(head, at, ours.AsSpan(0, count));
            checkpoint.Read(embedding, at, theirs.AsSpan(0, count));
            if (!ours.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count))) return false;
        }

        return true;
    }
}
