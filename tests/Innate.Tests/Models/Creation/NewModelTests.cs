using Innate.Checkpoints;
using Innate.Compute;
using Innate.Generation;
using Innate.Models;
using Innate.Models.Creation;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Models.Creation;

public sealed class NewModelTests : IDisposable
{
    private static readonly NewModelOptions Small = new()
    {
        Hidden = 32, Layers = 2, Heads = 4, KeyValueHeads = 2, Mlp = 48, MaxPositions = 64,
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, bool, ElementType> Kinds
    {
        get
        {
            TheoryData<string, bool, ElementType> kinds = [];
            foreach (string family in NewModelOptions.Families)
            {
                kinds.Add(family, true, ElementType.Float32);
                kinds.Add(family, false, ElementType.BFloat16);
            }

            return kinds;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_new_model_of_every_family_loads_scores_and_speaks(string family, bool tied, ElementType type)
    {
        NewModelResult made = NewModel.Create(
            Small with { Family = family, Tied = tied, Type = type, HeadDimension = tied ? null : 12 }, _folder["m"]);
        Assert.Equal(
            ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"],
            Directory.GetFiles(_folder["m"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        using LanguageModel model = LanguageModel.Load(_folder["m"]);
        ChatFormat format = new(Tokenizer.Load(_folder["m"]), ChatTemplate.Load(_folder["m"]));
        int[] prompt = format.EncodePrompt(
            [new ConversationMessage("system", "Be brief."), new ConversationMessage("user", "Hi")]).Ids;
        int[] response = format.ResponseIds("Hi", "Hello.");
        Assert.Equal(model.Config.EndOfSequenceIds.Single(), response[^1]);
        TokenTrace trace = model.Trace([new TraceQuery(prompt, [response])])[0][0];

        // What knows nothing says everything alike: each of the 272 ids is about as likely as the others.
        Assert.All(trace.LogProbability, p => Assert.InRange(p, -Math.Log(272) - 2, -Math.Log(272) + 2));
        Assert.InRange(trace.Entropy.Average(), Math.Log(272) - 0.5, Math.Log(272));
        Assert.Single(model.Generate([prompt], 1, new SamplingOptions { MaxTokens = 4 })[0]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder["m"]);
        Assert.Equal(checkpoint.Tensors.Values.Sum(t => t.Length / (type == ElementType.Float32 ? 4 : 2)), made.Parameters);
        Assert.All(checkpoint.Tensors.Values, t => Assert.Equal(type, t.Type));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_others()
    {
        NewModel.Create(Small with { Seed = 1 }, _folder["a"]);
        NewModel.Create(Small with { Seed = 1 }, _folder["b"]);
        NewModel.Create(Small with { Seed = 2 }, _folder["c"]);
        foreach (string file in Directory.GetFiles(_folder["a"]).Select(f => Path.GetFileName(f)!))
        {
            byte[] first = File.ReadAllBytes(Path.Combine(_folder["a"], file));
            Assert.Equal(first, File.ReadAllBytes(Path.Combine(_folder["b"], file)));
            bool sameInC = first.SequenceEqual(File.ReadAllBytes(Path.Combine(_folder["c"], file)));
            Assert.Equal(file != "model.safetensors", sameInC);
        }
    }

    [Fact]
    public void Weights_are_normal_and_small_where_they_write_to_the_residual_stream()
    {
        NewModel.Create(Small with { Family = "gemma2", Hidden = 64, Mlp = 256 }, _folder["m"]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder["m"]);
        double[] embedding = Values("model.embed_tokens.weight");
        Assert.InRange(embedding.Average(), -0.0005, 0.0005);
        Assert.InRange(Deviation(embedding), 0.0195, 0.0205);
        Assert.InRange(embedding.Count(x => Math.Abs(x) < 0.02) / (double)embedding.Length, 0.67, 0.70); // one sigma: 0.683
        Assert.InRange(embedding.Max(Math.Abs), 0.06, 0.12);
        Assert.InRange(Deviation(Values("model.layers.0.mlp.up_proj.weight")), 0.0195, 0.0205);
        Assert.InRange(Deviation(Values("model.layers.1.mlp.down_proj.weight")), 0.0097, 0.0103); // 0.02 / sqrt(2 * 2 layers)
        Assert.InRange(Deviation(Values("model.layers.0.self_attn.o_proj.weight")), 0.0097, 0.0103);
        Assert.All(Values("model.layers.0.input_layernorm.weight"), x => Assert.Equal(0, x)); // Gemma stores weight - 1.
        Assert.NotEqual(Values("model.layers.0.mlp.up_proj.weight"), Values("model.layers.1.mlp.up_proj.weight"));

        double[] Values(string name)
        {
            TensorInfo tensor = checkpoint.Find(name);
            byte[] bytes = new byte[tensor.Length];
            checkpoint.Read(tensor, 0, bytes);
            return [.. bytes.Chunk(4).Select(b => (double)BitConverter.ToSingle(b))];
        }

        static double Deviation(double[] values) => Math.Sqrt(values.Average(x => x * x));
    }

    [Fact]
    public void Everything_out_of_range_is_named_at_once_and_nothing_is_made()
    {
        InputException e = Assert.Throws<InputException>(() => NewModel.Create(
            new NewModelOptions { Family = "bert", Hidden = 10, Layers = 0, Heads = 3, KeyValueHeads = 2, Mlp = -1,
                Vocabulary = 258 },
            _folder["m"]));
        foreach (string option in new[] { "Family", "Hidden", "Layers", "KeyValueHeads", "Mlp", "Vocabulary" })
        {
            Assert.Contains(option + ": expected", e.Message, StringComparison.Ordinal);
        }

        Assert.Contains("found 258", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Contains(
            "HeadDimension: expected an even number of at least 2, found 7",
            Assert.Throws<InputException>(() => NewModel.Create(Small with { HeadDimension = 7 }, _folder["m"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_something_is_left_alone_and_an_empty_one_is_used()
    {
        Directory.CreateDirectory(_folder["full"]);
        File.WriteAllText(Path.Combine(_folder["full"], "precious"), "x");
        InputException e = Assert.Throws<InputException>(() => NewModel.Create(Small, _folder["full"]));
        Assert.Contains("holds 'precious'", e.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["empty"]);
        NewModel.Create(Small, _folder["empty"]);
        Assert.Equal(5, Directory.GetFiles(_folder["empty"]).Length);
    }

    [Fact]
    public void Stopped_halfway_it_leaves_nothing()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => NewModel.Create(Small, _folder["m"], stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
