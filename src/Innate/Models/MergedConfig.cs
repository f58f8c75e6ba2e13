using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;

namespace Innate.Models;

/// <summary>
/// The config.json of a model whose adapter went into its weights: where that parted the head from the embedding, or brought a
/// score head, it says so; else it stays as it is.
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
        if (scores)
        {
            string prefix = merged.Family == ModelFamily.Gemma3Text ? "Gemma3Text" : merged.Family.ToString();
            json["architectures"] = new JsonArray($"{prefix}ForSequenceClassification");
            json["id2label"] = new JsonObject { ["0"] = "LABEL_0" };
            json["label2id"] = new JsonObject { ["LABEL_0"] = 0 };
            json["num_labels"] = 1;
        }

        if (type is { } dtype) json[json.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = dtype.ToString().ToLowerInvariant();
        File.WriteAllBytes(file, JsonBytes.Indented(json));
    }
}
