using System.Text.Json;
using Innate.Checkpoints.Gguf;
using Innate.Models;
using Innate.Tests.Cli.Training;
using Innate.Tests.Server;
using Innate.Text;

namespace Innate.Tests.Cli;

/// <summary>A GGUF file wherever a model's folder may stand: scored, inspected, trained on, merged, served.</summary>
public sealed class GgufCommandTests : IDisposable
{
    private readonly TrainFolder _folder = new();

    public GgufCommandTests()
    {
        Run("export", "--model", _folder["model"], "--type", "q8_0", "--out", File);
        Run("export", "--model", File, "--out", _folder["wide"]);
    }

    private string File => _folder["model.gguf"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scores_and_texts_are_those_of_the_folder_that_it_widens_to()
    {
        string[] score = ["score", "--in", _folder["pairs.jsonl"], "--tokens"];
        Assert.Equal(Run([.. score, "--model", _folder["wide"]]), Run([.. score, "--model", File]));
        string[] write = ["generate", "--prompt", "What is 3+4?", "--max-tokens", "12", "--n", "3", "--seed", "7", "--json"];
        Assert.Equal(Run([.. write, "--model", _folder["wide"]]), Run([.. write, "--model", File]));
        Assert.Contains("q8", Run("inspect", "--model", File), StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_learn_on_quantised_weights_as_they_do_on_wide_ones()
    {
        string[] lora = ["--steps", "8", "--lora-rank", "4", "--learning-rate", "5e-2", "--quiet"];
        CliResult onBlocks = _folder.Sft("blocks", ["--model", File, .. lora]);
        Assert.Equal((0, ""), (onBlocks.Code, onBlocks.Error));
        Assert.Equal(0, _folder.Sft("floats", ["--model", _folder["wide"], .. lora]).Code);
        Assert.Equal(Adapter("floats"), Adapter("blocks"));
        double[] losses = _folder.Metric("blocks", "loss");
        Assert.True(losses[^1] < losses[0] - 0.1, string.Join(' ', losses));

        // Merged into the file's weights, the adapter says what it said beside them.
        string[] score = ["score", "--in", _folder["pairs.jsonl"]];
        string adapter = Path.Combine(_folder["blocks"], "final"), beside = Run([.. score, "--model", File, "--adapter", adapter]);
        Run("export", "--model", File, "--adapter", adapter, "--type", "f32", "--out", _folder["tuned.gguf"]);
        string[] merged = Run([.. score, "--model", _folder["tuned.gguf"]]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach ((string a, string b) in beside.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip(merged))
        {
            Assert.Equal(Chosen(a), Chosen(b), 1e-4);
        }
    }

    [Fact]
    public void All_weights_learn_from_a_file_and_a_folder_comes_of_it()
    {
        string[] options = ["--steps", "6", "--learning-rate", "1e-2", "--quiet"];
        CliResult trained = _folder.Sft("blocks", ["--model", File, .. options]);
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        Assert.Equal(0, _folder.Sft("floats", ["--model", _folder["wide"], .. options]).Code);
        Assert.Equal(_folder.Weights("floats"), _folder.Weights("blocks"));
        Run("score", "--model", _folder["blocks/final"], "--in", _folder["pairs.jsonl"]);
    }

    [Fact]
    public async Task A_served_file_answers_the_evaluators_question_with_the_numbers_of_score()
    {
        await using RunningServer server = await RunningServer.Start(folder: File);
        Tokenizer tokenizer = Tokenizer.Load(File);
        int[] context = tokenizer.Encode("What is 2"), all = [.. context, .. tokenizer.Encode("+2?")];
        Reply reply = await server.Post(
            "/v1/completions",
            $$"""{"model":"default","prompt":[{{JsonSerializer.Serialize(all)}}],"max_tokens":1,"logprobs":1,"echo":true,"temperature":0}""");
        double[] told = [.. reply.Json.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs")
            .EnumerateArray().Skip(context.Length).SkipLast(1).Select(v => v.GetDouble())];
        using LanguageModel model = LanguageModel.Load(File);
        Assert.Equal(model.Trace([new TraceQuery(context, [all[context.Length..]])])[0][0].LogProbability, told);
    }

    [Fact]
    public void A_file_that_is_none_or_of_something_else_is_one_sentence()
    {
        System.IO.File.WriteAllText(_folder["no.gguf"], "nothing of the kind");
        Assert.Contains("no.gguf", Fails("score", "--model", _folder["no.gguf"]), StringComparison.Ordinal);
        GgufWriter.Write(_folder["vision.gguf"], [GgufEntry.Text("general.architecture", "clip")], []);
        string error = Fails("score", "--model", _folder["vision.gguf"]);
        Assert.Contains("general.architecture", error, StringComparison.Ordinal);
        Assert.Contains("'clip'", error, StringComparison.Ordinal);
    }

    private static double Chosen(string line)
    {
        using JsonDocument row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty("reward_chosen").GetDouble();
    }

    private byte[] Adapter(string run) =>
        System.IO.File.ReadAllBytes(Path.Combine(_folder[run], "final", "adapter_model.safetensors"));

    private string Fails(params string[] args)
    {
        CliResult result = TrainFolder.Run([.. args, "--in", _folder["pairs.jsonl"]]);
        Assert.Equal(2, result.Code);
        return Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Run(params string[] args)
    {
        CliResult result = TrainFolder.Run(args);
        Assert.True(result.Code == 0, result.Error);
        return result.Output;
    }
}
