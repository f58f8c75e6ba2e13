using Innate.Checkpoints;
using Innate.Compute;
using Innate.Models;
using Innate.Models.Creation;

namespace Innate.Tests.Cli.Training;

/// <summary>The families that came later, from a new model to a trained one.</summary>
public sealed class TrainFamilyTests
{
    public static TheoryData<string> Families => new("smollm3", "granite", "mixtral", "qwen3_moe", "gpt_oss");

    [Theory]
    [MemberData(nameof(Families))]
    public void All_weights_learn_and_the_result_has_the_tensors_of_its_source(string family)
    {
        using TrainFolder folder = New(family);
        string[] options = ["--model", folder["new"], "--steps", "12", "--learning-rate", "1e-2", "--quiet"];
        CliResult result = folder.Sft("run", options);
        Assert.Equal((0, ""), (result.Code, result.Error));
        double[] losses = folder.Metric("run", "loss");
        Assert.True(losses[^1] < losses[0] - 0.3, string.Join(' ', losses));

        using Checkpoint source = Checkpoint.Open(folder["new"]), final = Checkpoint.Open(folder["run/final"]);
        Assert.Equal(
            source.Tensors.Values.Select(t => (t.Name, t.Type, SafetensorsTypes.Text(t.Shape))).Order(),
            final.Tensors.Values.Select(t => (t.Name, t.Type, SafetensorsTypes.Text(t.Shape))).Order());
        foreach (TensorInfo tensor in source.Tensors.Values)
        {
            byte[] before = new byte[tensor.Length], after = new byte[tensor.Length];
            source.Read(tensor, 0, before);
            final.Read(final.Tensors[tensor.Name], 0, after);
            Assert.False(before.AsSpan().SequenceEqual(after), $"{tensor.Name} learned nothing");
        }

        // The same bits again, also in parts.
        Assert.Equal(0, folder.Sft("parts", [.. options, "--micro-batch-size", "1", "--threads", "2"]).Code);
        Assert.Equal(folder.Weights("run"), folder.Weights("parts"));
    }

    [Theory]
    [InlineData("mixtral", "q_proj, o_proj, w1, w2, gate")]
    [InlineData("qwen3_moe", "v_proj, gate_proj, down_proj, gate")]
    [InlineData("gpt_oss", "k_proj, up_proj, down_proj, router")]
    [InlineData("granite", "v_proj, o_proj, up_proj, down_proj")]
    [InlineData("smollm3", "v_proj, o_proj, up_proj")]
    public void Adapters_of_attention_and_experts_learn_and_merge(string family, string targets)
    {
        using TrainFolder folder = New(family);
        string[] lora =
        [
            "--model", folder["new"], "--steps", "8", "--lora-rank", "4", "--lora-targets", targets, "--learning-rate", "5e-2",
            "--quiet",
        ];
        Assert.Equal((0, ""), Code(folder.Sft("adapter", lora)));
        Assert.Equal((0, ""), Code(folder.Sft("merged", [.. lora, "--merge"])));
        double[] losses = folder.Metric("adapter", "loss");
        Assert.True(losses[^1] < losses[0] - 0.02, string.Join(' ', losses));
        using LanguageModel merged = LanguageModel.Load(folder["merged/final"]), adapted = LanguageModel.Load(folder["new"]);
        double[] before = LogProbs(adapted);
        LoraAdapters.Load(adapted.Decoder, folder["adapter/final"]);
        double[] after = LogProbs(adapted);
        Assert.True(before.Zip(after).Max(p => Math.Abs(p.First - p.Second)) > 0.01);
        foreach ((double expected, double found) in after.Zip(LogProbs(merged))) Assert.Equal(expected, found, 1e-4);

        static (int, string) Code(CliResult result) => (result.Code, result.Error);
    }

    [Fact]
    public void A_run_on_fused_experts_goes_on_to_the_same_bits()
    {
        using TrainFolder folder = New("gpt_oss", ElementType.BFloat16);
        string[] options = ["--model", folder["new"], "--steps", "12", "--learning-rate", "1e-2", "--save-every", "5", "--quiet"];
        Assert.Equal(0, folder.Sft("run", options).Code);
        byte[] whole = folder.Weights("run");

        // As if it had been killed after its first checkpoint.
        Directory.Delete(folder["run/final"], recursive: true);
        foreach (string later in Directory.GetDirectories(folder["run/checkpoints"]).Order(StringComparer.Ordinal).Skip(1))
        {
            Directory.Delete(later, recursive: true);
        }

        CliResult resumed = folder.Sft("run", [.. options, "--resume"]);
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        Assert.Equal(whole, folder.Weights("run"));
    }

    private static TrainFolder New(string family, ElementType type = ElementType.Float32)
    {
        TrainFolder folder = new();
        bool hasExperts = family is "mixtral" or "qwen3_moe" or "gpt_oss";
        NewModel.Create(
            new NewModelOptions
            {
                Family = family, Hidden = 32, Layers = 2, Heads = 2, KeyValueHeads = 1, Mlp = 32, HeadDimension = 16,
                MaxPositions = 256, Tied = false, Type = type, Experts = hasExperts ? 4 : null,
            },
            folder["new"]);
        return folder;
    }

    private static double[] LogProbs(LanguageModel model)
    {
        int[] ids = [1, 40, 50, 60, 70, 80, 90];
        using KeyValueCache cache = new(model.Config, keepLayers: false);
        return Innate.Learning.TokenBatch.LogProbs(model.Decoder.Trace(
            model.Decoder.Forward(TokenTree.Of(ids[..^1]), cache), [.. Enumerable.Range(0, ids.Length - 1)], ids[1..], alpha: 1));
    }
}
