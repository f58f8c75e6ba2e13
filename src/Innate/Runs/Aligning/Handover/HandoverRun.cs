using Innate.Reinforcement;
using Innate.Sessions;

namespace Innate.Runs.Aligning.Handover;

/// <summary>A folder that another trainer runs.</summary>
/// <param name="Folder">Its full path.</param>
/// <param name="Files">The names of its files.</param>
/// <param name="Next">What to do next: a line of a shell each.</param>
public sealed record HandoverResult(string Folder, IReadOnlyList<string> Files, IReadOnlyList<string> Next);

/// <summary>
/// Writes an alignment for another trainer in place of doing it here: configuration, reward file, prompts, launch script, a
/// README of three lines. The numbers are those of the local run; what the trainer has no place for is refused by name.
/// </summary>
/// <param name="settings">With <see cref="AlignSettings.On"/>.</param>
public sealed class HandoverRun(AlignSettings settings) : Run<HandoverResult>
{
    /// <inheritdoc/>
    public override HandoverResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        AlignTrainer trainer = settings.On
            ?? throw new InputException(nameof(settings.On), string.Join(", ", AlignTrainerNames.All), "none");
        string reward = Check();
        PromptSets sets = PromptSets.Read(settings, cancellation);
        using ModelSession start = OpenModel(settings.Model, cancellation);
        RequireFolder(start);
        HandoverPlan plan = HandoverPlan.Of(settings, sets, start, reward);
        (string Name, string Text)[] files =
        [
            .. trainer switch
            {
                AlignTrainer.Trl => TrlFiles.Of(plan),
                AlignTrainer.Verl => VerlFiles.Of(plan),
                _ => OpenRlhfFiles.Of(plan),
            },
        ];
        string folder = Path.GetFullPath(settings.Output);
        sets.Write(folder);
        foreach ((string name, string text) in files)
        {
            WholeFile.Write(Path.Combine(folder, name), System.Text.Encoding.UTF8.GetBytes(text));
        }

        if (!OperatingSystem.IsWindows())
        {
            string launch = Path.Combine(folder, "launch.sh");
            File.SetUnixFileMode(launch, File.GetUnixFileMode(launch) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        }

        string[] own = [.. files.Select(f => f.Name), "prompts/choose.jsonl", "prompts/judge.jsonl"];
        return new HandoverResult(
            folder, own,
            [$"innate serve --model {HandoverText.Quoted(plan.Model)}", HandoverText.Quoted(Path.Combine(folder, "launch.sh"))]);
    }

    // All that can be refused without a model is, all at once.
    private string Check()
    {
        settings.Model.RequireExact();
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
        AlignSettings defaults = new() { Prompts = "", Output = "" };
        List<InputProblem> problems = [.. AlignTable.Align.Problems(settings, defaults), .. RecipeConflicts.Of(settings.Recipe)];
        string? reward = HandoverReward.Of(settings.Recipe, out string? problem);
        void Refuse(bool isWrong, string name, string expected, string found)
        {
            if (isWrong) problems.Add(new InputProblem(name, expected, found));
        }

        RlRecipe usual = RlRecipe.Preset("endorm-grpo");
        RlRecipe rest = settings.Recipe with { Rewards = usual.Rewards, GroupSize = usual.GroupSize, Kl = usual.Kl };
        bool isRl = settings.Method == AlignMethod.Rl;
        Refuse(!isRl, "Method", "rl beside {On}", Training.TrainingTable.NameOf(settings.Method));
        Refuse(isRl && rest != usual, "Recipe", "GRPO as {Method} rl has it, beside {On}", "another recipe");
        Refuse(reward is null, "Rewards", "a reward that a server gives, beside {On}", problem ?? "");
        Refuse(
            reward is not null && settings.On == AlignTrainer.OpenRlhf && !HandoverReward.IsOne(settings.Recipe),
            "Rewards", "one reward of weight 1 beside {On} openrlhf, whose requests take no more", reward ?? "");
        int micro = settings.MicroBatchSize ?? settings.BatchSize;
        Refuse(
            micro >= 1 && settings.BatchSize % micro != 0, "MicroBatchSize", "a divisor of {BatchSize} beside {On}",
            HandoverText.Number(micro));
        Refuse(settings.Format.Raw, "Raw", "a chat template beside {On}, where trainers use one", "raw text");
        Refuse(
            settings.Format.Variables is { Count: > 0 }, "Template", "no template variables beside {On}",
            settings.Format.DescribeVariables());
        Refuse(
            settings.Model.Adapter is not null, "Adapter", "a model without adapters beside {On}", settings.Model.Adapter ?? "");
        Refuse(
            settings.JudgeModel is not null, "JudgeModel", "none beside {On}: nothing is measured there",
            settings.JudgeModel?.Model ?? "");
        Refuse(
            Directory.Exists(settings.Output) && Directory.EnumerateFileSystemEntries(settings.Output).Any(), "Output",
            "a new or empty folder", settings.Output);
        return problems.Count == 0 ? reward! : throw new InputException(problems);
    }

    private static void RequireFolder(ModelSession start)
    {
        Training.TrainedHead.RequireDecoder(start);
        if (!Directory.Exists(start.Folder) || start.Template is null)
        {
            string found = Directory.Exists(start.Folder) ? "no chat template" : "a file";
            throw new InputException(
                "Model", "a folder of safetensors with a chat template beside {On}", $"{start.Folder}, {found}");
        }
    }
}
