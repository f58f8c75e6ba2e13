using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Checkpoints;

/// <summary>
/// PEFT's adapter_config.json. What would change the numbers and is not supported is refused by name; so is an unknown key that
/// asks for anything.
/// </summary>
internal static class AdapterConfigFile
{
    public const string Name = "adapter_config.json";

    private const int MaxRank = 1 << 16;

    // How training began, or where it was recorded: the matrices say all that is left of it.
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "auto_mapping", "corda_config", "eva_config", "exclude_modules", "inference_mode", "layers_pattern",
        "layers_to_transform", "loftq_config", "megatron_config", "megatron_core", "peft_version", "qalora_group_size",
        "revision", "runtime_config", "task_type",
    };

    public static AdapterConfig Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(FileBytes.ReadSmall(file, 1 << 20));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{file}: expected an object, found {JsonLines.Describe(document.RootElement)}.");
            }

            return Read(document.RootElement, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }
    }

    public static byte[] Bytes(AdapterConfig config, IEnumerable<string> targets) => JsonBytes.Indented(new JsonObject
    {
        ["alpha_pattern"] = new JsonObject(),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = config.BaseModel,
        ["bias"] = "none",
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = null,
        ["lora_alpha"] = config.Alpha,
        ["lora_dropout"] = config.Dropout,
        ["modules_to_save"] = null,
        ["peft_type"] = "LORA",
        ["r"] = config.Rank,
        ["rank_pattern"] = new JsonObject(),
        ["revision"] = null,
        ["target_modules"] = new JsonArray([.. targets.Select(t => JsonValue.Create(t))]),
        ["task_type"] = "CAUSAL_LM",
        ["use_dora"] = false,
        ["use_rslora"] = config.UseRsLora,
    });

    private static AdapterConfig Read(JsonElement root, string file)
    {
        Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!fields.TryAdd(property.Name, property.Value))
            {
                throw new InputException($"{file}: key '{property.Name}' is given twice.");
            }
        }

        if (Take("peft_type") is not { ValueKind: JsonValueKind.String } type || type.GetString() != "LORA")
        {
            throw Wrong("peft_type", "\"LORA\"");
        }

        if (Take("bias") is { } bias && !(bias.ValueKind == JsonValueKind.String && bias.GetString() == "none"))
        {
            throw Wrong("bias", "\"none\" (trained biases are not supported)");
        }

        // PiSSA, LoftQ, OLoRA and CorDA begin by changing the base model, which the folder does not hold.
        if (Take("init_lora_weights") is { ValueKind: JsonValueKind.String } init
            && init.GetString() is not ("gaussian" or "eva" or "orthogonal"))
        {
            throw Wrong(
                "init_lora_weights", "true, false, \"gaussian\", \"eva\" or \"orthogonal\" (others change the base model)");
        }

        AdapterConfig config = new()
        {
            Rank = (int)Number(
                "r", null, x => x >= 1 && x <= MaxRank && x == Math.Floor(x), $"a whole number from 1 to {MaxRank}"),
            Alpha = Number("lora_alpha", 8, x => x > 0 && float.IsFinite((float)x), "a number above 0"),
            Dropout = Number("lora_dropout", 0, x => x is >= 0 and < 1, "a number from 0 to less than 1"),
            TargetModules = Targets(),
            BaseModel = Take("base_model_name_or_path") is not { } name ? null
                : name.ValueKind == JsonValueKind.String ? name.GetString()
                : throw Wrong("base_model_name_or_path", "a text or null"),
            UseRsLora = Take("use_rslora") is { } rs && (rs.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? rs.GetBoolean()
                : throw Wrong("use_rslora", "true or false")),
        };

        foreach ((string key, JsonElement value) in fields)
        {
            if (WithoutEffect.Contains(key) || IsRead(key) || IsIdle(value)) continue;
            throw Wrong(key, "nothing, null, false or empty, since Innate's adapters have no such setting");
        }

        return config;

        JsonElement? Take(string key) =>
            fields.TryGetValue(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

        InputException Wrong(string key, string expected)
        {
            string found = !fields.TryGetValue(key, out JsonElement value) ? "nothing"
                : value.GetRawText() is { Length: > 100 } text ? text[..100] + "..." : value.GetRawText();
            return new InputException($"{file}: key '{key}': expected {expected}, found {found}.");
        }

        double Number(string key, double? absent, Func<double, bool> allowed, string range)
        {
            if (Take(key) is not { } value) return absent ?? throw Wrong(key, range);
            return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double x) && allowed(x)
                ? x
                : throw Wrong(key, range);
        }

        string[] Targets()
        {
            const string Expected = "a list of module names or \"all-linear\" (regular expressions are not supported)";
            if (Take("target_modules") is not { } value) throw Wrong("target_modules", Expected);
            bool isAll = value.ValueKind == JsonValueKind.String && value.GetString() == AdapterConfig.AllLinear;
            if (isAll) return [AdapterConfig.AllLinear];
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0
                || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String || v.GetString()!.Length == 0))
            {
                throw Wrong("target_modules", Expected);
            }

            return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        }
    }

    private static bool IsRead(string key) => key is "peft_type" or "bias" or "init_lora_weights" or "r" or "lora_alpha"
        or "lora_dropout" or "target_modules" or "base_model_name_or_path" or "use_rslora";

    private static bool IsIdle(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
