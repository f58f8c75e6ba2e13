using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Gguf;

public sealed class GgufTensorNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("olmo2")]
    [InlineData("phi3")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("smollm3")]
    [InlineData("granite")]
    [InlineData("llama", 3)]
    [InlineData("qwen3moe", 3)]
    [InlineData("gpt-oss", 3)]
    public void Every_tensor_has_the_name_and_shape_that_the_model_asks_for(string architecture, int experts = 0)
    {
        GgufFolder folder = Open(GgufModels.Of(architecture, experts: experts));
        ModelConfig config = ModelConfigReader.Parse(folder.Read("config.json"));
        // Experts lie one by one.
        config = config with { Experts = config.Experts is null ? null : config.Experts with { AreFused = false } };
        Assert.Equal(
            ModelTensors.Of(config).Select(t => $"{t.Name} {string.Join('x', t.Shape)}").Order(),
            folder.Tensors.Select(t => $"{t.Name} {string.Join('x', t.Shape)}").Order());
    }

    [Fact]
    public void What_converting_did_is_told_with_the_tensor()
    {
        Dictionary<string, TensorInfo> llama = Open(GgufModels.Of("llama").Floats("blk.0.attn_q.bias", 32)).Tensors.ToDictionary(t => t.Name);
        const string Layer = "model.layers.0.";
        Assert.Equal(16, llama[Layer + "self_attn.q_proj.weight"].PairedHead);
        Assert.Equal(16, llama[Layer + "self_attn.k_proj.weight"].PairedHead);
        Assert.Equal(16, llama[Layer + "self_attn.q_proj.bias"].PairedHead);
        Assert.All(
            llama.Values.Where(t => !t.Name.Contains(".q_proj", StringComparison.Ordinal) && !t.Name.Contains(".k_proj", StringComparison.Ordinal)),
            t => Assert.Equal(0, t.PairedHead));
        Assert.All(llama.Values, t => Assert.Equal(0, t.Added));
        foreach (TensorInfo tensor in Open(GgufModels.Of("gemma3")).Tensors)
        {
            Assert.Equal(tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0, tensor.Added);
            Assert.Equal(0, tensor.PairedHead);
        }

        Assert.Equal(
            ["granite", "llama", "smollm3"],
            new[] { "granite", "llama", "qwen2", "qwen3", "olmo2", "phi3", "gemma2", "smollm3" }
                .Where(a => Open(GgufModels.Of(a)).Tensors.Any(t => t.PairedHead > 0)));
    }

    [Theory]
    [InlineData("llama", "block_sparse_moe.experts", "w1", "w3", "w2", "block_sparse_moe.gate")]
    [InlineData("qwen3moe", "mlp.experts", "gate_proj", "up_proj", "down_proj", "mlp.gate")]
    [InlineData("gpt-oss", "mlp.experts", "gate_proj", "up_proj", "down_proj", "mlp.router")]
    public void Each_expert_has_its_part_of_the_tensor_of_all(
        string architecture, string experts, string gate, string up, string down, string router)
    {
        GgufFolder folder = Open(GgufModels.Of(architecture, experts: 4));
        Dictionary<string, TensorInfo> tensors = folder.Tensors.ToDictionary(t => t.Name);
        GgufTensor all = GgufFile.Open(_folder["model.gguf"]).Find("blk.1.ffn_down_exps.weight")!;
        for (int e = 0; e < 4; e++)
        {
            TensorInfo one = tensors[$"model.layers.1.{experts}.{e}.{down}.weight"];
            Assert.Equal([GgufModels.Hidden, GgufModels.Inner], one.Shape);
            Assert.Equal((all.Offset + (e * all.Length / 4), all.Length / 4), (one.Offset, one.Length));
            Assert.Equal([GgufModels.Inner, GgufModels.Hidden], tensors[$"model.layers.1.{experts}.{e}.{gate}.weight"].Shape);
            Assert.Equal([GgufModels.Inner, GgufModels.Hidden], tensors[$"model.layers.1.{experts}.{e}.{up}.weight"].Shape);
            if (architecture != "gpt-oss") continue;
            Assert.Equal([GgufModels.Inner], tensors[$"model.layers.1.{experts}.{e}.{gate}.bias"].Shape);
            Assert.Equal([GgufModels.Heads], tensors["model.layers.1.self_attn.sinks"].Shape);
            Assert.Equal([4], tensors["model.layers.1.mlp.router.bias"].Shape);
        }

        Assert.Equal([4, GgufModels.Hidden], tensors[$"model.layers.0.{router}.weight"].Shape);
    }

    [Fact]
    public void Experts_that_lie_apart_are_found_too()
    {
        GgufBytes file = GgufModels.Of("llama", layers: 1).Key("llama.expert_count", 2u).Key("llama.expert_used_count", 2u)
            .Floats("blk.0.ffn_gate.1.weight", 32, 64);
        Assert.Contains(Open(file).Tensors, t => t.Name == "model.layers.0.block_sparse_moe.experts.1.w1.weight");
    }

    [Fact]
    public void Tensors_that_are_missing_or_not_known_are_told()
    {
        Says(GgufModels.Of("llama").WithoutTensor("output_norm.weight"), "model.gguf", "'output_norm.weight' is missing");
        Says(GgufModels.Of("llama").WithoutTensor("token_embd.weight"), "'token_embd.weight' is missing");
        Says(GgufModels.Of("llama").Floats("blk.0.attn_q_norm.weight", 16), "'blk.0.attn_q_norm.weight'", "'llama'");
        Says(GgufModels.Of("llama").Floats("blk.2.attn_norm.weight", 32), "'blk.2.attn_norm.weight'", "below 2", "block_count");
        Says(GgufModels.Of("llama").Floats("blk.x.attn_norm.weight", 32), "'blk.x.attn_norm.weight'");
        Says(GgufModels.Of("llama").Floats("v.patch_embd.weight", 32), "'v.patch_embd.weight'");
        Says(GgufModels.Of("qwen2").Floats("blk.0.attn_q.scale", 1), "'blk.0.attn_q.scale'");
        Says(GgufModels.Of("phi3").Floats("blk.0.attn_q.weight", 32, 32), "'blk.0.attn_q.weight'", "'phi3'");
        Says(GgufModels.Of("qwen3moe", experts: 2).Floats("blk.0.ffn_gate_exps.bias", 4), "'blk.0.ffn_gate_exps.bias'", "found the sizes 4");
    }

    [SharedFact("gguf/tiny")]
    public void Tiny_models_have_all_that_they_need()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Places.Shared, "gguf", "tiny"), "*.gguf"))
        {
            GgufFolder folder = GgufFolder.Open(path);
            ModelConfig config = ModelConfigReader.Parse(folder.Read("config.json"));
            Assert.Equal(ModelTensors.Of(config).Select(t => t.Name).Order(), folder.Tensors.Select(t => t.Name).Order());
            Assert.Equal([path], folder.Files);
        }
    }

    private GgufFolder Open(GgufBytes file)
    {
        File.WriteAllBytes(_folder["model.gguf"], file.ToArray());
        return GgufFolder.Open(_folder["model.gguf"]);
    }

    private void Says(GgufBytes file, params string[] words)
    {
        string message = Assert.Throws<InputException>(() => Open(file).Tensors).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }
}
