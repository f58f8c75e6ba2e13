using System.Diagnostics;
using System.Text.Json;
using Innate.Learning.Optimization;
using Innate.Runs.Aligning;
using Innate.Runs.Aligning.Handover;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;
using Innate.Tests.Server;
using Innate.Tests.Support;

namespace Innate.Tests.Runs.Aligning;

/// <summary>
/// An alignment written down for another trainer: its folder is run here with stand-ins of the trainers, which say what they were
/// given, and a reward server.
/// </summary>
public sealed class HandoverTests(TinyServer tiny) : IClassFixture<TinyServer>, IDisposable
{
    private readonly Innate.Tests.Cli.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PythonFact]
    public async Task TRL_is_given_the_numbers_of_the_local_run_and_the_reward()
    {
        Write("trl", "--reward", "endogenous:0.5,gamma=0.9", "--lora-rank", "4", "--system", "Be brief.");
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(_folder["out/config.json"]));
        JsonElement grpo = config.RootElement.GetProperty("grpo");
        Assert.Equal(8, grpo.GetProperty("num_generations").GetInt32());
        Assert.Equal(4 * 8, grpo.GetProperty("per_device_train_batch_size").GetInt32());
        Assert.Equal(3, grpo.GetProperty("gradient_accumulation_steps").GetInt32());
        Assert.Equal(20, grpo.GetProperty("max_steps").GetInt32());
        Assert.Equal(64, grpo.GetProperty("max_completion_length").GetInt32());
        Assert.Equal(0.01, grpo.GetProperty("beta").GetDouble());
        Assert.Equal(0.2, grpo.GetProperty("epsilon").GetDouble());
        Assert.Equal(7ul, grpo.GetProperty("seed").GetUInt64());
        using LanguageModel model = LanguageModel.LoadDefault();
        Assert.Equal(
            RateBySize.Of(model.Decoder.ParameterCount, lora: true), grpo.GetProperty("learning_rate").GetDouble());
        Assert.Equal(4, config.RootElement.GetProperty("lora").GetProperty("r").GetInt32());

        Stub("datasets.py", "def load_dataset(kind, data_files, split):\n    return [__import__('json').loads(l) for l in open(data_files)]\n");
        Stub("peft.py", "LoraConfig = dict\n");
        Stub("trl.py", """
            import json
            GRPOConfig = dict
            class GRPOTrainer:
                def __init__(self, model, reward_funcs, args, train_dataset, peft_config):
                    self.given = [args["max_steps"], peft_config, len(train_dataset), train_dataset[0]]
                    self.reward_funcs, self.prompt = reward_funcs, train_dataset[0]["prompt"]
                def train(self):
                    said = [[{"role": "assistant", "content": "132"}]]
                    print(json.dumps([*self.given, self.reward_funcs(prompts=[self.prompt], completions=said, answer=["1"])]))
                def save_model(self):
                    print("saved")
            """);
        string[] said = (await Launch()).Split('\n');
        JsonElement given = JsonDocument.Parse(said[0]).RootElement;
        Assert.Equal("saved", said[1]);
        Assert.Equal(20, given[0].GetInt32());
        Assert.Equal("""{"task_type": "CAUSAL_LM", "r": 4, "lora_alpha": 8, "target_modules": "all-linear"}""", given[1].GetRawText());

        // As many prompts as the steps take, each as often as any other.
        Assert.Equal(20 * 12, given[2].GetInt32());
        int[] often = [.. Lines("prompts/train.jsonl").GroupBy(l => l).Select(g => g.Count())];
        Assert.Equal(Lines("prompts/learn.jsonl").Distinct().Count(), often.Length);
        Assert.InRange(often.Max() - often.Min(), 0, 1);
        JsonElement messages = given[3].GetProperty("prompt");
        Assert.Equal("Be brief.", messages[0].GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.String, given[3].GetProperty("answer").ValueKind);
        Assert.Equal(await Reward(messages, "0.5 * endogenous(gamma=0.9)", "132"), given[4][0].GetDouble());
    }

    [PythonFact]
    public async Task Verl_is_given_overrides_and_rows_with_the_prompt_beside()
    {
        Write("verl", "--reward", "endogenous - 0.1*tokens");
        Stub("verl/__init__.py", "");
        Stub("verl/trainer/__init__.py", "");
        Stub("verl/trainer/main_ppo.py", """
            import importlib.util, json, sys
            config = dict(a.split("=", 1) for a in sys.argv[1:])
            spec = importlib.util.spec_from_file_location("custom_module", config["reward.custom_reward_function.path"])
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            row = json.loads(open(config["data.train_files"]).readline())
            score = getattr(module, config["reward.custom_reward_function.name"])(
                data_source=row["data_source"], solution_str="132", ground_truth=row["reward_model"]["ground_truth"],
                extra_info=row["extra_info"])
            print(json.dumps([config, row, score]))
            """);
        JsonElement said = JsonDocument.Parse(await Launch()).RootElement;
        foreach ((string name, string value) in new[]
        {
            ("algorithm.adv_estimator", "grpo"), ("data.train_batch_size", "12"), ("data.max_response_length", "64"),
            ("actor_rollout_ref.rollout.n", "8"), ("actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu", "32"),
            ("actor_rollout_ref.actor.use_kl_loss", "True"), ("actor_rollout_ref.actor.kl_loss_coef", "0.01"),
            ("trainer.total_training_steps", "20"), ("data.seed", "7"), ("trainer.n_gpus_per_node", "1"),
        })
        {
            Assert.Equal(value, said[0].GetProperty(name).GetString());
        }

        JsonElement messages = said[1].GetProperty("prompt");
        Assert.Equal(messages.GetRawText(), said[1].GetProperty("extra_info").GetProperty("prompt").GetRawText());
        Assert.NotEqual("", said[1].GetProperty("reward_model").GetProperty("ground_truth").GetString());
        Assert.Equal(await Reward(messages, "endogenous - 0.1*tokens", "132"), said[2].GetDouble());
    }

    [PythonFact]
    public async Task OpenRLHF_is_given_as_many_prompts_as_its_steps_take()
    {
        Write("openrlhf", "--reward", "log-likelihood", "--learning-rate", "1e-5");
        Stub("openrlhf/__init__.py", "");
        Stub("openrlhf/cli/__init__.py", "");
        Stub("openrlhf/cli/train_ppo_ray.py", """
            import argparse, importlib.util, json, sys
            parser = argparse.ArgumentParser(allow_abbrev=False)
            for name in ("data.prompt_dataset", "reward.remote_url", "actor.adam.lr", "train.batch_size", "data.max_samples",
                         "algo.advantage.estimator", "rollout.n_samples_per_prompt", "ckpt.output_dir"):
                parser.add_argument("--" + name, required=True)
            args = vars(parser.parse_known_args()[0])
            spec = importlib.util.spec_from_file_location("reward_func", args["reward.remote_url"])
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            prompt = "<|im_start|>user\nWhat is 47 + 85?<|im_end|>\n<|im_start|>assistant\n"
            reply = module.reward_func([prompt + "132<|im_end|>"], [prompt], ["132"])
            print(json.dumps([args, sum(1 for _ in open(args["data.prompt_dataset"])), float(reply["rewards"][0])]))
            """);
        JsonElement said = JsonDocument.Parse(await Launch()).RootElement;
        Assert.Equal("1E-05", said[0].GetProperty("actor.adam.lr").GetString());
        Assert.Equal("96", said[0].GetProperty("train.batch_size").GetString());
        Assert.Equal("240", said[0].GetProperty("data.max_samples").GetString());
        Assert.Equal("group_norm", said[0].GetProperty("algo.advantage.estimator").GetString());
        Assert.Equal(240, said[1].GetInt32());
        JsonElement messages = JsonDocument.Parse("""[{"role":"user","content":"What is 47 + 85?"}]""").RootElement;
        Assert.Equal(await Reward(messages, "mean-log-likelihood", "132"), said[2].GetDouble(), 5);
    }

    [PythonFact]
    public async Task Every_file_is_one_that_its_reader_reads()
    {
        foreach (string trainer in AlignTrainerNames.All)
        {
            CliResult result = Run(trainer, trainer);
            Assert.Equal((0, ""), (result.Code, result.Error));
            Assert.StartsWith("files  ", result.Output, StringComparison.Ordinal);
            Assert.Contains("launch.sh", result.Output, StringComparison.Ordinal);
            foreach (string script in Directory.GetFiles(_folder[trainer], "*.py"))
            {
                Assert.Equal("", await PythonScript.Run($"import ast; ast.parse(open('{script}').read())", _folder[trainer]));
            }

            Assert.Equal("", await Shell("bash", _folder[trainer], "-n", "launch.sh"));
            Assert.Equal(3, File.ReadAllLines(Path.Combine(_folder[trainer], "README.md")).Length);
            string[] rows = [.. Directory.GetFiles(Path.Combine(_folder[trainer], "prompts")).SelectMany(File.ReadAllLines)];
            Assert.All(rows, row => JsonDocument.Parse(row).Dispose());
        }
    }

    [Theory]
    [InlineData("--method: expected rl beside --on, found dpo", "--method", "dpo")]
    [InlineData("--samples: expected none beside --on: nothing is measured there, found 4", "--samples", "4")]
    [InlineData("--cost-limit: expected none beside --on: nothing is measured there", "--cost-limit", "2")]
    [InlineData("--micro-batch-size: expected a divisor of --batch-size beside --on, found 5", "--micro-batch-size", "5")]
    [InlineData("--reward: expected a reward that a server gives, beside --on, found self-certainty, which reads the model while",
        "--reward", "self-certainty")]
    [InlineData("which compares a group's answers, and a trainer asks for each alone", "--reward", "z(endogenous) + 0.1*tokens")]
    [InlineData("found verifiable, which no server gives", "--reward", "verifiable")]
    [InlineData("--resume: expected none beside --on, which writes a new folder", "--resume")]
    [InlineData("--raw: expected a chat template beside --on", "--raw")]
    [InlineData("--judge: expected none beside --on: nothing is measured there", "--judge", "pointwise")]
    [InlineData("--judge-model: expected none beside --on: nothing is measured there", "--judge-model", "x")]
    [InlineData("--dry-run: expected none beside --on, which trains nothing here", "--dry-run")]
    public void What_a_trainer_has_no_place_for_is_refused_by_name(string sentence, params string[] options)
    {
        CliResult result = Run("trl", "out", options);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void OpenRLHFs_requests_take_one_reward_and_a_folder_is_written_once()
    {
        CliResult several = Run("openrlhf", "out", "--reward", "endogenous - 0.1*tokens");
        Assert.Equal(2, several.Code);
        Assert.Contains(
            "--reward: expected one reward of weight 1 beside --on openrlhf", several.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("openrlhf", "out", "--reward", "endogenous(gamma=0.5)").Code);
        CliResult again = Run("openrlhf", "out");
        Assert.Equal(2, again.Code);
        Assert.Contains("--out: expected a new or empty folder", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_meant_for_another_trainer_does_not_learn_here()
    {
        AlignSettings settings = new() { Prompts = "x", Output = _folder["out"], On = AlignTrainer.Verl };
        InputException e = Assert.Throws<InputException>(() => new AlignRun(settings).Execute());
        Assert.Contains("none where the model learns here", e.Message, StringComparison.Ordinal);
        InputException none = Assert.Throws<InputException>(() => new HandoverRun(settings with { On = null }).Execute());
        Assert.Contains("trl, verl, openrlhf", none.Message, StringComparison.Ordinal);
    }

    private void Write(string trainer, params string[] options)
    {
        CliResult result = Run(trainer, "out", options);
        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    private CliResult Run(string trainer, string output, params string[] options)
    {
        if (!File.Exists(_folder["questions.jsonl"]))
        {
            TrainFolder.Run(
                ["arithmetic", "generate", "--questions", "--count", "60", "--seed", "5", "--out", _folder["questions.jsonl"]]);
        }

        string[] usual = ["--steps", "20", "--batch-size", "12", "--max-response-tokens", "64", "--seed", "7", "--quiet"];
        string[] micro = options.Contains("--micro-batch-size") ? [] : ["--micro-batch-size", "4"];
        return TrainFolder.Run(
            ["align", "--prompts", _folder["questions.jsonl"], "--on", trainer, "--out", _folder[output], .. usual, .. micro,
                .. options]);
    }

    private void Stub(string name, string text)
    {
        string file = _folder[Path.Combine("stubs", name)];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private string[] Lines(string name) => File.ReadAllLines(_folder[Path.Combine("out", name)]);

    private Task<string> Launch() => Shell(_folder["out/launch.sh"], _folder["stubs"]);

    private async Task<string> Shell(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PYTHONPATH"] = _folder["stubs"];
        start.Environment["INNATE_URL"] = tiny.Server.Address.GetLeftPart(UriPartial.Authority);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode == 0 ? output.Trim() : $"{output}exit {process.ExitCode}: {await error}";
    }

    private async Task<double> Reward(JsonElement messages, string reward, string response)
    {
        Reply reply = await tiny.Server.Post("/v1/rewards", JsonSerializer.Serialize(new { messages, response, reward }));
        Assert.True(reply.Json.TryGetProperty("reward", out JsonElement value), reply.Body);
        return value.GetDouble();
    }
}
