using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Innate.Text.Tokenization;

/// <summary>
/// What the files beside tokenizer.json say of the tokenizer: tokenizer_config.json, special_tokens_map.json,
/// added_tokens.json. transformers completes tokenizer.json from them on loading, and so do we.
/// </summary>
internal sealed record TokenizerConfig
{
    /// <summary>The names of the tokens' fields.</summary>
    private static readonly string[] Named =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    // Their tokenizers make the post-processor anew from two flags, whatever tokenizer.json holds. All others pass the flags
    // over.
    private static readonly string[] RebuildingClasses =
    [
        "LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "CodeLlamaTokenizerFast", "GemmaTokenizer",
        "GemmaTokenizerFast",
    ];

    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly List<string> _additional = [];
    private readonly List<AddedToken> _added = [];
    private string? _class;
    private bool? _addsBeginning;
    private bool? _addsEnd;

    /// <summary>The text of the token that begins a sequence; null: none is named.</summary>
    public string? Beginning => _tokens.GetValueOrDefault("bos_token");

    /// <summary>The text of the token that ends a sequence; null: none is named.</summary>
    public string? End => _tokens.GetValueOrDefault("eos_token");

    /// <summary>The text of the token for what the vocabulary lacks; null: none is named.</summary>
    public string? Unknown => _tokens.GetValueOrDefault("unk_token");

    /// <summary>The text of the token that fills batches; null: none is named.</summary>
    public string? Padding => _tokens.GetValueOrDefault("pad_token");

    /// <summary>Added tokens with their ids, in the order of these.</summary>
    public IReadOnlyList<AddedToken> Added => _added;

    /// <summary>The texts of all tokens that are named special.</summary>
    public IEnumerable<string> Special => _tokens.Values.Concat(_additional).Distinct();

    /// <summary>Whether the post-processor is made anew: with or without the token that begins, and the one that ends.</summary>
    public (bool Beginning, bool End)? Surrounds =>
        _class is not null && RebuildingClasses.Contains(_class) ? (_addsBeginning ?? true, _addsEnd ?? false) : null;

    /// <summary>Reads the files' texts; an empty one is a file that is not there.</summary>
    /// <param name="config">tokenizer_config.json.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="map">special_tokens_map.json: it names tokens that the config does not.</param>
    /// <param name="added">added_tokens.json, which older saves have instead of the config's list.</param>
    /// <exception cref="InputException">A file is no JSON object, or a field is not what it should be.</exception>
    public static TokenizerConfig Read(
        ReadOnlySpan<byte> config, string file, ReadOnlySpan<byte> map = default, ReadOnlySpan<byte> added = default)
    {
        TokenizerConfig result = new();
        result.ReadConfig(Parse(config, file));
        string folder = Path.GetDirectoryName(file) ?? "";
        result.ReadNames(Parse(map, Path.Combine(folder, "special_tokens_map.json")));
        result.ReadIds(Parse(added, Path.Combine(folder, "added_tokens.json")));
        result._added.Sort((a, b) => a.Id.CompareTo(b.Id));
        return result;
    }

    private void ReadConfig(JsonField? root)
    {
        if (root is not { } config) return;
        ReadNames(config);
        _class = config["tokenizer_class"].TextOr(null);
        if (!config["add_bos_token"].IsNull) _addsBeginning = config["add_bos_token"].FlagOr(false);
        if (!config["add_eos_token"].IsNull) _addsEnd = config["add_eos_token"].FlagOr(false);
        foreach ((string id, JsonField token) in config["added_tokens_decoder"].Members())
        {
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || number > TokenizerReader.HighestAllowedId)
            {
                throw config["added_tokens_decoder"].Refuse($"has the key '{id}', which is no id");
            }

            _added.Add(AddedToken.Read(token, number, normalized: false));
        }
    }

    private void ReadNames(JsonField? root)
    {
        if (root is not { } fields) return;
        foreach (string name in Named)
        {
            JsonField token = fields[name];
            if (!token.IsNull) _tokens.TryAdd(name, token.Has("content") ? token["content"].Text() : token.Text());
        }

        JsonField more = fields["additional_special_tokens"];
        if (!more.IsNull) _additional.AddRange(more.Items().Select(t => t.Has("content") ? t["content"].Text() : t.Text()));
    }

    private void ReadIds(JsonField? root)
    {
        if (root is not { } ids) return;
        foreach ((string content, JsonField id) in ids.Members())
        {
            if (_added.Exists(t => t.Content == content)) continue;
            _added.Add(new AddedToken(id.Number(), content, Special: false, Normalized: true, false, false, false));
        }
    }

    private static JsonField? Parse(ReadOnlySpan<byte> json, string file)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        if (json.IsEmpty) return null;
        if (!Utf8.IsValid(json)) throw new InputException($"{file} is not valid UTF-8 text.");
        try
        {
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{file} should hold an object.");
            }

            if (reader.Read()) throw new InputException($"{file} should hold one object, but goes on after it.");
            return new JsonField(document.RootElement.Clone(), file, "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }
    }
}
