using System.Text.Json;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Layers;

namespace Innate.Models;

/// <summary>
/// Reads a Hugging Face config.json into a <see cref="ModelConfig"/>, with the defaults of transformers. What it does not
/// map and does not know to be without effect it refuses by name.
/// </summary>
internal static class ModelConfigReader
{
    // Bounds that no model reaches, but that keep every product of two sizes within an int64 and every list small.
    private const int MaxSize = 1 << 22;
    private const int MaxLayers = 4096;
    private const int MaxFileBytes = 16 << 20;

    /// <summary>Reads the config.json of a folder, or the one that a GGUF file stands for.</summary>
    /// <exception cref="InputException">It is missing, malformed, or of a model that Innate does not run.</exception>
    public static ModelConfig Read(string folder)
    {
        ModelFiles files = ModelFiles.Of(folder);
        byte[] json = files.Read("config.json") ?? throw new InputException($"{folder}: has no config.json.");
        if (json.Length > MaxFileBytes)
        {
            throw new InputException(
                $"{files.Called("config.json")}: has {json.Length} bytes, expected at most {MaxFileBytes}.");
        }

        return Parse(json, files.Called("config.json"), () => ScoreHeadReader.Find(folder));
    }

    /// <summary>Parses the bytes of a config.json.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fileName">What messages call the file.</param>
    /// <param name="scoreHead">A classifier's head among the weights, which says its labels too; null: nobody knows.</param>
    /// <exception cref="InputException">It is malformed, or of a model that Innate does not run.</exception>
    public static ModelConfig Parse(
        ReadOnlySpan<byte> json, string fileName = "config.json", Func<TensorInfo?>? scoreHead = null)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{fileName}: is a JSON {document.RootElement.ValueKind}, expected an object.");
            }

            return Parse(new ConfigFields(document.RootElement, fileName), scoreHead);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not UTF-8, or half a surrogate pair.
            throw new InputException($"{fileName}: {JsonFault.Describe(e)}", e);
        }
    }

    private static ModelConfig Parse(ConfigFields fields, Func<TensorInfo?>? scoreHead)
    {
        FamilyDefaults family = Family(fields);
        HeadKind head = ScoreHeadReader.Read(fields, family, scoreHead);
        int hidden = fields.Int("hidden_size", null, 1, MaxSize);
        int heads = fields.Int("num_attention_heads", null, 1, MaxSize);
        int layers = fields.Int("num_hidden_layers", null, 1, MaxLayers);
        int headDimension = HeadDimension(fields, family, hidden, heads);
        int maxPositions = fields.Int("max_position_embeddings", family.MaxPositions, 1, int.MaxValue);
        bool attentionBias = family.HasAttentionBias && fields.Bool("attention_bias", absent: family.AttentionBias);
        IReadOnlyList<LayerAttention> rules = LayerAttentionReader.Read(fields, family, layers, maxPositions);
        RequireDivisors(fields, rules, headDimension / 2);
        ModelConfig config = new()
        {
            Family = family.Family,
            VocabularySize = fields.Int("vocab_size", null, 1, MaxSize),
            HiddenSize = hidden,
            IntermediateSize = fields.Int("intermediate_size", null, 1, MaxSize),
            Experts = ExpertsConfigReader.Read(fields, family, layers, MaxSize),
            HeadCount = heads,
            KeyValueHeadCount = KeyValueHeads(fields, family, heads),
            HeadDimension = headDimension,
            MaxPositions = StretchedContext(maxPositions, rules),
            RmsNormEpsilon = (float)fields.Positive("rms_norm_eps", family.RmsNormEpsilon),
            RmsNormWeightOffset = family.IsGemma ? 1 : 0,
            Activation = ReadActivation(fields, family),
            NormPlacement = family.IsGemma ? NormPlacement.Sandwich
                : family.Family == ModelFamily.Olmo2 ? NormPlacement.After : NormPlacement.Before,
            QueryKeyNorm = family.Family switch
            {
                ModelFamily.Qwen3 or ModelFamily.Qwen3Moe or ModelFamily.Gemma3Text => QueryKeyNorm.PerHead,
                ModelFamily.Olmo2 => QueryKeyNorm.AllHeads,
                _ => QueryKeyNorm.None,
            },
            QueryKeyValueBias = attentionBias || family.Family == ModelFamily.Qwen2,
            OutputBias = attentionBias,
            MlpBias = family.HasMlpBias && fields.Bool("mlp_bias", absent: false),
            FusedProjections = family.Family == ModelFamily.Phi3,
            TiedEmbeddings = fields.Bool("tie_word_embeddings", family.TiedEmbeddings),
            EmbeddingScale = family.IsGemma ? MathF.Sqrt(hidden) : Multiplier(fields, family, "embedding_multiplier"),
            ResidualScale = Multiplier(fields, family, "residual_multiplier"),
            LogitScale = 1 / Multiplier(fields, family, "logits_scaling"),
            AttentionScale = family.Family == ModelFamily.Granite
                ? Multiplier(fields, family, "attention_multiplier")
                : (float)(1 / Math.Sqrt(family.IsGemma ? fields.Positive("query_pre_attn_scalar", 256) : headDimension)),
            AttentionSoftCap = SoftCap(fields, family, "attn_logit_softcapping", 50),
            HasAttentionSinks = family.Family == ModelFamily.GptOss,
            LogitSoftCap = SoftCap(fields, family, "final_logit_softcapping", 30),
            Layers = rules,
            IsClassifier = head != HeadKind.Language,
            JudgesSteps = head == HeadKind.Steps,
            StepSplit = head == HeadKind.Steps ? ScoreHeadReader.Split(fields) : default,
            StatedElementType = StatedType(fields),
            BeginningOfSequenceId = fields.OptionalInt("bos_token_id", 0, int.MaxValue),
            EndOfSequenceIds = EndIds(fields),
            PaddingId = fields.OptionalInt("pad_token_id", int.MinValue, int.MaxValue) is >= 0 and int padding ? padding : null,
        };
        ConfigKeysWithoutEffect.Check(fields, family.Family);
        return config;
    }

    /// <summary>
    /// YaRN's recipe leaves <c>max_position_embeddings</c> at the trained length and states the stretch beside it; where a
    /// config already has the longer of the two, that one counts.
    /// </summary>
    private static int StretchedContext(int stated, IReadOnlyList<LayerAttention> rules)
    {
        double longest = rules.Max(
            r => r.Rope is { Scaling: RopeScalingKind.Yarn } rope ? rope.OriginalMaxPositions * rope.Factor : 0);
        return (int)Math.Clamp(longest, stated, int.MaxValue);
    }

    private static FamilyDefaults Family(ConfigFields fields)
    {
        string type = fields.OptionalString("model_type") ?? throw fields.Wrong("model_type", "the name of a model family");
        if (type == "gemma3")
        {
            throw new InputException(
                $"{fields.File}: key 'model_type': 'gemma3' is the multimodal model, whose images Innate does not read; "
                + "use a text-only checkpoint (model_type 'gemma3_text').");
        }

        return FamilyDefaults.For(type)
            ?? throw fields.Wrong("model_type", $"one of {string.Join(", ", FamilyDefaults.ModelTypes)}");
    }

    private static int HeadDimension(ConfigFields fields, FamilyDefaults family, int hidden, int heads)
    {
        bool mayBeNull = family.HeadDimension is null || (family.Family == ModelFamily.GptOss && fields.IsNull("head_dim"));
        int? given = mayBeNull
            ? fields.OptionalInt("head_dim", 1, MaxSize)
            : fields.Int("head_dim", family.HeadDimension, 1, MaxSize);
        if (given is null && hidden % heads != 0)
        {
            throw fields.Wrong("hidden_size", $"a multiple of num_attention_heads ({heads}), since head_dim is not given");
        }

        int dimension = given ?? hidden / heads;
        if (dimension % 2 != 0)
        {
            throw new InputException($"{fields.File}: key 'head_dim': expected an even number, found {dimension}.");
        }

        if ((long)dimension * heads > MaxSize)
        {
            throw fields.Wrong(
                "num_attention_heads", $"at most {MaxSize} for all heads' widths together (head_dim is {dimension})");
        }

        return dimension;
    }

    private static void RequireDivisors(ConfigFields fields, IReadOnlyList<LayerAttention> rules, int pairs)
    {
        if (pairs % 2 != 0 && rules.Any(r => r.Rope is { Scaling: RopeScalingKind.Grid }))
        {
            throw new InputException(
                $"{fields.File}: key 'head_dim': expected a multiple of 4 with rotary positions on a grid, found {2 * pairs}.");
        }

        int? wrong = rules.Select(r => r.Rope).FirstOrDefault(
            r => r is { Scaling: RopeScalingKind.Divided } && r.Divisors.Count != pairs)?.Divisors.Count;
        if (wrong is null) return;
        throw new InputException(
            $"{fields.File}: key 'short_factor': expected {pairs} numbers, one for each pair of a head, found {wrong}.");
    }

    private static int KeyValueHeads(ConfigFields fields, FamilyDefaults family, int heads)
    {
        const string Key = "num_key_value_heads";
        int count = family.IsGemma || !fields.Has(Key)
            ? fields.Int(Key, family.KeyValueHeads ?? heads, 1, MaxSize)
            : fields.OptionalInt(Key, 1, MaxSize) ?? heads;
        if (heads % count == 0) return count;
        throw fields.Has(Key)
            ? fields.Wrong(Key, $"a divisor of num_attention_heads ({heads})")
            : fields.Wrong(Key, $"a divisor of num_attention_heads ({heads}); the family's default is {count}");
    }

    private static Activation ReadActivation(ConfigFields fields, FamilyDefaults family)
    {
        string key = family.IsGemma ? "hidden_activation" : "hidden_act";
        string name = fields.Has(key) ? fields.OptionalString(key) ?? "null" : family.IsGemma ? "gelu_pytorch_tanh" : "silu";
        fields.Take(key);
        return name switch
        {
            "silu" or "swish" => Activation.Silu,
            "gelu_pytorch_tanh" => Activation.GeluTanh,
            _ => throw fields.Wrong(key, "silu or gelu_pytorch_tanh"),
        };
    }

    private static float? SoftCap(ConfigFields fields, FamilyDefaults family, string key, float gemma2Default)
    {
        if (!family.IsGemma) return null;
        if (!fields.Has(key) && family.Family == ModelFamily.Gemma2) return gemma2Default;
        return (float?)fields.OptionalPositive(key);
    }

    // Granite's, 1 where the key is absent; the other families have none.
    private static float Multiplier(ConfigFields fields, FamilyDefaults family, string key) =>
        family.Family == ModelFamily.Granite ? (float)fields.Positive(key, 1) : 1;

    private static ElementType? StatedType(ConfigFields fields)
    {
        string? older = fields.OptionalString("torch_dtype");
        return (fields.OptionalString("dtype") ?? older) switch
        {
            "float32" => ElementType.Float32,
            "float16" => ElementType.Float16,
            "bfloat16" => ElementType.BFloat16,
            _ => null, // The tensors themselves say how they are stored.
        };
    }

    private static int[] EndIds(ConfigFields fields)
    {
        const string Key = "eos_token_id";
        if (fields.Take(Key) is not JsonElement value) return [];
        if (value.ValueKind != JsonValueKind.Array) return [fields.Int(Key, null, 0, int.MaxValue)];
        List<int> ids = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out int id) || id < 0)
            {
                throw fields.Wrong(Key, "a token id, a list of them, or null");
            }

            ids.Add(id);
        }

        return [.. ids];
    }
}
