namespace Innate.Models;

/// <summary>What a tensor does in the decoder, which decides how a new one begins.</summary>
internal enum TensorRole
{
    /// <summary>The embedding, the head, or a projection that reads the residual stream.</summary>
    Weight,

    /// <summary>A projection that writes to the residual stream: <c>o_proj</c>, <c>down_proj</c>.</summary>
    ResidualOutput,

    /// <summary>An rms-norm's weight.</summary>
    Norm,

    /// <summary>A bias.</summary>
    Bias,
}

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Name">Its name in the safetensors file.</param>
/// <param name="Shape">
/// Its sizes: [outputs, inputs], or [width] for norms and biases; [experts, inputs, outputs] where experts are fused.
/// </param>
/// <param name="Role">What it does.</param>
internal sealed record ModelTensor(string Name, IReadOnlyList<long> Shape, TensorRole Role)
{
    /// <summary>Its values.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>
/// The tensors of a causal language model, as its family's checkpoints hold them; <see cref="ModelLoader"/> reads them.
/// </summary>
internal static class ModelTensors
{
    /// <summary>All tensors of a model, in the order of the forward pass. A tied head is not among them.</summary>
    /// <param name="config">The model's shape; not a classifier's.</param>
    public static IReadOnlyList<ModelTensor> Of(ModelConfig config) => Of(config, config.Experts?.AreFused ?? false);

    /// <summary>The same, each expert's matrices by themselves, as adapters know them.</summary>
    public static IReadOnlyList<ModelTensor> Apart(ModelConfig config) => Of(config, fusesExperts: false);

    /// <summary>The layers' matrices, each expert's by themselves: what adapters learn unless fewer are named.</summary>
    public static IEnumerable<ModelTensor> LayerMatrices(ModelConfig config) => Apart(config)
        .Where(t => t.Shape.Count == 2 && t.Name.Contains(".layers.", StringComparison.Ordinal));

    private static List<ModelTensor> Of(ModelConfig config, bool fusesExperts)
    {
        List<ModelTensor> tensors =
        [
            new("model.embed_tokens.weight", [config.VocabularySize, config.HiddenSize], TensorRole.Weight),
        ];
        for (int i = 0; i < config.LayerCount; i++) AddLayer(tensors, config, i, fusesExperts);
        tensors.Add(new("model.norm.weight", [config.HiddenSize], TensorRole.Norm));
        if (!config.TiedEmbeddings)
        {
            tensors.Add(new("lm_head.weight", [config.VocabularySize, config.HiddenSize], TensorRole.Weight));
        }

        return tensors;
    }

    private static void AddLayer(List<ModelTensor> tensors, ModelConfig config, int index, bool fusesExperts)
    {
        string prefix = $"model.layers.{index}.";
        foreach (string name in Norms(config.NormPlacement))
        {
            tensors.Add(new($"{prefix}{name}.weight", [config.HiddenSize], TensorRole.Norm));
        }

        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        int q = config.HeadCount * config.HeadDimension, kv = config.KeyValueHeadCount * config.HeadDimension;
        if (config.FusedProjections)
        {
            Map("self_attn.qkv_proj", q + (2 * kv), hidden, TensorRole.Weight, bias: false);
        }
        else
        {
            Map("self_attn.q_proj", q, hidden, TensorRole.Weight, config.QueryKeyValueBias);
            Map("self_attn.k_proj", kv, hidden, TensorRole.Weight, config.QueryKeyValueBias);
            Map("self_attn.v_proj", kv, hidden, TensorRole.Weight, config.QueryKeyValueBias);
        }

        Map("self_attn.o_proj", hidden, q, TensorRole.ResidualOutput, config.OutputBias);
        if (config.QueryKeyNorm != QueryKeyNorm.None)
        {
            bool perHead = config.QueryKeyNorm == QueryKeyNorm.PerHead;
            tensors.Add(new($"{prefix}self_attn.q_norm.weight", [perHead ? config.HeadDimension : q], TensorRole.Norm));
            tensors.Add(new($"{prefix}self_attn.k_norm.weight", [perHead ? config.HeadDimension : kv], TensorRole.Norm));
        }

        if (config.HasAttentionSinks)
        {
            tensors.Add(new($"{prefix}self_attn.sinks", [config.HeadCount], TensorRole.Weight));
        }

        if (config.Experts is { } experts && experts.Layers[index])
        {
            ExpertNames names = experts.Names;
            Map($"{names.Block}.{names.Router}", experts.Count, hidden, TensorRole.Weight, experts.HasBias);
            inner = experts.IntermediateSize;
            if (fusesExperts)
            {
                string all = $"{prefix}{names.Block}.experts.";
                tensors.Add(new($"{all}gate_up_proj", [experts.Count, hidden, 2L * inner], TensorRole.Weight));
                tensors.Add(new($"{all}gate_up_proj_bias", [experts.Count, 2L * inner], TensorRole.Bias));
                tensors.Add(new($"{all}down_proj", [experts.Count, inner, hidden], TensorRole.ResidualOutput));
                tensors.Add(new($"{all}down_proj_bias", [experts.Count, hidden], TensorRole.Bias));
                return;
            }

            for (int e = 0; e < experts.Count; e++)
            {
                string expert = $"{names.Block}.experts.{e}.";
                Map($"{expert}{names.Gate}", inner, hidden, TensorRole.Weight, experts.HasBias);
                Map($"{expert}{names.Up}", inner, hidden, TensorRole.Weight, experts.HasBias);
                Map($"{expert}{names.Down}", hidden, inner, TensorRole.ResidualOutput, experts.HasBias);
            }

            return;
        }

        if (config.FusedProjections)
        {
            Map("mlp.gate_up_proj", 2 * inner, hidden, TensorRole.Weight, bias: false);
        }
        else
        {
            Map("mlp.gate_proj", inner, hidden, TensorRole.Weight, config.MlpBias);
            Map("mlp.up_proj", inner, hidden, TensorRole.Weight, config.MlpBias);
        }

        Map("mlp.down_proj", hidden, inner, TensorRole.ResidualOutput, config.MlpBias);

        void Map(string name, int outputs, int inputs, TensorRole role, bool bias)
        {
            tensors.Add(new($"{prefix}{name}.weight", [outputs, inputs], role));
            if (bias) tensors.Add(new($"{prefix}{name}.bias", [outputs], TensorRole.Bias));
        }
    }

    private static string[] Norms(NormPlacement placement) => placement switch
    {
        NormPlacement.Before => ["input_layernorm", "post_attention_layernorm"],
        NormPlacement.After => ["post_attention_layernorm", "post_feedforward_layernorm"],
        _ => ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"],
    };
}
