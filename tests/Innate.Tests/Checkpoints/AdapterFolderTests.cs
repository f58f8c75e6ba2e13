using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints;

public sealed class AdapterFolderTests : IDisposable
{
    private const string Query = "model.layers.0.self_attn.q_proj";
    private const string Down = "model.layers.1.mlp.down_proj";

    private static readonly AdapterConfig Config = new()
    {
        Rank = 2, Alpha = 8, Dropout = 0.05, TargetModules = ["q_proj", "down_proj"], BaseModel = "org/name", UseRsLora = true,
    };

    private static readonly AdapterTensor[] Modules =
    [
        new(Query, 3, 4, [1, 2, 3, 4, 5, 6], [.. Enumerable.Range(0, 8).Select(i => i / 7f)]),
        new(Down, 1, 2, [-1, float.Epsilon], [0, 0, 0, 0]),
    ];

    private readonly TemporaryFolder _folder = new();

    private string Adapter => _folder["adapter"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var adapters =
            from rank in Gen.Choose(1, 4)
            from count in Gen.Choose(1, 4)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            from rs in Gen.Elements(false, true)
            select (rank, count, seed, rs);
        Check.QuickThrowOnFailure(Prop.ForAll(adapters.ToArbitrary(), a =>
        {
            Random random = new(a.seed);
            AdapterConfig config = Config with { Rank = a.rank, Alpha = random.NextDouble() + 0.1, UseRsLora = a.rs,
                BaseModel = null };
            AdapterTensor[] modules =
                [.. Enumerable.Range(0, a.count).Select(i => Random(random, $"model.layers.{i}.q_proj", a.rank))];
            AdapterFolder.Write(Adapter, config, modules); // Each run replaces the one before.
            Adapter read = AdapterFolder.Open(Adapter);
            return SameConfig(config, read.Config) && modules.Zip(read.Modules).All(pair => Same(pair.First, pair.Second));
        }));
        Assert.Equal(["adapter"], Directory.GetFileSystemEntries(_folder.Path).Select(p => Path.GetFileName(p)));
    }

    [Fact]
    public void The_files_are_as_peft_writes_them()
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(Adapter, "adapter_config.json")))!.AsObject();
        Assert.Equal("LORA", (string?)json["peft_type"]);
        Assert.Equal("CAUSAL_LM", (string?)json["task_type"]);
        Assert.Equal("none", (string?)json["bias"]);
        Assert.Equal("org/name", (string?)json["base_model_name_or_path"]);
        Assert.Equal((2, 8.0, 0.05), ((int)json["r"]!, (double)json["lora_alpha"]!, (double)json["lora_dropout"]!));
        Assert.Equal(["q_proj", "down_proj"], json["target_modules"]!.AsArray().Select(t => (string?)t));
        Assert.True(json.ContainsKey("modules_to_save") && json["modules_to_save"] is null);

        File.Move(Path.Combine(Adapter, "adapter_model.safetensors"), Path.Combine(Adapter, "model.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(Adapter);
        checkpoint.Find($"base_model.model.{Query}.lora_A.weight", 2, 3);
        checkpoint.Find($"base_model.model.{Query}.lora_B.weight", 4, 2);
        Assert.Equal(4, checkpoint.Tensors.Count);
    }

    [Fact]
    public void All_linear_is_read_as_such_and_written_as_the_modules_there_are()
    {
        AdapterConfig all = Config with { TargetModules = [AdapterConfig.AllLinear] };
        AdapterFolder.Write(Adapter, all, Modules);
        Assert.Equal(["down_proj", "q_proj"], AdapterFolder.ReadConfig(Adapter).TargetModules);
        Set("target_modules", "all-linear");
        Assert.True(AdapterFolder.Open(Adapter).Config.Targets("anything"));
        Assert.False(Config.Targets("model.layers.0.self_attn.xq_proj"));
        Assert.Equal(8 / Math.Sqrt(2), Config.Scale);
        Assert.Equal(4, (Config with { UseRsLora = false }).Scale);
    }

    [Fact]
    public void Halves_are_widened()
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        WriteWeights((Query + ".lora_A", [2, 3], ElementType.BFloat16), (Query + ".lora_B", [4, 2], ElementType.Float16));
        AdapterTensor module = AdapterFolder.Open(Adapter).Modules.Single();
        Assert.Equal(BitConverter.UInt32BitsToSingle(0x3c003c00 & 0xffff0000), module.A[0]);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], module.B);
    }

    [Theory]
    [InlineData("bias", "\"some\"", "\"none\", \"all\" or \"lora_only\"")]
    [InlineData("modules_to_save", "\"lm_head\"", "a list of module names or null")]
    [InlineData("use_dora", "1", "true or false")]
    [InlineData("lora_bias", "\"yes\"", "true or false")]
    [InlineData("rank_pattern", "{\"q_proj\":2.5}", "a whole number from 1")]
    [InlineData("rank_pattern", "[4]", "an object of module names and ranks")]
    [InlineData("alpha_pattern", "{\"q_proj\":0}", "each a number above 0")]
    [InlineData("layers_to_transform", "[0,-1]", "a layer's number")]
    [InlineData("layers_to_transform", "0.5", "a layer's number")]
    [InlineData("exclude_modules", "[1]", "a list of module names, a regular expression or null")]
    [InlineData("layers_pattern", "7", "a text, a list of texts, or null")]
    [InlineData("use_qalora", "true", "nothing")]
    [InlineData("trainable_token_indices", "[5]", "nothing")]
    [InlineData("target_parameters", "[\"mlp.experts\"]", "nothing")]
    [InlineData("alora_invocation_tokens", "[1,2]", "nothing")]
    [InlineData("arrow_config", "{\"top_k\":3}", "nothing")]
    [InlineData("init_lora_weights", "\"olora\"", "others change the base model")]
    [InlineData("init_lora_weights", "\"corda\"", "others change the base model")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"", "path_initial_model_for_weight_conversion")]
    [InlineData("layer_replication", "[[0,1]]", "nothing")]
    [InlineData("a_new_setting", "1", "nothing")]
    [InlineData("peft_type", "\"IA3\"", "\"LORA\"")]
    [InlineData("peft_type", "null", "\"LORA\"")]
    [InlineData("target_modules", "\"\"", "a list of module names")]
    [InlineData("target_modules", "[]", "a list of module names")]
    [InlineData("target_modules", "null", "a list of module names")]
    [InlineData("r", "0", "a whole number from 1")]
    [InlineData("r", "2.5", "a whole number from 1")]
    [InlineData("lora_alpha", "1e60", "a number above 0")]
    [InlineData("lora_dropout", "1", "a number from 0 to less than 1")]
    [InlineData("init_lora_weights", "\"pissa\"", "others change the base model")]
    [InlineData("use_rslora", "1", "true or false")]
    public void What_is_not_supported_is_refused_by_name(string key, string value, string expected)
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        Set(key, JsonNode.Parse(value));
        InputException e = Assert.Throws<InputException>(() => AdapterFolder.ReadConfig(Adapter));
        Assert.Contains($"adapter_config.json: key '{key}': expected ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains($"found {JsonNode.Parse(value)?.ToJsonString() ?? "null"}.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_peft_writes_beside_is_passed_over()
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        Set("loftq_config", new JsonObject());
        Set("megatron_core", "megatron.core");
        Set("inference_mode", true);
        foreach (string key in new[]
        {
            "layers_to_transform", "layers_pattern", "exclude_modules", "modules_to_save", "eva_config", "corda_config",
            "lora_ga_config", "trainable_token_indices", "layer_replication", "target_parameters", "alora_invocation_tokens",
            "arrow_config", "use_bdlora", "velora_config", "monteclora_config", "megatron_config", "auto_mapping", "revision",
        })
        {
            Set(key, null);
        }

        foreach (string key in new[] { "use_qalora", "lora_bias", "use_dora", "ensure_weight_tying" }) Set(key, false);
        Set("rank_pattern", new JsonObject());
        Set("fan_in_fan_out", true);
        Set("qalora_group_size", 16);
        Set("peft_version", "0.20.0");
        Set("task_type", "CAUSAL_LM");
        Set("a_new_setting", false);
        Set("init_lora_weights", "gaussian");
        Assert.True(SameConfig(Config, AdapterFolder.ReadConfig(Adapter)));
    }

    [Theory]
    [InlineData("q_proj.lora_A", new long[] { 3, 3 },
        "tensor 'base_model.model.q_proj.lora_A.weight': expected shape [2, inputs], found [3, 3].")]
    [InlineData("q_proj.lora_A", new long[] { 6 }, "expected shape [2, inputs], found [6].")]
    [InlineData("q_proj.lora_B", new long[] { 4, 3 },
        "tensor 'base_model.model.q_proj.lora_B.weight': expected shape [outputs, 2], found [4, 3].")]
    [InlineData("q_proj.lora_A", new long[] { 2, 0 }, "found [2, 0].")]
    [InlineData("q_proj.lora_embedding_A", new long[] { 2, 3 },
        "tensor 'base_model.model.q_proj.lora_embedding_A.weight': expected a name like")]
    [InlineData("k_proj.lora_A", new long[] { 2, 3 }, "expected a module that target_modules")]
    public void A_tensor_that_does_not_fit_is_named_with_both_shapes(string name, long[] shape, string sentence)
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        List<(string Name, long[] Shape, ElementType Type)> tensors =
            [("q_proj.lora_A", [2, 3], ElementType.Float32), ("q_proj.lora_B", [4, 2], ElementType.Float32)];
        tensors.RemoveAll(t => t.Name == name);
        WriteWeights([.. tensors, (name, shape, ElementType.Float32)]);
        InputException e = Assert.Throws<InputException>(() => AdapterFolder.Open(Adapter));
        Assert.Contains("adapter_model.safetensors: tensor '", e.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_an_adapter_and_none_are_refused()
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        WriteWeights(("q_proj.lora_A", [2, 3], ElementType.Float32));
        Refused("tensor 'base_model.model.q_proj.lora_B.weight': expected a matrix, found nothing.");
        WriteWeights();
        Refused("expected tensors, found none.");
        File.Delete(Path.Combine(Adapter, "adapter_model.safetensors"));
        Refused("has no adapter_model.safetensors.");
        File.WriteAllText(Path.Combine(Adapter, "adapter_model.bin"), "");
        Refused("pickled");
        Assert.True(AdapterFolder.IsAdapter(Adapter));
        Assert.False(AdapterFolder.IsAdapter(_folder.Path));

        void Refused(string sentence) => Assert.Contains(
            sentence, Assert.Throws<InputException>(() => AdapterFolder.Open(Adapter)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused()
    {
        AdapterFolder.Write(Adapter, Config, [Modules[0] with { A = [1, 2, float.NaN, 4, 5, 6] }]);
        InputException e = Assert.Throws<InputException>(() => AdapterFolder.Open(Adapter));
        Assert.Contains("lora_A.weight' holds a value that is infinite or not a number", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_adapter_and_a_foreign_folder_is_left_alone()
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        Assert.Throws<ArgumentException>(() => AdapterFolder.Write(Adapter, Config, [Modules[0], Modules[0]]));
        Assert.Throws<ArgumentException>(() => AdapterFolder.Write(Adapter, Config, [Modules[0] with { Inputs = 4 }]));
        Assert.Throws<ArgumentException>(() => AdapterFolder.Write(Adapter, Config, [Modules[0] with { ModulePath = "k_proj" }]));
        Assert.Throws<ArgumentException>(() => AdapterFolder.Write(Adapter, Config, []));
        Assert.Equal(2, AdapterFolder.Open(Adapter).Modules.Count);
        File.WriteAllText(Path.Combine(Adapter, "notes.txt"), "mine");
        InputException e = Assert.Throws<InputException>(() => AdapterFolder.Write(Adapter, Config, Modules));
        Assert.Contains("found one that holds 'notes.txt'", e.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_damaged_folder_is_an_adapter_or_an_input_error_and_nothing_else()
    {
        AdapterFolder.Write(Adapter, Config, Modules);
        string[] files = [.. new[] { "adapter_config.json", "adapter_model.safetensors" }.Select(f => Path.Combine(Adapter, f))];
        byte[][] good = [.. files.Select(File.ReadAllBytes)];
        var damage =
            from file in Gen.Choose(0, 1)
            from at in Gen.Choose(0, 4000)
            from value in Gen.Choose(0, 255)
            from cut in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
            select (file, at, value, cut);
        Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(250),
            Prop.ForAll(damage.ToArbitrary(), d =>
            {
                byte[] bytes = [.. good[d.file]];
                int at = d.at % bytes.Length;
                bytes[at] = (byte)d.value;
                File.WriteAllBytes(files[d.file], d.cut ? bytes[..at] : bytes);
                try
                {
                    Adapter read = AdapterFolder.Open(Adapter);
                    return read.Modules.All(m =>
                        m.A.Length == m.Inputs * read.Config.Rank && m.B.Length == m.Outputs * read.Config.Rank);
                }
                catch (InputException e)
                {
                    return e.Message.Contains("adapter_", StringComparison.Ordinal);
                }
                finally
                {
                    File.WriteAllBytes(files[d.file], good[d.file]);
                }
            }));
    }

    private static AdapterTensor Random(Random random, string path, int rank)
    {
        int inputs = random.Next(1, 6), outputs = random.Next(1, 6);
        return new AdapterTensor(path, inputs, outputs, Values(rank * inputs), Values(outputs * rank));

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static bool SameConfig(AdapterConfig a, AdapterConfig b) =>
        (a.Rank, a.Alpha, a.Dropout, a.BaseModel, a.UseRsLora) == (b.Rank, b.Alpha, b.Dropout, b.BaseModel, b.UseRsLora)
        && a.TargetModules.SequenceEqual(b.TargetModules);

    private static bool Same(AdapterTensor a, AdapterTensor b) =>
        (a.ModulePath, a.Inputs, a.Outputs) == (b.ModulePath, b.Inputs, b.Outputs)
        && a.A.AsSpan().SequenceEqual(b.A) && a.B.AsSpan().SequenceEqual(b.B);

    private void Set(string key, JsonNode? value)
    {
        string file = Path.Combine(Adapter, "adapter_config.json");
        JsonObject json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        json[key] = value;
        File.WriteAllText(file, json.ToJsonString());
    }

    // Every byte pair 0x3c00: 1 as float16, about 0.0078 as bfloat16.
    private void WriteWeights(params (string Name, long[] Shape, ElementType Type)[] tensors)
    {
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            Path.Combine(Adapter, "adapter_model.safetensors"),
            [.. tensors.Select(t => new TensorDeclaration($"base_model.model.{t.Name}.weight", t.Type, t.Shape))]);
        foreach (var t in tensors)
        {
            long count = t.Shape.Aggregate(1L, (x, y) => x * y) * (t.Type == ElementType.Float32 ? 2 : 1);
            ushort[] halves = new ushort[count];
            Array.Fill(halves, (ushort)0x3c00);
            writer.Write($"base_model.model.{t.Name}.weight", MemoryMarshal.AsBytes(halves.AsSpan()));
        }

        writer.Complete();
    }
}
