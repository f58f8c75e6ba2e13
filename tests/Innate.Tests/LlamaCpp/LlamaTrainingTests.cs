using Innate.Engines;
using Innate.Learning;
using Innate.Learning.Runs;
using Innate.Reinforcement;
using Innate.Runs.Training;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.LlamaCpp;

/// <summary>train rl --engine llama.cpp: the frozen model that rewards is llama.cpp's, the policy that learns our own.</summary>
public sealed class LlamaTrainingTests : IDisposable
{
    private static readonly string[] Short =
        ["--preset", "endorm-grpo", "--steps", "4", "--batch-size", "3", "--group-size", "4", "--max-response-tokens", "12",
            "--learning-rate", "1e-3", "--quiet"];

    private readonly TrainFolder _folder = new();
    private readonly Lazy<string> _file;

    public LlamaTrainingTests() => _file = new(() => LlamaFiles.Export(_folder["model"], _folder["frozen.gguf"]));

    public void Dispose() => _folder.Dispose();

    [LlamaFact]
    public void A_policy_learns_from_llama_cpps_rewards_what_it_learns_from_our_own()
    {
        Assert.Equal(0, _folder.Rl("ours", [.. Short, "--reward-model", _folder["model"]]).Code);
        CliResult result = _folder.Rl("theirs", [.. Short, .. Engine()]);
        Assert.Equal((0, ""), (result.Code, result.Error));

        // The first step's samples are the same; later ones part where last digits do.
        double[] ours = _folder.Metric("ours", "reward"), theirs = _folder.Metric("theirs", "reward");
        Assert.Equal(4, theirs.Length);
        Assert.Equal(ours[0], theirs[0], 0.05);
        Assert.NotEqual(ours[0], theirs[0]);
        Assert.NotEqual(_folder.Bytes("model", "model.safetensors"), _folder.Weights("theirs"));

        // The same where adapters learn, and the frozen model would be the policy without them.
        Assert.Equal(0, _folder.Rl("lora", [.. Short, .. Engine(), "--lora-rank", "2"]).Code);
        Assert.Equal(theirs[0], _folder.Metric("lora", "reward")[0], 0.05);
    }

    [LlamaFact]
    public void A_run_goes_on_with_the_same_file_and_engine_alone()
    {
        string[] run = [.. Short, "--save-every", "2"];
        Assert.Equal(0, _folder.Rl("run", [.. run, .. Engine()]).Code);
        Directory.Delete(_folder["run/checkpoints/step-00000004"], recursive: true);
        Directory.Delete(_folder["run/final"], recursive: true);
        Says(_folder.Rl("run", [.. run, "--reward-model", _folder["model"], "--resume"]), "--reward-model");
        Assert.Equal(0, _folder.Rl("run", [.. run, .. Engine(), "--resume"]).Code);
        Assert.Equal(4, _folder.Metric("run", "reward").Length);
    }

    [LlamaFact]
    public void An_engine_that_dies_stops_the_run_and_says_from_where_it_goes_on()
    {
        ReinforcementSettings settings = new()
        {
            Data = _folder["rows.jsonl"], Output = _folder["run"], Steps = 4, BatchSize = 3, SaveEvery = 1, MaxResponseTokens = 12,
            Recipe = RlRecipe.Preset("endorm-grpo") with { GroupSize = 4 },
            RewardModel = _file.Value, RewardEngine = new LlamaCppSettings(),
            Model = new ModelSource { Model = _folder["model"], Threads = 1, InProcess = DyingEngine.After(queries: 8) },
        };
        string told = Assert.Throws<TrainingInterruptedException>(() => new ReinforcementRun(settings).Execute()).Message;
        Assert.Contains("found DecodeFailed; the last good checkpoint is", told, StringComparison.Ordinal);
        Assert.EndsWith("step-00000002", TrainingCheckpoint.Newest(_folder["run/checkpoints"])!, StringComparison.Ordinal);
        new ReinforcementRun(settings with { Resume = true, Model = settings.Model with { InProcess = null } }).Execute();
        Assert.True(Directory.Exists(_folder["run/final"]));
    }

    [LlamaFact]
    public void Other_tokens_too_small_a_context_and_what_has_no_effect_are_refused_by_name()
    {
        string narrow = LlamaFiles.Export(LlamaFiles.New(_folder["other"], "llama"), _folder["narrow.gguf"]);
        Says(Rl("--reward-model", narrow), "--reward-model", "a vocabulary of", "with one of 320");
        string swapped = LlamaFiles.Rekey(_file.Value, _folder["swapped.gguf"], LlamaFiles.SwapTokens(40, 41));
        Says(Rl("--reward-model", swapped), "--reward-model", "as number 40", "swapped.gguf");
        Says(Rl("--reward-model", _file.Value, "--engine-context", "16"), "--engine-context", "--max-response-tokens", "found 16");
        Says(Rl("--reward-model", _folder["model"]), "expected a GGUF file");
        Says(Rl(), "--reward-model", "a GGUF file, which --engine runs");
        Says(Rl("--reward-model", _file.Value, "--preset", "grpo", "--kl", "0"), "--reward-model", "no part of the recipe asks a frozen model");
        Says(_folder.Rl("run", [.. Short, "--engine", "http://127.0.0.1:1"]), "expected llama.cpp, the one engine of this command");
        Says(_folder.Rl("run", [.. Short, "--engine-context", "100"]), "--engine-context needs --engine llama.cpp");
        Assert.False(Directory.Exists(_folder["run/checkpoints"]));

        CliResult Rl(params string[] more) => _folder.Rl("run", [.. Short, "--engine", "llama.cpp", .. more]);
    }

    private string[] Engine() => ["--engine", "llama.cpp", "--reward-model", _file.Value];

    private static void Says(CliResult result, params string[] words)
    {
        Assert.Equal(2, result.Code);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        foreach (string word in words) Assert.Contains(word, result.Error, StringComparison.Ordinal);
    }
}
