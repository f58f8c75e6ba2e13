using System.Text.Json.Nodes;

namespace Innate.Checkpoints.Gguf;

/// <summary>tokenizer_config.json and the chat templates of a GGUF file.</summary>
internal static class GgufChat
{
    private const string Template = "tokenizer.chat_template";
    private const string First = "chat_template.jinja";

    /// <summary>tokenizer_config.json.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="tokenizer">How text becomes tokens; null: in a way that is not known here.</param>
    /// <param name="context">The model's positions; null: not told.</param>
    public static JsonObject Config(GgufVocabulary vocabulary, GgufTokenizer? tokenizer, JsonNode? context)
    {
        string? Text(int? id) => id is int known ? vocabulary.TextOf(known) : null;
        return new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["add_bos_token"] = tokenizer?.AddsBeginning,
            ["add_eos_token"] = tokenizer?.AddsEnd,
            ["bos_token"] = Text(vocabulary.Beginning),
            ["eos_token"] = Text(vocabulary.End),
            ["unk_token"] = Text(vocabulary.Unknown),
            ["pad_token"] = Text(vocabulary.Padding),
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = context?.DeepClone(),
        };
    }

    /// <summary>The templates' keys by the names of the files that they stand for.</summary>
    /// <exception cref="InputException">A template's name is no name of a file.</exception>
    public static Dictionary<string, string> Templates(GgufMetadata keys)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        if (keys.Has(Template)) files.Add(First, Template);
        foreach (string key in keys.Keys.Where(k => k.StartsWith(Template + ".", StringComparison.Ordinal)))
        {
            string name = key[(Template.Length + 1)..];
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            {
                throw new InputException(
                    $"{keys.File}: key '{key}': expected a template's name of letters, digits, '_' and '-', found '{name}'.");
            }

            files.Add($"{ModelFiles.MoreTemplates}/{name}.jinja", key);
        }

        return files;
    }
}
