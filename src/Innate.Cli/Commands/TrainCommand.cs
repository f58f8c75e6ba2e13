using System.CommandLine;
using Innate.Cli.Training;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;

namespace Innate.Cli.Commands;

/// <summary><c>innate train</c>: fine-tune a checkpoint.</summary>
internal static partial class TrainCommand
{
    private const string Description = """
        Train a model: sft (supervised), dpo (preferences), rl (rewards, its own among them).

        Examples:
          innate train sft --data rows.jsonl --out run --epochs 2 --learning-rate 2e-5
          innate train sft --model DIR --data rows.jsonl --out run --lora-rank 16 --eval-data held-out.jsonl
          innate train dpo --model DIR --data pairs.jsonl --out run --lora-rank 16
        """;

    private const string SupervisedDescription = """
        Learn from examples: the negative log-likelihood of responses.

        Rows: {"messages"} of which the last is an assistant's, {"prompt", "completion"}, or {"text"}. DIR/final is a Hugging Face
        folder, or with --lora-rank a PEFT adapter. Also written: metrics.jsonl, samples.jsonl, tensorboard/, run.html.

        Example:
          innate train sft --data rows.jsonl --out run --steps 500 --save-every 100
        """;

    private const string PreferenceDescription = """
        Learn from pairs: direct preference optimization (arXiv 2305.18290) or SimPO (arXiv 2405.14734).

        Rows: {"prompt", "chosen", "rejected"}. With --lora-rank the reference is the model without its adapters and costs no
        memory; without, a second copy of the model is held.

        Example:
          innate train dpo --model DIR --data pairs.jsonl --out run --lora-rank 16 --beta 0.1
        """;

    private static readonly string[] Schedules = ["cosine", "linear", "constant"];
    private static readonly string[] OverLengths = ["skip", "truncate", "refuse"];
    private static readonly string[] Losses = ["response", "assistant", "all"];
    private static readonly string[] Objectives = ["dpo", "simpo"];

    public static Command Create(CliIo io) => new("train", Description) { Supervised(io), Preferences(io), Reinforcement(io) };

    private static Command Supervised(CliIo io)
    {
        TrainOptions options = new(learningRate: "2e-5, with LoRA 2e-4");
        Option<string?> loss = Opt.Text(
            "--loss", "TOKENS", "The tokens that count: response (the last assistant message), assistant (every one), all", "response");
        Command command = new("sft", SupervisedDescription);
        options.AddTo(command);
        command.Add(loss);
        command.SetAction(parsed =>
        {
            List<string> problems = [];
            int which = TrainOptions.Choice("--loss", Losses, parsed.GetValue(loss)!, problems);
            return options.Run(parsed, io, problems, (s, rate) => s with { Loss = (LossTokens)which, LearningRate = rate ?? (s.HasLora ? 2e-4 : 2e-5) });
        });
        return command;
    }

    private static Command Preferences(CliIo io)
    {
        TrainOptions options = new(learningRate: "1e-6, with LoRA 1e-5");
        Option<string?> objective = Opt.Text("--objective", "NAME", "dpo or simpo", "dpo");
        Option<double?> beta = TrainOptions.Number(
            "--beta", "DPO: how strongly the policy is held to the reference; SimPO: the reward's scale [default: dpo 0.1, simpo 2]");
        Option<double?> gamma = TrainOptions.Number("--gamma", "SimPO: the margin that is asked for [default: 1]");
        Option<double?> smoothing = TrainOptions.Number(
            "--label-smoothing", "DPO: the probability that a pair's labels are the wrong way round [default: 0]");
        Option<string?> reference = Opt.Text("--reference", "DIR", "DPO: the frozen model [default: the model as it is at the start]");
        Command command = new("dpo", PreferenceDescription);
        options.AddTo(command);
        foreach (Option option in (Option[])[objective, beta, gamma, smoothing, reference]) command.Add(option);
        command.SetAction(parsed =>
        {
            List<string> problems = [];
            bool simPo = TrainOptions.Choice("--objective", Objectives, parsed.GetValue(objective)!, problems) == 1;
            if (simPo && parsed.GetValue(smoothing) is not null) problems.Add("--label-smoothing belongs to --objective dpo");
            if (!simPo && parsed.GetValue(gamma) is not null) problems.Add("--gamma belongs to --objective simpo");
            return options.Run(parsed, io, problems, (s, rate) => s with
            {
                LearningRate = rate ?? (s.HasLora ? 1e-5 : 1e-6),
                Reference = parsed.GetValue(reference),
                Dpo = simPo ? null : new DpoOptions { Beta = parsed.GetValue(beta) ?? 0.1, LabelSmoothing = parsed.GetValue(smoothing) ?? 0 },
                SimPo = simPo ? new SimPoOptions { Beta = parsed.GetValue(beta) ?? 2, Gamma = parsed.GetValue(gamma) ?? 1 } : null,
            });
        });
        return command;
    }

    /// <summary>The options that all recipes share.</summary>
    private sealed class TrainOptions(string learningRate)
    {
        private readonly ModelOptions _model = new();

        private readonly Option<string?> _data = Required("--data", "FILE", "The rows to learn from, JSON lines");
        private readonly Option<string?> _output = Required("--out", "DIR", "The run's folder; the result is DIR/final");
        private readonly Option<int?> _steps = Whole("--steps", "Optimizer steps [default: what --epochs gives]");
        private readonly Option<double?> _epochs = Number("--epochs", "Times to go through the rows [default: 1]");
        private readonly Option<int?> _batch = Whole("--batch-size", "Rows an optimizer step [default: 8]");
        private readonly Option<int?> _micro = Whole(
            "--micro-batch-size", "Rows computed together: fewer need less memory, gradients add up [default: --batch-size]");

        private readonly Option<double?> _rate = Number("--learning-rate", $"The highest learning rate [default: {learningRate}]");
        private readonly Option<double?> _warmup = Number("--warmup", "Steps to reach it, or a share of all below 1 [default: 0.03]");
        private readonly Option<string?> _schedule = Opt.Text("--schedule", "NAME", "How it then falls: cosine, linear, constant", "cosine");
        private readonly Option<double?> _finalRate = Number("--final-rate", "What share of it is left at the end [default: 0]");
        private readonly Option<double?> _decay = Number("--weight-decay", "AdamW's decay of matrices, a unit of learning rate [default: 0.01]");
        private readonly Option<double?> _beta1 = Number("--beta1", "AdamW's decay of the mean gradient [default: 0.9]");
        private readonly Option<double?> _beta2 = Number("--beta2", "AdamW's decay of the mean squared gradient [default: 0.999]");
        private readonly Option<double?> _clip = Number("--clip", "The largest norm of all gradients; 0: no clipping [default: 1]");
        private readonly Option<ulong> _seed = Opt.Seed("--seed", "Decides the order of rows, fresh adapters, dropout: one seed, the same bits");
        private readonly Option<int?> _save = Whole("--save-every", "A checkpoint every so many steps; 0: only when interrupted [default: 0]");
        private readonly Option<int?> _keep = Whole("--keep", "Checkpoints to keep [default: 2]");
        private readonly Option<bool> _resume = Opt.Flag("--resume", "Go on from the newest checkpoint, to the bits of an unbroken run [off]");
        private readonly Option<int?> _rank = Whole("--lora-rank", "Learn low-rank adapters of this rank, and leave the weights alone [off]");
        private readonly Option<double?> _alpha = Number("--lora-alpha", "Adapters are scaled by alpha / rank [default: twice the rank]");
        private readonly Option<double?> _dropout = Number("--lora-dropout", "The share of an adapter's inputs left out at random [default: 0]");
        private readonly Option<string?> _targets = Opt.Text("--lora-targets", "A,B", "The linear layers to adapt, by name [default: all]");
        private readonly Option<bool> _merge = Opt.Flag("--merge", "Add the adapters to the weights at the end: DIR/final is a whole model [off]");
        private readonly Option<string[]> _freeze = new("--freeze")
        {
            Description = "Tensors that stay as they are, * for any characters; repeatable [off: all learn]",
            HelpName = "NAME",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

        private readonly Option<string?> _evalData = Opt.Text("--eval-data", "FILE", "Held-out rows: their loss is eval_loss [off]");
        private readonly Option<int?> _evalEvery = Whole("--eval-every", "Measure it every so many steps [default: ten times a run]");
        private readonly Option<int?> _sampleEvery = Whole("--sample-every", "Show a decoded sample every so many steps [default: eight times a run]");
        private readonly Option<int?> _maxTokens = Whole("--max-tokens", "The longest row, in tokens [default: the model's context]");
        private readonly Option<string?> _overLength = Opt.Text("--over-length", "WHAT", "Longer rows: skip, truncate, refuse", "skip");
        private readonly Option<bool> _quiet = Opt.Flag("--quiet", "No progress on stderr [off]");

        // Any number passes here: what is out of range is said of all options at once.
        public static Option<double?> Number(string name, string description) => Opt.OptionalNumber(name, description);

        public static int Choice(string name, string[] all, string found, List<string> problems)
        {
            int at = Array.IndexOf(all, found);
            if (at < 0) problems.Add($"{name} takes {string.Join(", ", all)}, not '{found}'");
            return Math.Max(at, 0);
        }

        public void AddTo(Command command, bool hasOverLength = true)
        {
            _model.AddModelTo(command);
            Option[] all =
            [
                _data, _output, _steps, _epochs, _batch, _micro, _rate, _warmup, _schedule, _finalRate, _decay, _beta1, _beta2, _clip,
                _seed, _save, _keep, _resume, _rank, _alpha, _dropout, _targets, _merge, _freeze, _evalData, _evalEvery, _sampleEvery,
                _maxTokens, _quiet,
            ];
            foreach (Option option in all) command.Add(option);
            if (hasOverLength) command.Add(_overLength);
            _model.AddFormatTo(command);
        }

        public int Run(
            ParseResult parsed, CliIo io, List<string> problems, Func<TrainSettings, double?, TrainSettings> complete)
        {
            int schedule = Choice("--schedule", Schedules, parsed.GetValue(_schedule)!, problems);
            int overLength = Choice("--over-length", OverLengths, parsed.GetValue(_overLength) ?? OverLengths[0], problems);
            if (parsed.GetValue(_steps) is 0) problems.Add("--steps takes a whole number of at least 1, not 0");
            if (parsed.GetValue(_steps) is not null && parsed.GetValue(_epochs) is not null)
            {
                problems.Add("--steps and --epochs both say how long the run is: give one");
            }

            string[]? targets = parsed.GetValue(_targets)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (targets is []) problems.Add($"--lora-targets takes names of linear layers, not '{parsed.GetValue(_targets)}'");

            TrainSettings settings = complete(
                new TrainSettings
                {
                    Data = parsed.GetValue(_data)!,
                    Output = parsed.GetValue(_output)!,
                    Steps = parsed.GetValue(_steps) ?? 0,
                    Epochs = parsed.GetValue(_epochs) ?? 1,
                    BatchSize = parsed.GetValue(_batch) ?? 8,
                    MicroBatchSize = parsed.GetValue(_micro) ?? 0,
                    Warmup = parsed.GetValue(_warmup) ?? 0.03,
                    Decay = schedule switch
                    {
                        0 => LearningRateDecay.Cosine,
                        1 => LearningRateDecay.Linear,
                        _ => LearningRateDecay.Constant,
                    },
                    FinalFraction = parsed.GetValue(_finalRate) ?? 0,
                    WeightDecay = parsed.GetValue(_decay) ?? 0.01,
                    Beta1 = parsed.GetValue(_beta1) ?? 0.9,
                    Beta2 = parsed.GetValue(_beta2) ?? 0.999,
                    Clip = parsed.GetValue(_clip) ?? 1,
                    Seed = parsed.GetValue(_seed),
                    SaveEvery = parsed.GetValue(_save) ?? 0,
                    Keep = parsed.GetValue(_keep) ?? 2,
                    Resume = parsed.GetValue(_resume),
                    LoraRank = parsed.GetValue(_rank) ?? 0,
                    LoraAlpha = parsed.GetValue(_alpha) ?? 0,
                    LoraDropout = parsed.GetValue(_dropout) ?? 0,
                    LoraTargets = targets ?? [],
                    Merge = parsed.GetValue(_merge),
                    Freeze = parsed.GetValue(_freeze) ?? [],
                    EvalData = parsed.GetValue(_evalData),
                    EvalEvery = parsed.GetValue(_evalEvery) ?? 0,
                    SampleEvery = parsed.GetValue(_sampleEvery) ?? 0,
                    MaxTokens = parsed.GetValue(_maxTokens) ?? 0,
                    OverLength = (OverLength)overLength,
                    Quiet = parsed.GetValue(_quiet),
                },
                parsed.GetValue(_rate));
            problems.AddRange(settings.Problems());
            if (problems.Count > 0) throw new InputException($"{string.Join("; ", problems)}.");
            using ModelSession session = _model.Open(parsed, io);
            int threads = parsed.GetValue(_model.Threads);
            return new TrainRun(settings, session, _model.Format(parsed), threads == 0 ? null : threads, io).Run();
        }

        public static Option<int?> Whole(string name, string description) => Opt.OptionalWhole(name, description);

        private static Option<string?> Required(string name, string value, string description)
        {
            Option<string?> option = Opt.Text(name, value, description);
            option.Required = true;
            return option;
        }
    }
}
