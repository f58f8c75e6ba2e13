using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;

namespace Innate.Models;

/// <summary>
/// Turns a checkpoint into a decoder: the one place that knows the tensors' names and each family's parts. Weights are read
/// panel by panel into their final form, so the peak is the model itself and one panel a thread.
/// </summary>
public sealed class ModelLoader
{
    private readonly ModelConfig _config;
    private readonly WeightReader _weights;
    private readonly List<LinearMap> _maps = [];
    private readonly FusedExperts? _fused;
    private readonly AdapterPlan? _adapter;
    private readonly WeightForms _forms;
    private readonly FreshHead? _fresh;

    private ModelLoader(
        Checkpoint checkpoint, ModelConfig config, int threads, AdapterPlan? adapter, WeightForms forms, FreshHead? fresh)
    {
        (_config, _adapter, _forms, _fresh) = (config, adapter, forms, fresh);
        _weights = new WeightReader(checkpoint, threads, forms);
        _fused = config.Experts is { AreFused: true } experts
            ? new FusedExperts(checkpoint, _weights, experts, config.HiddenSize) : null;
    }

    /// <summary>Loads a folder's config.json and safetensors, or a GGUF file.</summary>
    /// <param name="folder">A Hugging Face checkpoint folder, or a GGUF file.</param>
    /// <param name="kernels">The kernels that will run the model, which then owns them.</param>
    /// <param name="warn">Is told of what the files say in two ways; null: nobody is.</param>
    /// <exception cref="InputException">A file that is missing, damaged, or of a kind that is not supported.</exception>
    public static CausalLanguageModel Load(string folder, IKernels kernels, Action<string>? warn = null) =>
        Load(folder, kernels, warn, adapterFolder: null, new WeightForms());

    /// <summary>Loads a folder with an adapter of it.</summary>
    /// <param name="folder">A Hugging Face checkpoint folder, or a GGUF file.</param>
    /// <param name="kernels">The kernels that will run the model, which then owns them.</param>
    /// <param name="warn">Is told of what the files say in two ways; null: nobody is.</param>
    /// <param name="adapterFolder">A PEFT folder; null: none.</param>
    /// <param name="forms">How the weights are held.</param>
    /// <param name="fresh">The score head that takes the language head's place; null: the model keeps its own.</param>
    /// <exception cref="InputException">A file that is missing, damaged, or of a kind that is not supported.</exception>
    internal static CausalLanguageModel Load(
        string folder, IKernels kernels, Action<string>? warn, string? adapterFolder, WeightForms forms, FreshHead? fresh = null)
    {
        ModelConfig stated = ModelConfigReader.Read(folder);
        if (fresh is not null) stated = fresh.On(stated);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        ModelConfig config = TiedHead.Resolve(stated, checkpoint, warn);
        AdapterFile? file = adapterFolder is null ? null : AdapterFile.Open(adapterFolder);
        AdapterPlan? plan = file is null ? null : AdapterPlan.Of(file, config);
        plan?.Overlay(checkpoint);
        config = plan?.Config ?? config;
        var loader = new ModelLoader(checkpoint, config, kernels.Threads, plan, forms, fresh);
        try
        {
            CausalLanguageModel model = loader.Build(kernels);
            // A tied head that is stored again, a language head beside a score head, and a buffer of rotary frequencies.
            loader._weights.RequireAllRead(name =>
                (name == "lm_head.weight" && (config.TiedEmbeddings || config.IsClassifier))
                || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal));
            if (file is null) return model;
            LoraAdapters adapters = LoraAdapters.Fit(model, file);
            if (forms.Merged) adapters.Merge();
            return model;
        }
        catch
        {
            loader._weights.DisposeAll();
            throw;
        }
    }

    private CausalLanguageModel Build(IKernels kernels)
    {
        var rotaries = new Dictionary<RopeConfig, RotaryEmbedding>();
        var layers = new List<DecoderLayer>();
        PackedWeight embedding = Whole(
            "model.embed_tokens.weight", _config.VocabularySize, isHead: _config.TiedEmbeddings);
        for (int i = 0; i < _config.LayerCount; i++)
        {
            LayerAttention rule = _config.Layers[i];
            RotaryEmbedding? rotary = null;
            if (rule.Rope is { } rope && !rotaries.TryGetValue(rope, out rotary))
            {
                rotaries.Add(rope, rotary = new RotaryEmbedding(rope, _config.HeadDimension));
            }

            layers.Add(Layer(i, rule, rotary));
        }

        RmsNorm finalNorm = Norm("model.norm.weight", _config.HiddenSize);
        ElementType fresh = _fresh is { IsWide: true } || ElementTypes.IsBlocked(embedding.Type)
            ? ElementType.Float32 : embedding.Type;
        PackedWeight head = _config switch
        {
            { IsClassifier: true } when _fresh is not null => _weights.Fresh(
                FreshHead.Weight, _config.LabelCount, fresh, _fresh.Values(_config.LabelCount * _config.HiddenSize)),
            { IsClassifier: true } => Whole(FreshHead.Weight, _config.LabelCount),
            { TiedEmbeddings: true } => embedding,
            _ => Whole("lm_head.weight", _config.VocabularySize),
        };
        float[]? bias = !_config.JudgesSteps ? null
            : _fresh is not null ? _weights.FreshVector(FreshHead.Bias, _config.LabelCount, fresh)
            : _weights.Vector(FreshHead.Bias, _config.LabelCount);
        return new CausalLanguageModel
        {
            Config = _config,
            Kernels = kernels,
            Embedding = embedding,
            Layers = layers,
            FinalNorm = finalNorm,
            Head = head,
            HeadBias = bias,
            Parameters = [.. _weights.Parameters],
            Maps = _maps,
            Rotaries = [.. rotaries.Values],
        };
    }

    private DecoderLayer Layer(int index, LayerAttention rule, RotaryEmbedding? rotary)
    {
        string prefix = $"model.layers.{index}.";
        RmsNorm Named(string name) => Norm($"{prefix}{name}.weight", _config.HiddenSize);
        Attention attention = Attention($"{prefix}self_attn.", rule, rotary);
        IFeedForward mlp = _config.Experts is { } experts && experts.Layers[index]
            ? Mixture($"{prefix}{experts.Names.Block}.", experts) : Mlp($"{prefix}mlp.");
        return _config.NormPlacement switch
        {
            NormPlacement.Before => new DecoderLayer
            {
                BeforeAttention = Named("input_layernorm"),
                Attention = attention,
                BeforeMlp = Named("post_attention_layernorm"),
                Mlp = mlp,
                ResidualScale = _config.ResidualScale,
            },
            NormPlacement.After => new DecoderLayer
            {
                Attention = attention,
                AfterAttention = Named("post_attention_layernorm"),
                Mlp = mlp,
                AfterMlp = Named("post_feedforward_layernorm"),
            },
            _ => new DecoderLayer
            {
                BeforeAttention = Named("input_layernorm"),
                Attention = attention,
                AfterAttention = Named("post_attention_layernorm"),
                BeforeMlp = Named("pre_feedforward_layernorm"),
                Mlp = mlp,
                AfterMlp = Named("post_feedforward_layernorm"),
            },
        };
    }

    private Attention Attention(string prefix, LayerAttention rule, RotaryEmbedding? rotary)
    {
        int hidden = _config.HiddenSize;
        int q = _config.HeadCount * _config.HeadDimension, kv = _config.KeyValueHeadCount * _config.HeadDimension;
        RmsNorm? Normed(string name, int all) => _config.QueryKeyNorm switch
        {
            QueryKeyNorm.PerHead => Norm($"{prefix}{name}.weight", _config.HeadDimension),
            QueryKeyNorm.AllHeads => Norm($"{prefix}{name}.weight", all),
            _ => null,
        };
        bool bias = _config.QueryKeyValueBias, fused = _config.FusedProjections;
        return new Attention
        {
            Shape = new AttentionShape(
                _config.HeadCount, _config.KeyValueHeadCount, _config.HeadDimension, _config.AttentionScale,
                _config.AttentionSoftCap, rule.Window)
            {
                Sinks = _config.HasAttentionSinks ? _weights.Vector($"{prefix}sinks", _config.HeadCount) : null,
            },
            Query = fused ? Part($"{prefix}qkv_proj", q + (2 * kv), 0, q, hidden) : Map($"{prefix}q_proj", q, hidden, bias),
            Key = fused ? Part($"{prefix}qkv_proj", q + (2 * kv), q, kv, hidden) : Map($"{prefix}k_proj", kv, hidden, bias),
            Value = fused
                ? Part($"{prefix}qkv_proj", q + (2 * kv), q + kv, kv, hidden)
                : Map($"{prefix}v_proj", kv, hidden, bias),
            Output = Map($"{prefix}o_proj", hidden, q, _config.OutputBias),
            QueryNorm = Normed("q_norm", q),
            KeyNorm = Normed("k_norm", kv),
            Rotary = rotary,
        };
    }

    private GatedMlp Mlp(string prefix)
    {
        int hidden = _config.HiddenSize, inner = _config.IntermediateSize;
        bool bias = _config.MlpBias, fused = _config.FusedProjections;
        return new GatedMlp
        {
            Activation = _config.Activation,
            Gate = fused
                ? Part($"{prefix}gate_up_proj", 2 * inner, 0, inner, hidden)
                : Map($"{prefix}gate_proj", inner, hidden, bias),
            Up = fused
                ? Part($"{prefix}gate_up_proj", 2 * inner, inner, inner, hidden)
                : Map($"{prefix}up_proj", inner, hidden, bias),
            Down = Map($"{prefix}down_proj", hidden, inner, bias),
        };
    }

    private MixtureOfExperts Mixture(string prefix, ExpertsConfig experts)
    {
        int hidden = _config.HiddenSize, inner = experts.IntermediateSize;
        ExpertNames names = experts.Names;
        string all = $"{prefix}experts.";
        bool areApart = _fused?.AreApart(all) ?? true;
        GatedMlp Expert(int e)
        {
            (string gate, string up, string down) = ($"{all}{e}.{names.Gate}", $"{all}{e}.{names.Up}", $"{all}{e}.{names.Down}");
            (Linear Gate, Linear Up, Linear Down) maps;
            if (areApart)
            {
                maps = (
                    Map(gate, inner, hidden, experts.HasBias), Map(up, inner, hidden, experts.HasBias),
                    Map(down, hidden, inner, experts.HasBias));
                _fused?.Fuse(all, e, maps.Gate, maps.Up, maps.Down);
            }
            else
            {
                maps = _fused!.Read(all, e);
                Named(gate, inner, 0, maps.Gate);
                Named(up, inner, 0, maps.Up);
                Named(down, hidden, 0, maps.Down);
            }

            return new GatedMlp
            {
                Activation = _config.Activation,
                Clamped = experts.Clamped,
                Gate = maps.Gate,
                Up = maps.Up,
                Down = maps.Down,
            };
        }

        return new MixtureOfExperts
        {
            // In float32 always: which experts a token goes to is no place for a rounding.
            Router = Map($"{prefix}{names.Router}", experts.Count, hidden, experts.HasBias, integers: false),
            Weighting = experts.Weighting,
            ExpertsPerToken = experts.PerToken,
            Experts = [.. Enumerable.Range(0, experts.Count).Select(Expert)],
        };
    }

    /// <summary>The embedding or a head, with its adapter's change; of integers where logits are formed with it.</summary>
    private PackedWeight Whole(string name, int rows, bool isHead = true)
    {
        LowRankRows? change = _adapter?.Folded(name);
        return isHead && change is null && !_config.IsClassifier
            ? _weights.Map(name, rows, _config.HiddenSize, 0, rows, integers: true)
            : _weights.Matrix(name, rows, _config.HiddenSize, change, _forms.Merged);
    }

    private Linear Map(string name, int outputs, int inputs, bool bias, bool integers = true) => Named(
        name, outputs, 0,
        new Linear(
            _weights.Map($"{name}.weight", outputs, inputs, 0, outputs, integers),
            bias ? _weights.Vector($"{name}.bias", outputs) : null));

    /// <summary>Some rows of a fused projection.</summary>
    private Linear Part(string name, int allOutputs, int firstOutput, int outputs, int inputs) => Named(
        name, allOutputs, firstOutput,
        new Linear(_weights.Map($"{name}.weight", allOutputs, inputs, firstOutput, outputs, integers: true), bias: null));

    private Linear Named(string module, int moduleOutputs, int firstOutput, Linear map)
    {
        _maps.Add(new LinearMap(module, moduleOutputs, firstOutput, map));
        return map;
    }

    private RmsNorm Norm(string name, int width) =>
        new(_weights.Vector(name, width, _config.RmsNormWeightOffset), _config.RmsNormEpsilon);
}
