using Innate.Compute;
using Innate.Layers;
using System.Text.Json;

namespace Innate.Models;

/// <summary>
/// The rotary embeddings of a config.json, in both of its dialects: <c>rope_theta</c> with <c>rope_scaling</c> (transformers
/// 4), and <c>rope_parameters</c> (transformers 5; by layer type for gemma3).
/// </summary>
internal static class RopeConfigReader
{
    private const string Kinds = "default, linear, llama3, yarn, longrope, grid";

    private const string ByLayerType = "an object with full_attention and sliding_attention";

    /// <summary>The embeddings of full and of windowed layers; the same but for gemma3.</summary>
    /// <exception cref="InputException">A scaling that Innate does not know, or a malformed one.</exception>
    public static (RopeConfig Full, RopeConfig Sliding) Read(ConfigFields fields, FamilyDefaults family, int maxPositions)
    {
        bool twoBases = family.Family == ModelFamily.Gemma3Text;
        double theta = fields.Positive("rope_theta", family.RopeTheta);
        double localTheta = twoBases ? fields.Positive("rope_local_base_freq", 10_000) : theta;
        ConfigFields? scaling = fields.OptionalObject("rope_scaling");
        ConfigFields? parameters = fields.OptionalObject("rope_parameters");
        if (parameters is null)
        {
            RopeConfig full = Scaled(scaling, theta, family, maxPositions, typeRequired: true);
            return (full, twoBases ? new RopeConfig { Theta = localTheta } : full);
        }

        if (scaling is not null)
        {
            throw fields.Wrong("rope_scaling", "nothing beside 'rope_parameters', which says the same in the newer form");
        }

        if (!twoBases)
        {
            RopeConfig rope = Scaled(parameters, theta, family, maxPositions, typeRequired: false);
            CheckAgree(fields, "rope_theta", rope.Theta);
            return (rope, rope);
        }

        if (!parameters.Has("full_attention") && !parameters.Has("sliding_attention"))
        {
            throw fields.Wrong("rope_parameters", ByLayerType);
        }

        RopeConfig global = Scaled(parameters.OptionalObject("full_attention"), theta, family, maxPositions, typeRequired: false);
        RopeConfig local = Scaled(
            parameters.OptionalObject("sliding_attention"), localTheta, family, maxPositions, typeRequired: false);
        parameters.RefuseUnread();
        CheckAgree(fields, "rope_theta", global.Theta);
        CheckAgree(fields, "rope_local_base_freq", local.Theta);
        return (global, local);
    }

    private static void CheckAgree(ConfigFields fields, string key, double theta)
    {
        if (fields.OptionalPositive(key) is double stated && stated != theta)
        {
            throw fields.Wrong(key, FormattableString.Invariant($"{theta} as in 'rope_parameters'"));
        }
    }

    private static RopeConfig Scaled(
        ConfigFields? scaling, double theta, FamilyDefaults family, int maxPositions, bool typeRequired)
    {
        if (scaling is null)
        {
            return family.RopeScaling is { } stretched ? stretched with { Theta = theta } : new RopeConfig { Theta = theta };
        }

        string? type = scaling.OptionalString("rope_type");
        string? oldType = scaling.OptionalString("type");
        if (type is not null && oldType is not null && type != oldType) throw scaling.Wrong("type", $"'{type}' as in rope_type");
        type ??= oldType;
        if (type is null && typeRequired) throw scaling.Wrong("rope_type", $"one of {Kinds}");
        theta = scaling.Positive("rope_theta", theta);
        if (scaling.OptionalPositive("partial_rotary_factor") is double part and not 1)
        {
            throw scaling.Wrong("partial_rotary_factor", "1 (partly rotated heads are not supported)");
        }

        RopeConfig rope = (type ?? "default") switch
        {
            // transformers runs phi3's other scalings as longrope, whatever their name says.
            not ("default" or "longrope") when family.Family == ModelFamily.Phi3 =>
                throw NotSupported(scaling, type!, "default or longrope, in phi3"),
            "default" => new RopeConfig { Theta = theta },
            "linear" => new RopeConfig { Theta = theta, Scaling = RopeScalingKind.Linear, Factor = scaling.Positive("factor") },
            "llama3" => Llama3(scaling, theta),
            "yarn" => Yarn(scaling, theta, maxPositions),
            "longrope" => Divided(scaling, theta, maxPositions),
            "grid" => Grid(scaling, theta, maxPositions),
            _ => throw NotSupported(scaling, type!, $"one of {Kinds}"),
        };
        PassOverOtherKinds(scaling);
        scaling.RefuseUnread();
        return rope;
    }

    private static InputException NotSupported(ConfigFields scaling, string type, string expected) =>
        scaling.Wrong(scaling.Has("rope_type") ? "rope_type" : "type", $"{expected} ('{type}' is not supported)");

    private static RopeConfig Llama3(ConfigFields scaling, double theta)
    {
        RopeConfig rope = new()
        {
            Theta = theta,
            Scaling = RopeScalingKind.Llama3,
            Factor = scaling.Positive("factor"),
            LowFrequencyFactor = scaling.Positive("low_freq_factor"),
            HighFrequencyFactor = scaling.Positive("high_freq_factor"),
            OriginalMaxPositions = scaling.Positive("original_max_position_embeddings"),
        };
        if (rope.HighFrequencyFactor <= rope.LowFrequencyFactor)
        {
            throw scaling.Wrong("high_freq_factor", "more than low_freq_factor");
        }

        return rope;
    }

    // The image's last token is read too where a whole row is scored: it has a place like the others.
    private static RopeConfig Grid(ConfigFields scaling, double theta, int maxPositions)
    {
        int size = scaling.Int("grid_size", null, 1, 1 << 12), condition = scaling.Int("condition_tokens", null, 1, 1 << 20);
        int places = condition + (size * size);
        return maxPositions <= places
            ? new RopeConfig { Theta = theta, Scaling = RopeScalingKind.Grid, GridSize = size, ConditionTokens = condition }
            : throw scaling.Wrong(
                "grid_size",
                $"places for all of max_position_embeddings {maxPositions}: condition_tokens + grid_size^2 is {places}");
    }

    // Of two lists the length of the whole text chooses one, and with it the numbers of every token before: then a token's reward
    // would depend on what comes after it.
    private static RopeConfig Divided(ConfigFields scaling, double theta, int maxPositions)
    {
        double[] near = Positives(scaling, "short_factor"), far = Positives(scaling, "long_factor");
        if (!near.SequenceEqual(far)) throw scaling.Wrong("long_factor", "the numbers of short_factor");
        return new RopeConfig
        {
            Theta = theta,
            Scaling = RopeScalingKind.Divided,
            Divisors = near,
            AttentionFactor = scaling.OptionalPositive("attention_factor") ?? Temperature(),
        };

        double Temperature()
        {
            double original = scaling.Positive("original_max_position_embeddings");
            double factor = scaling.OptionalPositive("factor") ?? (maxPositions / original);
            return factor <= 1 ? 1 : Math.Sqrt(1 + (PortableMath.Log(factor) / PortableMath.Log(original)));
        }
    }

    private static double[] Positives(ConfigFields scaling, string key)
    {
        JsonElement? list = scaling.Take(key);
        bool isList = list is { ValueKind: JsonValueKind.Array } found && found.EnumerateArray().All(
            item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double number) && number > 0);
        return isList ? [.. list!.Value.EnumerateArray().Select(item => item.GetDouble())]
            : throw scaling.Wrong(key, "a list of numbers above 0");
    }

    private static RopeConfig Yarn(ConfigFields scaling, double theta, int maxPositions)
    {
        double original = scaling.OptionalPositive("original_max_position_embeddings") ?? maxPositions;
        double factor = scaling.IsNull("factor") ? maxPositions / original : scaling.Positive("factor");
        return new RopeConfig
        {
            Theta = theta,
            Scaling = RopeScalingKind.Yarn,
            Factor = factor,
            OriginalMaxPositions = original,
            BetaFast = PositiveOrZero(scaling, "beta_fast") ?? 32,
            BetaSlow = PositiveOrZero(scaling, "beta_slow") ?? 1,
            AttentionFactor = AttentionFactor(scaling, factor),
            Truncate = scaling.Bool("truncate", absent: true),
        };
    }

    // arXiv 2309.00071, section 3.4: the temperature; DeepSeek's mscale pair generalises it.
    private static double AttentionFactor(ConfigFields scaling, double factor)
    {
        double? all = PositiveOrZero(scaling, "mscale_all_dim");
        double? one = PositiveOrZero(scaling, "mscale");
        if (scaling.OptionalPositive("attention_factor") is double given) return given;
        return one is double m && all is double d ? Scale(m) / Scale(d) : Scale(1);

        double Scale(double mscale) => factor <= 1 ? 1 : (0.1 * mscale * PortableMath.Log(factor)) + 1;
    }

    // Zero counts as absent, as transformers takes it.
    private static double? PositiveOrZero(ConfigFields scaling, string key) =>
        scaling.Take(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number) && number == 0
            ? null : scaling.OptionalPositive(key);

    // transformers warns of a parameter that the chosen kind does not read, and goes on without it.
    private static void PassOverOtherKinds(ConfigFields scaling)
    {
        foreach (string key in (string[])
            [
                "factor", "short_factor", "long_factor", "low_freq_factor", "high_freq_factor",
                "original_max_position_embeddings", "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim",
                "truncate",
            ])
        {
            scaling.Take(key);
        }
    }
}
