using System.Text;
using System.Text.Json;
using Innate.Checkpoints;

namespace Innate.Text;

/// <summary>Finds the chat template and the special tokens among a model folder's files.</summary>
internal static class ChatTemplateFolder
{
    private const string Template = "chat_template";
    private const string Config = "tokenizer_config.json";

    public static ChatTemplate? Load(string folder, TimeProvider clock) => Load(ModelFiles.Of(folder), clock);

    public static ChatTemplate? Load(ModelFiles files, TimeProvider clock)
    {
        using JsonDocument? config = ReadObject(files, Config);
        if (FindTemplates(files, config) is not { Count: > 0 } found) return null;
        using JsonDocument? map = ReadObject(files, "special_tokens_map.json");
        var templates = new NamedTemplates(found, files.Path, clock);
        // A malformed template is told when the model is opened, not at the first row.
        if (found.ContainsKey(NamedTemplates.Default)) _ = templates.Of(null, hasTools: false);
        return new ChatTemplate(templates, ReadSpecialTokens(config, map));
    }

    /// <summary>The templates' texts by name; empty where there are none.</summary>
    public static IReadOnlyDictionary<string, string> Sources(ModelFiles files)
    {
        using JsonDocument? config = ReadObject(files, Config);
        return FindTemplates(files, config).ToDictionary(t => t.Key, t => t.Value.Source, StringComparer.Ordinal);
    }

    /// <summary>The templates by name, each with what error messages call it.</summary>
    private static Dictionary<string, (string Source, string Name)> FindTemplates(
        ModelFiles files, JsonDocument? config)
    {
        var found = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        const string File = "chat_template.jinja";
        if (ReadText(files, File, keepsMark: true) is { } only) found[NamedTemplates.Default] = (only, files.Called(File));
        else AddTemplates(found, config, files.Called(Config));
        foreach (string name in files.Names)
        {
            if (Path.GetDirectoryName(name) != ModelFiles.MoreTemplates || Path.GetExtension(name) != ".jinja") continue;
            found[Path.GetFileNameWithoutExtension(name)] = (ReadText(files, name, keepsMark: true)!, files.Called(name));
        }

        return found;
    }

    private static void AddTemplates(Dictionary<string, (string, string)> found, JsonDocument? document, string file)
    {
        if (document is null || !document.RootElement.TryGetProperty(Template, out JsonElement field)) return;
        switch (field.ValueKind)
        {
            case JsonValueKind.Null: return;
            case JsonValueKind.String:
                found[NamedTemplates.Default] = (field.GetString()!, $"{file}: {Template}");
                return;
            case JsonValueKind.Array:
                foreach (JsonElement entry in field.EnumerateArray())
                {
                    if (entry.ValueKind != JsonValueKind.Object
                        || !entry.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String
                        || !entry.TryGetProperty("template", out JsonElement text) || text.ValueKind != JsonValueKind.String)
                    {
                        throw new InputException(
                            $"{file}: each entry of '{Template}' must be an object with the texts 'name' and 'template'.");
                    }

                    string key = name.GetString()!;
                    found[key] = (text.GetString()!, $"{file}: {Template} '{key}'");
                }

                return;
            default:
                throw new InputException(
                    $"{file}: '{Template}' must be a text or a list of named templates and is {ChatTemplate.Kind(field)}.");
        }
    }

    private static Dictionary<string, object?> ReadSpecialTokens(JsonDocument? config, JsonDocument? map)
    {
        var tokens = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (config is not null) AddTokens(tokens, config.RootElement);
        // The map is the older place: a config that lists the added tokens has the special ones too.
        if (map is not null && config?.RootElement.TryGetProperty("added_tokens_decoder", out _) != true)
        {
            AddTokens(tokens, map.RootElement);
        }

        return tokens;
    }

    private static void AddTokens(Dictionary<string, object?> tokens, JsonElement root)
    {
        foreach (JsonProperty field in root.EnumerateObject())
        {
            if (field.Name.EndsWith("_token", StringComparison.Ordinal) && TokenText(field.Value) is { } text)
            {
                tokens[field.Name] = text;
            }
        }

        foreach (string group in (string[])["extra_special_tokens", "model_specific_special_tokens"])
        {
            if (!root.TryGetProperty(group, out JsonElement more) || more.ValueKind != JsonValueKind.Object) continue;
            foreach (JsonProperty token in more.EnumerateObject())
            {
                if (TokenText(token.Value) is { } text) tokens[token.Name] = text;
            }
        }
    }

    /// <summary>A special token is written as a text or as an object with its text under "content".</summary>
    private static string? TokenText(JsonElement token)
    {
        if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out JsonElement content)) token = content;
        return token.ValueKind == JsonValueKind.String ? token.GetString() : null;
    }

    /// <summary>A file's text; null: there is none. A byte order mark at its start is no text, except of a template.</summary>
    private static string? ReadText(ModelFiles files, string name, bool keepsMark = false)
    {
        if (files.Read(name) is not { } bytes) return null;
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return keepsMark ? text : text.TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{files.Called(name)}: expected UTF-8 text and found bytes that are not.", e);
        }
    }

    private static JsonDocument? ReadObject(ModelFiles files, string name)
    {
        if (ReadText(files, name) is not { } text) return null;
        string file = files.Called(name);
        byte[] json = Encoding.UTF8.GetBytes(text);
        JsonDocument document;
        try
        {
            RequireCharacters(json, file);
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        using (document)
        {
            throw new InputException($"{file}: expected a JSON object and found {ChatTemplate.Kind(document.RootElement)}.");
        }
    }

    // Half of a surrogate pair surfaces when a text or a name is read, wherever that is: better here.
    private static void RequireCharacters(ReadOnlySpan<byte> json, string file)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped) _ = reader.GetString();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InputException(
                $"{file}: the text at byte {reader.TokenStartIndex + 1} holds half of a surrogate pair, which is no character.",
                e);
        }
    }
}
