using System.Text.Json;

namespace Innate.Models;

/// <summary>Which layers see everything and which only a window.</summary>
internal static class LayerAttentionReader
{
    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    /// <summary>One entry a layer.</summary>
    /// <exception cref="InputException">The layer types contradict the family, the layer count or the window.</exception>
    public static IReadOnlyList<LayerAttention> Read(ConfigFields fields, FamilyDefaults family, int layers, int maxPositions)
    {
        var (full, sliding) = RopeConfigReader.Read(fields, family, maxPositions);
        int? window = Window(fields, family.Family);
        bool[] isSliding = IsSliding(fields, family.Family, layers, window);
        if (window is null && isSliding.Contains(true))
        {
            throw fields.Wrong("sliding_window", "the window in tokens, since some layers are windowed");
        }

        bool[] isRotated = IsRotated(fields, family.Family, layers);
        return [.. isSliding.Select((slides, layer) =>
            new LayerAttention(slides ? window : null, isRotated[layer] ? slides ? sliding : full : null))];
    }

    private static int? Window(ConfigFields fields, ModelFamily family)
    {
        if (family is ModelFamily.Llama or ModelFamily.Olmo2 or ModelFamily.Granite) return null;
        int? window = fields.OptionalInt("sliding_window", 1, int.MaxValue);
        bool mayBeAbsent = family is ModelFamily.Phi3 or ModelFamily.SmolLM3 or ModelFamily.Mixtral;
        if (!fields.Has("sliding_window") && !mayBeAbsent) window = family == ModelFamily.GptOss ? 128 : 4096;
        bool isSwitched = family is ModelFamily.Qwen2 or ModelFamily.Qwen3 or ModelFamily.Qwen3Moe;
        return isSwitched && !fields.Bool("use_sliding_window", absent: false) ? null : window;
    }

    private static bool[] IsSliding(ConfigFields fields, ModelFamily family, int layers, int? window)
    {
        bool[]? stated = StatedTypes(fields, layers);
        bool ofTheFamily = family is ModelFamily.Qwen2 or ModelFamily.Qwen3 or ModelFamily.Gemma2 or ModelFamily.Gemma3Text
            or ModelFamily.SmolLM3 or ModelFamily.GptOss;
        if (stated is not null && ofTheFamily) return stated;
        bool[] derived = Derived(fields, family, layers, window);
        if (stated is not null && !stated.SequenceEqual(derived))
        {
            // transformers does not read the list in these families, so one that disagrees would be dropped in silence.
            throw fields.Wrong("layer_types", $"every layer '{(derived[0] ? Sliding : Full)}', as this model family has it");
        }

        return derived;
    }

    private static bool[]? StatedTypes(ConfigFields fields, int layers)
    {
        if (fields.OptionalStrings("layer_types") is not string[] types) return null;
        if (types.Length != layers || types.Any(type => type is not (Sliding or Full)))
        {
            throw fields.Wrong("layer_types", $"{layers} entries (num_hidden_layers), each '{Full}' or '{Sliding}'");
        }

        return [.. types.Select(type => type == Sliding)];
    }

    private static bool[] Derived(ConfigFields fields, ModelFamily family, int layers, int? window)
    {
        Func<int, bool> slides;
        switch (family)
        {
            case ModelFamily.Qwen2 or ModelFamily.Qwen3:
                int first = fields.Int("max_window_layers", 28, 0, int.MaxValue);
                slides = layer => window is not null && layer >= first;
                break;
            case ModelFamily.Gemma2 or ModelFamily.GptOss:
                slides = layer => layer % 2 == 0;
                break;
            case ModelFamily.Gemma3Text:
                string key = fields.Has("sliding_window_pattern") ? "sliding_window_pattern" : "_sliding_window_pattern";
                int pattern = fields.Int(key, 6, 1, int.MaxValue);
                slides = layer => (layer + 1) % pattern != 0;
                break;
            case ModelFamily.SmolLM3:
                bool isUsed = fields.Bool("use_sliding_window", absent: false) && window is not null;
                bool[] isRotated = IsRotated(fields, family, layers);
                slides = layer => isUsed && !isRotated[layer];
                break;
            default:
                slides = _ => window is not null;
                break;
        }

        return [.. Enumerable.Range(0, layers).Select(slides)];
    }

    /// <summary>Which layers have a rotary embedding: in smollm3 not all of them.</summary>
    private static bool[] IsRotated(ConfigFields fields, ModelFamily family, int layers)
    {
        const string Key = "no_rope_layers";
        if (family != ModelFamily.SmolLM3) return [.. Enumerable.Repeat(true, layers)];
        int interval = fields.Int("no_rope_layer_interval", 4, 1, int.MaxValue);
        if (fields.Take(Key) is not JsonElement list)
        {
            return [.. Enumerable.Range(0, layers).Select(layer => (layer + 1) % interval != 0)];
        }

        // The name notwithstanding, 1 means that the layer has one.
        bool isList = list.ValueKind == JsonValueKind.Array && list.GetArrayLength() >= layers
            && list.EnumerateArray().All(
                item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int value) && value is 0 or 1);
        return isList
            ? [.. list.EnumerateArray().Take(layers).Select(item => item.GetInt32() == 1)]
            : throw fields.Wrong(Key, $"at least {layers} entries (num_hidden_layers), each 0 or 1");
    }
}
