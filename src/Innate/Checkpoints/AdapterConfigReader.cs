using System.Text.Json;

namespace Innate.Checkpoints;

/// <summary>
/// The keys of PEFT's adapter_config.json. What would change the numbers and is not supported is refused by name; so is an
/// unknown key that asks for anything.
/// </summary>
internal sealed class AdapterConfigReader
{
    private const int MaxRank = 1 << 16;
    private const int MaxNames = 1 << 14;

    // Each is compiled, which takes some milliseconds where it repeats a lot: thousands would take minutes.
    private const int MaxExpressions = 64;

    // How training began, how it ran, or where it was recorded: the tensors say all that is left of it. PEFT itself ignores
    // fan_in_fan_out over a linear map.
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "auto_mapping", "corda_config", "eva_config", "fan_in_fan_out", "inference_mode", "loftq_config", "lora_ga_config",
        "megatron_config", "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config",
    };

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly string _file;

    private AdapterConfigReader(JsonElement root, string file)
    {
        _file = file;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!_fields.TryAdd(property.Name, property.Value))
            {
                throw new InputException($"{file}: key '{property.Name}' is given twice.");
            }
        }
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="root">The file's object.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="InputException">A key is missing, malformed, or asks for what is not supported.</exception>
    public static AdapterConfig Read(JsonElement root, string file) => new AdapterConfigReader(root, file).Read();

    private AdapterConfig Read()
    {
        if (Take("peft_type") is not { ValueKind: JsonValueKind.String } type || type.GetString() != "LORA")
        {
            throw Wrong("peft_type", "\"LORA\"");
        }

        // PiSSA, LoftQ, OLoRA, CorDA and LoRA-GA begin by changing the base model, which the folder does not hold. PEFT writes
        // true here where it is told to convert them (path_initial_model_for_weight_conversion).
        if (Take("init_lora_weights") is { ValueKind: JsonValueKind.String } init
            && init.GetString() is not ("gaussian" or "eva" or "orthogonal"))
        {
            throw Wrong(
                "init_lora_weights", "true, false, \"gaussian\", \"eva\" or \"orthogonal\" (others change the base model; PEFT "
                + "converts such an adapter where save_pretrained has path_initial_model_for_weight_conversion)");
        }

        string[] saved = Names("modules_to_save") ?? [];
        (IReadOnlyList<string> targets, AdapterTargets? rules) = Targets(saved);
        AdapterConfig config = new()
        {
            Rank = (int)Number("r", null, IsRank, Ranks),
            Alpha = Number("lora_alpha", 8, IsAlpha, "a number above 0"),
            Dropout = Number("lora_dropout", 0, x => x is >= 0 and < 1, "a number from 0 to less than 1"),
            TargetModules = targets,
            Rules = rules,
            BaseModel = Text("base_model_name_or_path"),
            UseRsLora = Flag("use_rslora"),
            RankPattern = Patterns("rank_pattern", IsRank, $"an object of module names and ranks, each {Ranks}"),
            AlphaPattern = Patterns("alpha_pattern", IsAlpha, "an object of module names and alphas, each a number above 0"),
            UseDora = Flag("use_dora"),
            HasLoraBias = Flag("lora_bias"),
            KeepsTies = Flag("ensure_weight_tying"),
            ModulesToSave = saved,
            Bias = Text("bias") switch
            {
                null or "none" => AdapterBias.None,
                "all" => AdapterBias.All,
                "lora_only" => AdapterBias.LoraOnly,
                _ => throw Wrong("bias", "\"none\", \"all\" or \"lora_only\""),
            },
            Task = Text("task_type") switch
            {
                "SEQ_CLS" => AdapterTask.Score,
                "TOKEN_CLS" => AdapterTask.Steps,
                _ => AdapterTask.Language,
            },
            StepSplit = Text("step_split"),
        };
        foreach ((string key, JsonElement value) in _fields)
        {
            if (WithoutEffect.Contains(key) || _read.Contains(key) || IsIdle(value)) continue;
            throw Wrong(key, "nothing, null, false or empty, since Innate's adapters have no such setting");
        }

        return config;
    }

    private static string Ranks => $"a whole number from 1 to {MaxRank}";

    private static bool IsRank(double x) => x >= 1 && x <= MaxRank && x == Math.Floor(x);

    private static bool IsAlpha(double x) => x > 0 && float.IsFinite((float)x);

    private static bool IsIdle(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private (IReadOnlyList<string> Targets, AdapterTargets? Rules) Targets(string[] saved)
    {
        const string Expected = "a list of module names, a regular expression or \"all-linear\"";
        bool isText = Take("target_modules") is { ValueKind: JsonValueKind.String };
        string? text = isText ? Text("target_modules") : null;
        bool isPattern = text is not (null or AdapterConfig.AllLinear);
        IReadOnlyList<string> names = text is not null ? [text] : Names("target_modules", Expected) ?? [];
        if (names is [] or [""]) throw Wrong("target_modules", Expected);
        bool isExcludedText = Take("exclude_modules") is { ValueKind: JsonValueKind.String };
        int[]? layers = Layers();
        string[] layersPatterns = Take("layers_pattern") is { ValueKind: JsonValueKind.String }
            ? [Text("layers_pattern")!] : Names("layers_pattern", "a text, a list of texts, or null") ?? [];
        if (layersPatterns.Length > MaxExpressions) throw TooMany("layers_pattern");
        if (isPattern && layers is not null)
        {
            throw Wrong("layers_to_transform", "nothing beside a regular expression of target_modules, which says the layers");
        }

        AdapterTargets rules = new()
        {
            Names = isPattern ? [] : names,
            Pattern = isPattern ? PythonPattern.Whole(text!, Place("target_modules")) : null,
            Excluded = isExcludedText ? []
                : Names("exclude_modules", "a list of module names, a regular expression or null") ?? [],
            ExcludedPattern = isExcludedText && Text("exclude_modules") is { Length: > 0 } excluded
                ? PythonPattern.Whole(excluded, Place("exclude_modules")) : null,
            Layers = layers,
            LayersPatterns = [.. layersPatterns.Where(p => p.Length > 0)
                .Select(p => PythonPattern.Layer(p, Place("layers_pattern")))],
            Saved = saved,
        };
        bool namesAlone = text is null && rules is { Excluded: [], ExcludedPattern: null, Layers: null, Saved: [] };
        return (names, namesAlone ? null : rules);
    }

    private int[]? Layers()
    {
        const string Key = "layers_to_transform", Expected = "a layer's number, a list of them, or null";
        if (Take(Key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number) return [Layer(value)];
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(Key, Expected);
        return value.GetArrayLength() == 0 ? null : [.. value.EnumerateArray().Select(Layer)];

        int Layer(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int layer) && layer >= 0
            ? layer
            : throw Wrong(Key, Expected);
    }

    private (PythonPattern Pattern, double Value)[] Patterns(string key, Func<double, bool> allowed, string expected)
    {
        if (Take(key) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(key, expected);
        List<(PythonPattern Pattern, double Value)> patterns = [];
        int expressions = 0;
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetDouble(out double x) || !allowed(x)
                || patterns.Count == MaxNames)
            {
                throw Wrong(key, expected);
            }

            PythonPattern pattern = PythonPattern.LastParts(property.Name, Place(key));
            if (!pattern.IsPlain && ++expressions > MaxExpressions) throw TooMany(key);
            patterns.Add((pattern, x));
        }

        return [.. patterns];
    }

    private InputException TooMany(string key) => new(
        $"{_file}: key '{key}': expected at most {MaxExpressions} regular expressions beside plain paths, found more.");

    private string[]? Names(string key, string expected = "a list of module names or null")
    {
        if (Take(key) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxNames
            || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String || v.GetString()!.Length == 0))
        {
            throw Wrong(key, expected);
        }

        return [.. value.EnumerateArray().Select(v => v.GetString()!)];
    }

    private string? Text(string key) => Take(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, "a text or null");

    private bool Flag(string key) => Take(key) is { } value && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw Wrong(key, "true or false"));

    private double Number(string key, double? absent, Func<double, bool> allowed, string range)
    {
        if (Take(key) is not { } value) return absent ?? throw Wrong(key, range);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double x) && allowed(x)
            ? x
            : throw Wrong(key, range);
    }

    private JsonElement? Take(string key)
    {
        _read.Add(key);
        return _fields.TryGetValue(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private string Place(string key) => $"{_file}: key '{key}'";

    private InputException Wrong(string key, string expected)
    {
        string found = !_fields.TryGetValue(key, out JsonElement value) ? "nothing"
            : value.GetRawText() is { Length: > 100 } text ? text[..100] + "..." : value.GetRawText();
        return new InputException($"{Place(key)}: expected {expected}, found {found}.");
    }
}
