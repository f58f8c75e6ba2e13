using System.Text.Json;

namespace Innate.Text.Tokenization;

/// <summary>The special tokens that tokenizer_config.json names; the rest of that file is not the tokenizer's concern.</summary>
internal sealed record TokenizerConfig(string? Beginning, string? End, string? Unknown, string? Padding)
{
    /// <summary>Reads the file's text; an empty one names nothing.</summary>
    /// <exception cref="InputException">Not a JSON object, or a token is neither text nor an object with content.</exception>
    public static TokenizerConfig Read(ReadOnlySpan<byte> json, string file)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        if (json.IsEmpty) return new TokenizerConfig(null, null, null, null);
        var fields = new Dictionary<string, string?>();
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new InputException($"{file} should hold an object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string? name = reader.ValueTextEquals("bos_token") ? "bos_token"
                    : reader.ValueTextEquals("eos_token") ? "eos_token"
                    : reader.ValueTextEquals("unk_token") ? "unk_token"
                    : reader.ValueTextEquals("pad_token") ? "pad_token" : null;
                reader.Read();
                if (name is null)
                {
                    reader.Skip(); // the template and the list of added tokens are most of the file
                    continue;
                }

                using JsonDocument document = JsonDocument.ParseValue(ref reader);
                var field = new JsonField(document.RootElement, file, name);
                if (!field.IsNull) fields[name] = field.Has("content") ? field["content"].Text() : field.Text();
            }

            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }

        return new TokenizerConfig(
            fields.GetValueOrDefault("bos_token"), fields.GetValueOrDefault("eos_token"),
            fields.GetValueOrDefault("unk_token"), fields.GetValueOrDefault("pad_token"));
    }
}
