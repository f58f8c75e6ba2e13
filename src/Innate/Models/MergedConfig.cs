using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Text;

namespace Innate.Models;

/// <summary>
/// The config.json of a model that has become another: where an adapter in its weights parted the head from the embedding, or
/// where it got a score head, it says so; else it stays as it is.
/// </summary>
internal static class MergedConfig
{
    /// <summary>Writes the file again where the model has become another.</summary>
    /// <param name="source">The folder of the model without the adapter.</param>
    /// <param name="merged">The model's shape with it.</param>
    /// <param name="folder">Holds a copy of the source's file.</param>
    /// <param name="type">What the weights were rounded to; null: they kept their types.</param>
    public static void Write(string source, ModelConfig merged, string folder, ElementType? type = null)
    {
        ModelConfig stated = ModelConfigReader.Read(source);
        bool unties = stated.TiedEmbeddings && !merged.TiedEmbeddings, scores = merged.IsClassifier && !stated.IsClassifier;
        if (!unties && !scores && type is null) return;
        string file = Path.Combine(folder, "config.json");
        JsonObject json = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        if (unties) json["tie_word_embeddings"] = false;
        if (scores) StateHead(json, merged);

        if (type is { } dtype) json[json.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = dtype.ToString().ToLowerInvariant();
        File.WriteAllBytes(file, JsonBytes.Indented(json));
    }

    // As transformers' save_pretrained would.
    private static void StateHead(JsonObject json, ModelConfig merged)
    {
        json["architectures"] = new JsonArray($"{merged.Family}{ScoreHeadReader.ClassEnd(merged.Head)}");
        string[] labels = [.. Enumerable.Range(0, merged.LabelCount).Select(i => $"LABEL_{i}")];
        json["id2label"] = new JsonObject(labels.Select((l, i) => KeyValuePair.Create($"{i}", (JsonNode?)l)));
        json["label2id"] = new JsonObject(labels.Select((l, i) => KeyValuePair.Create(l, (JsonNode?)i)));
        json["num_labels"] = merged.LabelCount;
        if (merged.StepSplit != StepSplit.Paragraphs) json["step_split"] = StepText.Names[(int)merged.StepSplit];
        if (merged.PaddingId is { } padding) json["pad_token_id"] = padding;
    }
}
