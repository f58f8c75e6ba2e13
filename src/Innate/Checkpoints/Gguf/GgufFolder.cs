using System.Text;
using System.Text.Json.Nodes;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// The Hugging Face folder that a GGUF file stands for: the files that describe the model, written when they are asked for, and
/// the tensors under the names that safetensors would have them by.
/// </summary>
internal sealed class GgufFolder
{
    private const string Config = "config.json", Generation = "generation_config.json";
    private const string Tokens = "tokenizer.json", TokensConfig = "tokenizer_config.json";

    private readonly GgufFile _file;
    private readonly bool _textOnly;
    private readonly Dictionary<string, string> _templates;
    private readonly Lazy<GgufVocabulary?> _vocabulary;
    private readonly Lazy<JsonObject> _config;
    private readonly Lazy<List<TensorInfo>> _tensors;

    private GgufFolder(GgufFile file, GgufArchitecture? architecture)
    {
        (_file, _textOnly) = (file, architecture is null);
        _templates = GgufChat.Templates(file.Metadata);
        _vocabulary = new(() => GgufVocabulary.Read(file.Metadata));
        _config = new(() => GgufConfig.Of(file, architecture!, _vocabulary.Value));
        _tensors = new(() => GgufTensorNames.Of(
            file, architecture!, (int)_config.Value["num_hidden_layers"]!, (int)_config.Value["head_dim"]!));
        string[] ofModel = _textOnly ? [] : [Config, Generation];
        string[] ofTokens = GgufVocabulary.IsIn(file.Metadata) ? [Tokens, TokensConfig] : [];
        Names = [.. ofModel, .. ofTokens, .. _templates.Keys];
    }

    /// <summary>The full paths of the file, or of all its parts in order.</summary>
    public IReadOnlyList<string> Files => _file.Files;

    /// <summary>The names of the files that describe the model; of templates besides the first, with their folder.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The tensors, under Hugging Face's names.</summary>
    /// <exception cref="InputException">A tensor is missing, or one is there that the model does not have.</exception>
    public IReadOnlyList<TensorInfo> Tensors => _tensors.Value;

    /// <summary>Opens a file, or all parts of one by its first.</summary>
    /// <exception cref="InputException">No whole, well-formed GGUF file, or one of a model that is not known here.</exception>
    public static GgufFolder Open(string path)
    {
        GgufFile file = GgufFile.Open(path);
        return new(file, GgufArchitecture.Of(file.Metadata));
    }

    /// <summary>
    /// Opens a file for its tokenizer and templates alone: whatever its model is and however its tensors are stored.
    /// </summary>
    /// <exception cref="InputException">No well-formed GGUF file.</exception>
    public static GgufFolder OpenText(string path) => new(GgufFile.Open(path, keysOnly: true), architecture: null);

    /// <summary>The keys.</summary>
    public GgufMetadata Metadata => _file.Metadata;

    /// <summary>All tokens that end a sequence, a turn or a message; none where the file has no tokenizer.</summary>
    /// <exception cref="InputException">A key of the tokenizer is missing or not what it should be.</exception>
    public IReadOnlyList<int> Ends => _vocabulary.Value?.Ends ?? [];

    /// <summary>
    /// The bytes of a file that describes the model, as transformers reads it; null: there is none of that name.
    /// </summary>
    /// <exception cref="InputException">A key that it is made of is missing, or not what it should be.</exception>
    public byte[]? Read(string name)
    {
        if (_templates.TryGetValue(name, out string? key)) return Encoding.UTF8.GetBytes(_file.Metadata.Text(key));
        return (name, _vocabulary.Value) switch
        {
            (Config or Generation, _) when _textOnly => null,
            (Config, _) => JsonBytes.Indented(_config.Value),
            (Generation, _) => JsonBytes.Indented(GenerationConfig()),
            (Tokens, { } vocabulary) => new GgufTokenizer(vocabulary).Json(forTransformers: true),
            (TokensConfig, { } vocabulary) when _textOnly => JsonBytes.Indented(
                GgufChat.Config(vocabulary, KnownTokenizer(vocabulary), Context())),
            (TokensConfig, { } vocabulary) => JsonBytes.Indented(
                GgufChat.Config(vocabulary, new GgufTokenizer(vocabulary), _config.Value["max_position_embeddings"])),
            _ => null,
        };
    }

    /// <summary>
    /// tokenizer.json in the form that is read here: scores where transformers has merges, so that every text has exactly the ids
    /// that llama.cpp gives it. Null: the file has no tokenizer.
    /// </summary>
    /// <exception cref="InputException">A key that it is made of is missing, or not what it should be.</exception>
    public byte[]? ReadTokenizer() =>
        _vocabulary.Value is { } vocabulary ? new GgufTokenizer(vocabulary).Json(forTransformers: false) : null;

    // A chat template needs the texts of special tokens, whoever cuts the text.
    private static GgufTokenizer? KnownTokenizer(GgufVocabulary vocabulary)
    {
        try
        {
            return new GgufTokenizer(vocabulary);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private JsonValue? Context() => Metadata.OptionalText(GgufArchitecture.Key) is { } name
        ? JsonValue.Create((int?)Metadata.OptionalWhole($"{name}.context_length", 1, int.MaxValue))
        : null;

    private JsonObject GenerationConfig() => new()
    {
        ["bos_token_id"] = _vocabulary.Value?.Beginning,
        ["eos_token_id"] = _vocabulary.Value?.EndsAsJson(),
        ["pad_token_id"] = _vocabulary.Value?.Padding,
    };
}
