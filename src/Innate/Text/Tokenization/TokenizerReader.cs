using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Innate.Text.Tokenization;

/// <summary>
/// Reads tokenizer.json in one streaming pass: the small components as JSON trees, the vocabulary and the merges, which are
/// nearly all of the file, straight into their tables.
/// </summary>
internal ref partial struct TokenizerReader
{
    /// <summary>Ids beyond this are taken for damage: tables are as long as the highest id.</summary>
    public const int HighestAllowedId = (1 << 24) - 1;

    private readonly ReadOnlySpan<byte> _json;
    private readonly string _file;
    private readonly Dictionary<string, JsonField> _components = [];
    private readonly Dictionary<string, JsonField> _settings = [];
    private readonly Vocabulary _vocabulary = new();
    private bool _hasModel;
    private bool _hasVocabulary;
    private Utf8JsonReader _mergesStart;
    private bool _hasMerges;
    private MergeTable? _merges;
    private float[]? _scores;
    private byte[] _left = new byte[256];
    private byte[] _right = new byte[256];
    private byte[] _joined = new byte[512];

    public TokenizerReader(ReadOnlySpan<byte> json, string file)
    {
        _json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        _file = file;
    }

    /// <summary>Everything that the file says.</summary>
    /// <exception cref="InputException">It is not valid JSON, or asks for what is not supported.</exception>
    public TokenizerParts Read()
    {
        if (!Utf8.IsValid(_json)) throw new InputException($"{_file} is not valid UTF-8 text.");
        try
        {
            return ReadAll();
        }
        catch (JsonException e)
        {
            throw new InputException($"{_file}: {JsonFault.Describe(e)}", e);
        }
    }

    private TokenizerParts ReadAll()
    {
        var reader = new Utf8JsonReader(_json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new InputException($"{_file} should hold an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = Name(ref reader);
            reader.Read();
            if (name == "model") ReadModel(ref reader);
            else if (!_components.TryAdd(name, Component(ref reader, name))) throw Twice(name);
        }

        reader.Read(); // whatever follows the object is an error
        if (!_hasModel) throw new InputException($"{_file} has no model.");
        return Assemble();
    }

    private void ReadModel(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new InputException($"{_file}: model should be an object.");
        if (_hasModel) throw new InputException($"{_file} has two models.");
        _hasModel = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = Name(ref reader);
            reader.Read();
            switch (name)
            {
                case "vocab" when reader.TokenType == JsonTokenType.StartObject:
                    ReadVocabulary(ref reader);
                    break;
                case "merges":
                    _mergesStart = reader;
                    _hasMerges = true;
                    // Merges name tokens, so they wait where they come before the vocabulary or before the prefix.
                    bool canRead = _hasVocabulary && _settings.ContainsKey("continuing_subword_prefix");
                    if (canRead && reader.TokenType == JsonTokenType.StartArray) ReadMerges(ref reader);
                    else reader.Skip();
                    break;
                case "scores":
                    ReadScores(ref reader);
                    break;
                case "vocab":
                    reader.Skip(); // a list belongs to another type of model, which is refused by its name
                    break;
                default:
                    if (!_settings.TryAdd(name, Component(ref reader, $"model.{name}"))) throw Twice($"model.{name}");
                    break;
            }
        }
    }

    private void ReadVocabulary(ref Utf8JsonReader reader)
    {
        if (_hasVocabulary) throw new InputException($"{_file}: model has two vocabularies.");
        _hasVocabulary = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> token = Text(ref reader, ref _left);
            reader.Read();
            bool valid = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int id)
                && id is >= 0 and <= HighestAllowedId;
            if (!valid)
            {
                throw new InputException(
                    $"{_file}: model.vocab['{Show(token)}'] should be a whole number from 0 to {HighestAllowedId}.");
            }

            if (!_vocabulary.Add(token, reader.GetInt32()))
            {
                throw new InputException($"{_file}: model.vocab has '{Show(token)}' twice.");
            }
        }
    }

    private TokenizerParts Assemble()
    {
        JsonField type = Setting("type");
        if (!type.IsNull && type.Text() != "BPE")
        {
            throw new InputException($"{type.Place} '{type.Text()}' is not supported (supported: BPE).");
        }

        if (!_hasVocabulary) throw new InputException($"{_file}: model.vocab is missing.");
        if (!_hasMerges && _scores is null) throw new InputException($"{_file}: model.merges is missing.");
        if (!Setting("dropout").IsNull) throw Setting("dropout").Refuse("is not supported: encoding is deterministic here");
        string? prefix = NullIfEmpty(Setting("continuing_subword_prefix"));
        IReadOnlyList<string> strangers = [];
        if (_scores is not null) _merges = ScoredMerges.Of(_vocabulary, _scores, _file, out strangers);

        if (_merges is null)
        {
            Utf8JsonReader again = _mergesStart;
            if (again.TokenType != JsonTokenType.StartArray)
            {
                throw new InputException($"{_file}: model.merges should be an array.");
            }

            ReadMerges(ref again);
        }

        // "truncation" and "padding" are what a training script left behind; transformers switches both off unless asked, and
        // texts are neither cut nor padded here.

        var settings = new BytePairSettings(
            Setting("unk_token").TextOr(null), prefix, NullIfEmpty(Setting("end_of_word_suffix")),
            Setting("fuse_unk").FlagOr(false), Setting("byte_fallback").FlagOr(false), Setting("ignore_merges").FlagOr(false));
        if (settings.UnknownToken is not null && _vocabulary.Find(settings.UnknownToken) < 0)
        {
            throw Setting("unk_token").Refuse($"'{settings.UnknownToken}' is not in model.vocab");
        }

        _vocabulary.IndexIds();
        return new TokenizerParts
        {
            Vocabulary = _vocabulary,
            Model = new BytePairModel(_vocabulary, _merges!, settings, strangers),
            UnknownToken = settings.UnknownToken,
            AddedTokens = ReadAddedTokens(),
            Normalizer = ComponentReader.ReadNormalizer(TopLevel("normalizer")),
            PreTokenizers = ComponentReader.ReadPreTokenizers(TopLevel("pre_tokenizer")),
            PostProcessor = ComponentReader.ReadPostProcessor(TopLevel("post_processor")),
            Decoder = ComponentReader.ReadDecoder(TopLevel("decoder")),
        };
    }

    private readonly List<AddedToken> ReadAddedTokens()
    {
        var result = new List<AddedToken>();
        JsonField list = TopLevel("added_tokens");
        if (list.IsNull) return result;
        var contentOfId = new Dictionary<int, string>();
        foreach (JsonField field in list.Items())
        {
            AddedToken token = AddedToken.Read(field, field["id"].Number(), normalized: true);
            int known = _vocabulary.Find(token.Content);
            if (known >= 0 && known != token.Id)
            {
                throw field["id"].Refuse($"is {token.Id}, but model.vocab gives '{token.Content}' the id {known}");
            }

            if (contentOfId.TryGetValue(token.Id, out string? other) && other != token.Content)
            {
                throw field["id"].Refuse($"is {token.Id}, which '{other}' has already");
            }

            contentOfId[token.Id] = token.Content;
            if (token.Content.Length > 0) result.Add(token);
        }

        return result;
    }

    private readonly InputException Twice(string name) => new($"{_file}: expected '{name}' once, found it twice.");

    private static string? NullIfEmpty(JsonField field) => field.TextOr("") is { Length: > 0 } text ? text : null;

    private readonly JsonField Setting(string name) =>
        _settings.TryGetValue(name, out JsonField field) ? field : new JsonField(default, _file, $"model.{name}");

    private readonly JsonField TopLevel(string name) =>
        _components.TryGetValue(name, out JsonField field) ? field : new JsonField(default, _file, name);

    private readonly JsonField Component(ref Utf8JsonReader reader, string path)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return new JsonField(document.RootElement.Clone(), _file, path);
    }

    private readonly string Name(ref Utf8JsonReader reader)
    {
        byte[] buffer = [];
        return Encoding.UTF8.GetString(Text(ref reader, ref buffer));
    }

    /// <summary>The string or name that the reader is at: in place, or unescaped into the buffer.</summary>
    private readonly ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader, scoped ref byte[] buffer)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        if (buffer.Length < reader.ValueSpan.Length) buffer = new byte[2 * reader.ValueSpan.Length];
        try
        {
            return buffer.AsSpan(0, reader.CopyString(buffer));
        }
        catch (InvalidOperationException)
        {
            throw new InputException($"{_file} holds a string that is not valid Unicode text at byte {reader.TokenStartIndex}.");
        }
    }

    private static string Show(ReadOnlySpan<byte> token)
    {
        string text = Encoding.UTF8.GetString(token);
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
