using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Engines;
using Innate.Learning.Ranks;
using Innate.Runs;
using Innate.Runs.Foretelling;
using Innate.Runs.Settings;
using Innate.Runs.Training;

namespace Innate.Cli.Commands;

/// <summary><c>innate train</c>: fine-tune a checkpoint.</summary>
internal static class TrainCommand
{
    private const string Description = """
        Train a model: sft (supervised), dpo (preferences), rl (rewards, its own among them), reward (a reward model).

        Examples:
          innate train sft --data rows.jsonl --out run --epochs 2 --learning-rate 2e-5
          innate train sft --model DIR --data rows.jsonl --out run --lora-rank 16 --eval-data held-out.jsonl
          innate train dpo --model DIR --data pairs.jsonl --out run --lora-rank 16
          innate train reward --model DIR --data pairs.jsonl --out run --eval-data held-out.jsonl
          mpirun -n 4 innate train sft --shares 4 --data rows.jsonl --out run

        Processes that Open MPI's mpirun began together train one model: sft, dpo, reward and rl divide the shares of each step,
        with the bits of one process (docs/training.md, Several processes).
        """;

    private const string SupervisedDescription = """
        Learn from examples: the negative log-likelihood of responses.

        Rows: {"messages"} of which the last is an assistant's, {"prompt", "completion"}, or {"text"}. DIR/final is a Hugging Face
        folder, or with --lora-rank a PEFT adapter. Also written: metrics.jsonl, samples.jsonl, tensorboard/, run.html.

        Examples:
          innate train sft --data rows.jsonl --out run --steps 500 --save-every 100
          innate train sft --data rows.jsonl --out run --steps 500 --dry-run
        """;

    private const string PreferenceDescription = """
        Learn from pairs: direct preference optimization (arXiv 2305.18290) or SimPO (arXiv 2405.14734).

        Rows: {"prompt", "chosen", "rejected"}. With --lora-rank the reference is the model without its adapters and costs no
        memory; without, a second copy of the model is held.

        Example:
          innate train dpo --model DIR --data pairs.jsonl --out run --lora-rank 16 --beta 0.1
        """;

    private const string ReinforcementDescription = """
        Learn from rewards: sample groups of responses, reward and compare them, learn from the comparison.

        Rows: {"prompt"} or {"messages"}, with {"answer"} where the reward is verifiable. A preset is a whole recipe; what is
        given beside it replaces its values, and DIR/recipe.json says what was used. --eval-data are held-out questions with
        answers: the anchor, by which the best model is kept when a brake stops the run. --world: episodes of many turns in place
        of rows (docs/worlds.md).

        Presets: endorm (the frozen model's own reward, PPO, arXiv 2506.23235), endorm-grpo (the same, the group as baseline),
        intuitor (self-certainty, arXiv 2505.19590), ttrl (majority vote, arXiv 2504.16084), grpo (verified answers), spro
        (verified answers and process rewards, arXiv 2507.01551).

        Example:
          innate arithmetic generate --questions --count 2000 --out questions.jsonl
          innate train rl --preset endorm-grpo --data questions.jsonl --out run --steps 40 --learning-rate 3e-4
          innate train rl --preset grpo --reward 'command,run="python3 reward.py"' --data questions.jsonl --out run
          innate train rl --preset grpo --reward http,url=http://127.0.0.1:5000/get_reward --data questions.jsonl --out run
          innate train rl --world household --model warm/final --out run --max-response-tokens 380 --turn-tokens 20
        """;

    private const string RewardDescription = """
        Learn to judge: a score head on the model, trained with it on pairs by the Bradley-Terry loss (as Skywork-Reward-V2,
        arXiv 2507.01352).

        Rows: {"prompt", "chosen", "rejected"}, with {"margin"} where the better response should win by so much. DIR/final is
        transformers' ...ForSequenceClassification with one label, or with --lora-rank a PEFT adapter of one; score, rank, eval
        and serve take it as --reward classifier. --model may be a reward model already: it is trained further.

        --head process: rows {"prompt", "completions": [STEP, ...], "labels": [true or false or 0 to 1, ...]}, TRL's form; the
        head judges each step where it ends (--reward process). --head polar: rows of pairs with a {"reference"}; the head says
        which response is like it (--reward polar, arXiv 2507.05197).

        Example:
          innate train reward --data pairs.jsonl --out run --epochs 2 --eval-data held-out.jsonl
          innate train reward --head process --data steps.jsonl --out run --lora-rank 16
          innate score --model run/final --reward classifier --in rows.jsonl
        """;

    public static Command Create(CliIo io) => new("train", Description)
    {
        Make(
            io, "sft", SupervisedDescription, SupervisedTables.Supervised, new SupervisedSettings { Data = "", Output = "" },
            s => new SupervisedRun(s) { OpenModel = io.OpenSource },
            s => new SupervisedRun(s) { OpenModel = io.OpenSource }.Foretell(io.Cancellation)),
        Make(
            io, "dpo", PreferenceDescription, SupervisedTables.Preferences, new PreferenceSettings { Data = "", Output = "" },
            s => new PreferenceRun(s) { OpenModel = io.OpenSource },
            s => new PreferenceRun(s) { OpenModel = io.OpenSource }.Foretell(io.Cancellation)),
        Make(
            io, "rl", ReinforcementDescription, ReinforcementTable.Reinforcement,
            new ReinforcementSettings { Data = "", Output = "" },
            s => new ReinforcementRun(s) { OpenModel = io.OpenSource },
            engine: (s, llamaCpp) => s with { RewardEngine = llamaCpp }),
        Make(
            io, "reward", RewardDescription, RewardModelTable.Rows, new RewardModelSettings { Data = "", Output = "" },
            s => new RewardModelRun(s) { OpenModel = io.OpenSource }),
    };

    private static Command Make<T>(
        CliIo io, string name, string description, SettingTable<T> table, T defaults, Func<T, Run<TrainingResult>> run,
        Func<T, Forecast>? foretell = null, Func<T, LlamaCppSettings?, T>? engine = null)
        where T : TrainingSettings
    {
        ModelOptions model = new();
        SettingOptions<T> options = new(table);
        ProfileChoice? profile = engine is null ? null : new();
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off]");
        Command command = new(name, description);
        model.AddModelTo(command, engine: engine is null ? Engines.None : Engines.LlamaCppRewards, computes: false);
        options.AddTo(command);
        if (profile is not null) command.Add(profile.Profile);
        command.Add(quiet);
        ForecastOptions? forecast = foretell is null ? null : new();
        forecast?.AddTo(command);
        model.AddFormatTo(command);
        // What all processes of a job find wrong, one of them tells.
        command.SetAction(parsed => forecast?.IsAsked(parsed) == true ? Act(parsed)
            : TrainingRanks.Together(() => Act(parsed)));
        return command;

        int Act(ParseResult parsed)
        {
            List<InputProblem> problems = [];
            T settings = options.Read(parsed, defaults, problems);
            HashSet<string> given = options.Given(parsed);
            if (profile?.Term(parsed, "--reward", "--raw") is { } term)
            {
                settings = options.Put(settings, "Rewards", [term], problems);
                given.Add("Rewards");
            }

            if (engine is not null) settings = engine(settings, model.Engine.ReadLlamaCpp(parsed));

            // What was asked for and would do nothing is told with the rest, also where it has the default's value.
            problems.AddRange(table.Problems(settings, settings, given));
            if (settings is ReinforcementSettings reinforcement)
            {
                problems.AddRange(new ReinforcementRun(reinforcement).Problems());
            }

            if (problems.Count > 0) throw new InputException(problems);
            settings = settings with { Model = model.Trained(parsed, io), Format = model.Format(parsed) };
            bool isFirst = TrainingRanks.IsFirst;
            if (forecast?.IsAsked(parsed) == true && !isFirst) return ExitCodes.Success;
            if (forecast?.Tell(parsed, io, () => foretell!(settings)) == true) return ExitCodes.Success;
            using RunView view = new(io, parsed.GetValue(quiet));
            TrainingResult result = io.Saving(() => run(settings).Execute(view, io.Cancellation));
            if (!isFirst) return ExitCodes.Success;
            using StreamWriter output = io.TextOutput();
            output.WriteLine(result.Folder);
            return ExitCodes.Success;
        }
    }
}
