using System.Text;
using System.Text.Json;

namespace Innate.Text;

/// <summary>Finds the chat template and the special tokens among a model folder's files.</summary>
internal static class ChatTemplateFolder
{
    private const string Template = "chat_template";

    private static readonly string[] SpecialTokens =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static ChatTemplate? Load(string folder, TimeProvider clock)
    {
        string configFile = Path.Combine(folder, "tokenizer_config.json");
        using JsonDocument? config = ReadObject(configFile);
        if (FindTemplates(folder, config, configFile) is not { Count: > 0 } templates) return null;
        using JsonDocument? map = ReadObject(Path.Combine(folder, "special_tokens_map.json"));
        Dictionary<string, object?> tokens = ReadSpecialTokens(config, map);
        (string Source, string Name)? toolUse = templates.TryGetValue("tool_use", out (string, string) t) ? t : null;
        if (!templates.TryGetValue("default", out (string Source, string Name) main))
        {
            throw new InputException(
                $"{configFile}: 'chat_template' lists the templates {string.Join(", ", templates.Keys.Select(k => $"'{k}'"))}; "
                + $"expected one named 'default'.");
        }

        return new ChatTemplate(main.Source, tokens, main.Name, toolUse, clock);
    }

    /// <summary>The templates by name, each with what error messages call it.</summary>
    private static Dictionary<string, (string Source, string Name)> FindTemplates(
        string folder, JsonDocument? config, string configFile)
    {
        var found = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        string file = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(file))
        {
            found["default"] = (ReadText(file), file);
            string more = Path.Combine(folder, "additional_chat_templates", "tool_use.jinja");
            if (File.Exists(more)) found["tool_use"] = (ReadText(more), more);
            return found;
        }

        file = Path.Combine(folder, "chat_template.json");
        using (JsonDocument? own = ReadObject(file)) AddTemplates(found, own, file);
        if (found.Count == 0) AddTemplates(found, config, configFile);
        return found;
    }

    private static void AddTemplates(Dictionary<string, (string, string)> found, JsonDocument? document, string file)
    {
        if (document is null || !document.RootElement.TryGetProperty(Template, out JsonElement field)) return;
        switch (field.ValueKind)
        {
            case JsonValueKind.Null: return;
            case JsonValueKind.String:
                found["default"] = (GetText(field, file), $"{file}: {Template}");
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

                    string key = GetText(name, file);
                    found[key] = (GetText(text, file), $"{file}: {Template} '{key}'");
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
        foreach (JsonDocument? document in (JsonDocument?[])[config, map])
        {
            if (document is null) continue;
            JsonElement root = document.RootElement;
            foreach (string name in SpecialTokens)
            {
                if (root.TryGetProperty(name, out JsonElement token) && TokenText(token) is { } text) tokens.TryAdd(name, text);
            }

            if (root.TryGetProperty("additional_special_tokens", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
            {
                tokens.TryAdd("additional_special_tokens", list.EnumerateArray().Select(TokenText).ToArray());
            }

            if (!root.TryGetProperty("extra_special_tokens", out JsonElement extra) || extra.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            foreach (JsonProperty token in extra.EnumerateObject())
            {
                if (TokenText(token.Value) is { } text) tokens.TryAdd(token.Name, text);
            }
        }

        return tokens;
    }

    /// <summary>A special token is written as a text or as an object with its text under "content".</summary>
    private static string? TokenText(JsonElement token)
    {
        if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out JsonElement content)) token = content;
        return token.ValueKind == JsonValueKind.String ? token.GetString() : null;
    }

    private static string GetText(JsonElement element, string file)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{file}: '{Template}' holds half of a surrogate pair, which is no character.", e);
        }
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{file}: expected UTF-8 text and found bytes that are not.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static JsonDocument? ReadObject(string file)
    {
        if (!File.Exists(file)) return null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(ReadText(file));
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
}
