using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Rewards;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>What was trained with LoRA is used: on top of its model with <c>--adapter</c>, or merged into a whole one.</summary>
public sealed class AdapterCommandTests : IDisposable
{
    private const string Row = """{"prompt_ids":[5,6,7],"response_ids":[9,3,40,2]}""";

    private static readonly string Llama = Path.Combine(Places.Fixtures, "models", "llama");

    private readonly Support.TemporaryFolder _folder = new();

    private string Adapter => _folder["adapter"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scores_are_the_adapted_models_and_the_library_gives_the_same_bits()
    {
        MakeAdapter(Llama, seed: 1);
        double without = Score("--model", Llama), with = Score("--model", Llama, "--adapter", Adapter);
        Assert.True(Math.Abs(with - without) > 0.01, $"{without} {with}");
        using LanguageModel model = LanguageModel.Load(Llama, new() { Adapter = Adapter });
        Assert.Equal(EndogenousReward.Compute(model.Trace([new TraceQuery([5, 6, 7], [[9, 3, 40, 2]])])[0][0], new()).Value,
            with);
    }

    [Fact]
    public void A_merged_model_scores_as_the_adapted_one_and_needs_no_adapter()
    {
        MakeAdapter(Llama, seed: 2);
        double with = Score("--model", Llama, "--adapter", Adapter);
        CliResult merged = RealCli.Run(["merge", "--model", Llama, "--adapter", Adapter, "--out", _folder["merged"]]);
        Assert.Equal((0, _folder["merged"] + "\n", ""), (merged.Code, merged.Output, merged.Error));
        Assert.Equal(with, Score("--model", _folder["merged"]), 1e-3);
        Assert.False(AdapterFolder.IsAdapter(_folder["merged"]));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(Llama, "config.json")),
            File.ReadAllBytes(Path.Combine(_folder["merged"], "config.json")));

        // A second run would overwrite a model.
        CliResult again = RealCli.Run(["merge", "--model", Llama, "--adapter", Adapter, "--out", _folder["merged"]]);
        Assert.Equal(2, again.Code);
        Assert.Contains("expected a new or empty folder", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_commands_take_it_too()
    {
        MakeAdapter(EmbeddedModel.Folder, seed: 3);
        string[] rank = ["rank", "--json", "--prompt", "1 + 1?", "--response", "2"];
        string[] generate = ["generate", "--json", "--prompt", "1 + 1?", "--temperature", "0", "--max-tokens", "12"];
        foreach (string[] args in new[] { rank, generate })
        {
            CliResult with = RealCli.Run([.. args, "--adapter", Adapter]);
            Assert.Equal((0, ""), (with.Code, with.Error));
            Assert.NotEqual(RealCli.Run(args).Output, with.Output);
        }

        JsonElement facts = JsonDocument.Parse(RealCli.Run(["inspect", "--json", "--adapter", Adapter]).Output).RootElement;
        Assert.Equal(2, facts.GetProperty("adapter_rank").GetInt64());
        Assert.Equal("4", facts.GetProperty("adapter_scale").GetString());
        Assert.Equal(AdapterFolder.Open(Adapter).Modules.Count, facts.GetProperty("adapter_modules").GetInt64());
    }

    [Fact]
    public void Without_a_model_the_one_that_the_adapter_names_is_used()
    {
        MakeAdapter(Llama, seed: 4, baseModel: Llama);
        Assert.Equal(Score("--model", Llama, "--adapter", Adapter), Score("--adapter", Adapter));
        CliResult merged = RealCli.Run(["merge", "--adapter", Adapter, "--out", _folder["merged"]]);
        Assert.Equal(0, merged.Code);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(Llama, "config.json")),
            File.ReadAllBytes(Path.Combine(_folder["merged"], "config.json")));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("/another/machine/models/innate-tiny", false)]
    [InlineData("org/not-here", true)]
    public void An_adapter_whose_model_is_not_here_meets_the_one_inside_and_never_in_silence(string? baseModel, bool isDoubtful)
    {
        MakeAdapter(EmbeddedModel.Folder, seed: 5, baseModel);
        CliResult result = RealCli.Run(["score", "--adapter", Adapter], Row);
        Assert.Equal(0, result.Code);
        Assert.Equal(
            isDoubtful
                ? $"innate: {Adapter} belongs to 'org/not-here', which is not here: innate-tiny is used; name another model to "
                + $"use that.\n"
                : "",
            result.Error);
        Assert.Equal(result.Output, RealCli.Run(["score", "--model", "innate-tiny", "--adapter", Adapter], Row).Output);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("rank", "--prompt", "x", "--response", "y")]
    [InlineData("generate", "--prompt", "x")]
    [InlineData("merge", "--out", "OUT")]
    public void An_adapter_of_another_shape_is_refused_by_module_and_shapes(params string[] args)
    {
        MakeAdapter(Llama, seed: 6);
        CliResult result = RealCli.Run([.. args.Select(Place), "--model", "innate-tiny", "--adapter", Adapter], Row);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Matches(@"module 'model\.layers\.\d+\.[a-z_.]+': expected \d+ inputs and \d+ outputs, found \d+ and \d+\.\n$",
            result.Error);
        Assert.False(Path.Exists(_folder["out"]));
    }

    [Theory]
    [InlineData("score")]
    [InlineData("rank", "--prompt", "x", "--response", "y")]
    [InlineData("generate", "--prompt", "x")]
    [InlineData("inspect")]
    [InlineData("merge", "--out", "OUT")]
    public void What_is_no_adapter_is_refused(params string[] args)
    {
        args = [.. args.Select(Place)];
        CliResult nowhere = RealCli.Run([.. args, "--adapter", _folder["nowhere"]], Row);
        Assert.Equal((2, $"innate: --adapter: expected a folder of adapters, found no folder {_folder["nowhere"]}.\n"),
            (nowhere.Code, nowhere.Error));
        CliResult whole = RealCli.Run([.. args, "--adapter", Llama], Row);
        Assert.Equal((2, $"innate: {Llama}: has no adapter_config.json.\n"), (whole.Code, whole.Error));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_adapter_given_as_the_model_is_told_where_it_belongs()
    {
        MakeAdapter(Llama, seed: 7);
        CliResult result = RealCli.Run(["score", "--model", Adapter], Row);
        Assert.Equal(2, result.Code);
        Assert.Equal(
            $"innate: --model: expected a whole model, on which --adapter puts adapters, found adapters alone in {Adapter}.\n",
            result.Error);
    }

    [Fact]
    public void A_run_is_not_resumed_with_another_adapter()
    {
        File.WriteAllText(_folder["in"], Row + "\n");
        string[] score = ["score", "--model", Llama, "--in", _folder["in"], "--out", _folder["out"], "--resume", "--adapter",
            Adapter];
        MakeAdapter(Llama, seed: 8);
        Unfinished();
        Assert.Equal(0, RealCli.Run(score).Code);
        File.Delete(_folder["out"]);

        Unfinished();
        MakeAdapter(Llama, seed: 9);
        Assert.Contains("made with model = ", RealCli.Run(score).Error, StringComparison.Ordinal);
        CliResult none = RealCli.Run(score[..^2]);
        Assert.Equal(2, none.Code);
        Assert.Contains("made with model = ", none.Error, StringComparison.Ordinal);

        void Unfinished()
        {
            using CancellationTokenSource cancellation = new();
            FakeModel model = new() { OnTrace = cancellation.Cancel };
            Cli.Run([.. score.Where(a => a != "--resume")], model: model, cancellation: cancellation.Token);
            Assert.True(File.Exists(_folder["out.partial.json"]));
        }
    }

    private static double Score(params string[] args)
    {
        CliResult result = RealCli.Run(["score", .. args], Row);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return JsonNode.Parse(result.Lines.Single())!["reward"]!.GetValue<double>();
    }

    private string Place(string argument) => argument == "OUT" ? _folder["out"] : argument;

    // Every linear map of the model, with an A and a B that matter; one made before is replaced.
    private void MakeAdapter(string model, int seed, string? baseModel = null)
    {
        using LanguageModel loaded = LanguageModel.Load(model);
        Random random = new(seed);
        AdapterTensor[] modules = [.. loaded.Decoder.Maps.GroupBy(m => m.Module).Select(m =>
        {
            (int inputs, int outputs) = (m.First().Map.Weight.Columns, m.First().ModuleOutputs);
            return new AdapterTensor(m.Key, inputs, outputs, Numbers(2 * inputs), Numbers(outputs * 2));
        })];
        AdapterConfig config = new() { Rank = 2, Alpha = 8, TargetModules = [AdapterConfig.AllLinear], BaseModel = baseModel };
        AdapterFolder.Write(Adapter, config, modules);

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.2f)];
    }
}
