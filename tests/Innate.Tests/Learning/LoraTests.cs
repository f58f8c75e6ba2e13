using Innate.Checkpoints;
using Innate.Compute;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Optimization;
using Innate.Learning.Runs;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Learning;

/// <summary>Adapters change what a model says and nothing of the model; what is written of them says the same again.</summary>
public class LoraTests
{
    private static readonly int[] Probe = [1, 5, 9, 2, 7, 7, 3, 11, 4];

    public static TheoryData<string> Models => [.. ToyModel.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Trained_adapters_leave_the_weights_alone_and_survive_saving_and_merging(string name)
    {
        string source = ToyModel.Of(name).Folder;
        using TemporaryFolder folder = new();
        using LanguageModel model = Load(source);
        double[] untouched = LogProbs(model);
        byte[] before = Weights(model, source, folder["before"]);
        LoraAdapters adapters = LoraAdapters.Attach(model.Decoder, Config(), seed: 3);
        Assert.Equal(untouched, LogProbs(model));

        Train(model, adapters);
        double[] adapted = LogProbs(model);
        Assert.True(untouched.Zip(adapted).Max(p => Math.Abs(p.First - p.Second)) > 0.01, "nothing was learned");
        Assert.Equal(before, Weights(model, source, folder["after"]));
        adapters.Enabled = false;
        Assert.Equal(untouched, LogProbs(model));
        adapters.Enabled = true;

        adapters.Save(folder["adapter"]);
        using (LanguageModel other = Load(source))
        {
            LoraAdapters loaded = LoraAdapters.Load(other.Decoder, folder["adapter"]);
            Assert.Equal(adapted, LogProbs(other));
            Assert.Equal(Config().Rank, loaded.Config.Rank);
            Assert.Equal(Config().Alpha, loaded.Config.Alpha);
        }

        adapters.Merge();
        double[] merged = LogProbs(model);
        if (model.Decoder.Parameters.All(p => p.Type == ElementType.Float32)) AssertNear(adapted, merged, 1e-5);
        Weights(model, source, folder["merged"]);
        using LanguageModel whole = Load(folder["merged"]);
        Assert.Equal(merged, LogProbs(whole));
    }

    [Fact]
    public void A_fused_projection_has_one_adapter_of_the_whole()
    {
        using LanguageModel model = Load(new ParityModel("phi3").Folder);
        using TemporaryFolder folder = new();
        LoraAdapters.Attach(model.Decoder, Config() with { TargetModules = ["qkv_proj"] }, seed: 0).Save(folder["adapter"]);
        Adapter written = AdapterFolder.Open(folder["adapter"]);
        ModelConfig c = model.Config;
        Assert.Equal(model.Decoder.Layers.Count, written.Modules.Count);
        Assert.All(written.Modules, m =>
        {
            Assert.EndsWith("self_attn.qkv_proj", m.ModulePath, StringComparison.Ordinal);
            Assert.Equal((c.HiddenSize, c.HiddenSize * 2), (m.Inputs, m.Outputs));
        });
    }

    [Fact]
    public void Fresh_adapters_are_uniform_and_their_seed_s()
    {
        using TemporaryFolder folder = new();
        AdapterTensor module = Fresh(1);
        float[] first = module.A;
        Assert.Equal(first, Fresh(1).A);
        Assert.NotEqual(first, Fresh(2).A);
        double bound = 1 / Math.Sqrt(module.Inputs);
        Assert.All(first, a => Assert.InRange(a, -bound, bound));
        Assert.InRange(first.Max(), 0.95 * bound, bound);
        Assert.InRange(first.Average(), -0.1 * bound, 0.1 * bound);

        AdapterTensor Fresh(ulong seed)
        {
            using LanguageModel fresh = Load(new ParityModel("llama").Folder);
            string at = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
            LoraAdapters.Attach(fresh.Decoder, Config() with { Rank = 16 }, seed).Save(at);
            AdapterTensor written = AdapterFolder.Open(at).Modules[0];
            Assert.All(written.B, b => Assert.Equal(0, b));
            return written;
        }
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused()
    {
        using TemporaryFolder folder = new();
        using (LanguageModel phi = Load(new ParityModel("phi3").Folder))
        {
            LoraAdapters.Attach(phi.Decoder, Config() with { TargetModules = ["qkv_proj"] }, 0).Save(folder["phi"]);
        }

        using LanguageModel llama = Load(new ParityModel("llama").Folder);
        string message = Assert.Throws<InputException>(() => LoraAdapters.Load(llama.Decoder, folder["phi"])).Message;
        Assert.Contains("qkv_proj': expected a linear map of the model", message, StringComparison.Ordinal);

        LoraAdapters.Attach(llama.Decoder, Config() with { TargetModules = ["q_proj"] }, 0).Save(folder["llama"]);
        Adapter read = AdapterFolder.Open(folder["llama"]);
        AdapterTensor q = read.Modules[0];
        AdapterFolder.Write(folder["wrong"], read.Config,
            [q with { Inputs = q.Inputs + 1, A = new float[(q.Inputs + 1) * read.Config.Rank] }]);
        using LanguageModel fresh = Load(new ParityModel("llama").Folder);
        message = Assert.Throws<InputException>(() => LoraAdapters.Load(fresh.Decoder, folder["wrong"])).Message;
        Assert.Contains(q.ModulePath, message, StringComparison.Ordinal);
        Assert.Contains($"expected {q.Inputs} inputs and {q.Outputs} outputs, found {q.Inputs + 1} and {q.Outputs}", message,
            StringComparison.Ordinal);
    }

    private static AdapterConfig Config() => new() { Rank = 3, Alpha = 12, TargetModules = [AdapterConfig.AllLinear] };

    private static LanguageModel Load(string folder) => LanguageModel.Load(folder, new LanguageModelOptions { Threads = 1 });

    private static void Train(LanguageModel model, LoraAdapters adapters)
    {
        using TrainedWeights weights = new(adapters.Parameters);
        using GradientPass pass = new(model.Decoder, weights.Gradients);
        SequenceExample[] examples =
        [
            new([1, 5, 9, 2, 8, 6], [false, true, true, true, true, true]),
            new([1, 7, 3, 3], [false, false, true, true]),
        ];
        SupervisedTraining recipe = new(
            pass, new TrainingRows<SequenceExample>(examples, [1, 2], 0, 0), new Batching { BatchSize = 2, MicroBatchSize = 1 });
        TrainingLoopOptions options = new() { Steps = 6, Schedule = new LearningRateSchedule { Peak = 1e-2 } };
        new TrainingLoop(model.Decoder.Kernels, weights, recipe, options, new TrainingLoopHooks(_ => { }, null, (_, _) => { }))
            .Run(0, null, default);
    }

    private static double[] LogProbs(LanguageModel model)
    {
        TokenTree tree = new();
        tree.Add(-1, Probe[..^1]);
        using KeyValueCache cache = new(model.Config, keepLayers: false);
        CausalLanguageModel decoder = model.Decoder;
        return TokenBatch.LogProbs(
            decoder.Trace(decoder.Forward(tree, cache), [.. Enumerable.Range(0, Probe.Length - 1)], Probe[1..], alpha: 1));
    }

    private static byte[] Weights(LanguageModel model, string source, string folder)
    {
        Directory.CreateDirectory(folder);
        ModelWriter.Write(model.Decoder, source, folder);
        return File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
    }

    private static void AssertNear(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance));
}
