using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Innate.Benchmarks.Policy;
using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Learning.Ranks;
using Innate.Learning.Runs;
using Innate.Reinforcement;
using Innate.Reports;
using Innate.Runs.Training;
using Innate.Sessions;

namespace Innate.Runs.Reproduction;

/// <summary>
/// Asks the paper's three questions (arXiv 2506.23235): is there a reward model inside, does a prompt steer it, and does learning
/// from it make the model better? Files: report.html, results.json, and a folder for each step.
/// </summary>
/// <param name="settings">What is reproduced, on what.</param>
public sealed class ReproductionRun(ReproductionSettings settings) : Run<ReproductionResults>
{
    /// <summary>
    /// From a property to the option that sets it where steps are written as commands; by default the property itself.
    /// </summary>
    public Func<string, string> OptionName { get; init; } = name => name;

    /// <inheritdoc/>
    public override ReproductionResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        TrainingRanks.RequireAlone("Reproducing");
        Check();
        IReadOnlyList<ReproductionStep> steps = ReproductionPlan.Of(settings);
        (string Name, string Command)[] commands = [.. steps.Select(s => (s.Name, s.CommandLine(OptionName)))];
        Prepare(string.Join('\n', commands.Select(c => c.Command)) + "\n");
        StepNotes notes = new(settings.Output);
        for (int i = 0; i < steps.Count; i++)
        {
            (string name, string command) = commands[i];
            if (notes.Seconds.ContainsKey(command)) continue;
            cancellation.ThrowIfCancellationRequested();
            events?.Report(new PartStarted(i + 1, steps.Count, name, command));
            long start = Stopwatch.GetTimestamp();
            Run(steps[i], events, cancellation);
            notes.Add(name, command, Stopwatch.GetElapsedTime(start).TotalSeconds);
            events?.Report(new PartEnded(notes.Seconds[command]));
        }

        ReproductionResults results = ReproductionResults.Read(settings);
        string weights = ModelFingerprint.Of(
            settings.Model is { } model ? ModelFolder.Resolve(model) : EmbeddedModel.Folder,
            adapter: null, reference: null, template: null, raw: true).Weights;
        WholeFile.Write(
            Path.Combine(settings.Output, "results.json"), JsonBytes.Indented(results.ToJson(weights, commands, notes.Seconds)));
        ReproductionReport.Build(
            settings, results, LearningCurve.Read(settings), BeforeAfter.Choose(settings, OpenModel, cancellation), commands,
            notes.Seconds, Facts(notes)).Write(Path.Combine(settings.Output, "report.html"));
        return results;
    }

    private void Run(ReproductionStep step, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        bool goesOn = step.CanResume && Directory.Exists(step.Place) && Directory.EnumerateFileSystemEntries(step.Place).Any();
        if (goesOn && step.Words[0] == "train" && TrainingCheckpoint.Newest(RunFolder.Checkpoints(step.Place)) is null)
        {
            // It left no checkpoint to go on from. The folder is of this plan's own making.
            Directory.Delete(step.Place, recursive: true);
            goesOn = false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(step.Place))!);
        step.Run(new StepContext(goesOn, OpenModel, events, cancellation));
    }

    private void Check()
    {
        foreach (string preset in settings.Presets) _ = RlRecipe.Preset(preset);
        if (settings.Presets.Count == 0 || settings.Presets[0] != "endorm")
        {
            throw new InputException(nameof(settings.Presets), "the paper's own recipe, endorm, first",
                $"'{string.Join(',', settings.Presets)}'");
        }

        if (settings.Presets.Distinct().Count() < settings.Presets.Count)
        {
            throw new InputException(nameof(settings.Presets), "different recipes", "one twice");
        }

        if (settings.TrainQuestions is null != settings.HeldOutQuestions is null)
        {
            throw new InputException(nameof(settings.TrainQuestions), "a file beside {HeldOutQuestions}, or neither",
                "one of them");
        }

        QuestionKind kind = QuestionSet.Parse(settings.Policy) ?? throw new InputException(
            nameof(settings.Policy), $"one of {string.Join(", ", QuestionSet.Names)}",
            $"'{settings.Policy}'{NearestName.Hint(settings.Policy, QuestionSet.Names)}");
        if (kind != QuestionKind.Arith && settings.HeldOutQuestions is null)
        {
            throw new InputException(
                nameof(settings.Policy),
                "arith without {TrainQuestions} and {HeldOutQuestions}, for those that are made are arith",
                $"'{settings.Policy}'");
        }

        foreach ((string name, int value) in (ReadOnlySpan<(string, int)>)
            [(nameof(settings.Items), settings.Items), (nameof(settings.Questions), settings.Questions),
             (nameof(settings.Samples), settings.Samples), (nameof(settings.Steps), settings.Steps),
             ("Seeds", settings.Seeds.Count)])
        {
            if (value < 1) throw new InputException(name, "a whole number of at least 1", $"{value}");
        }
    }

    private void Prepare(string described)
    {
        string folder = settings.Output, plan = Path.Combine(folder, "plan.txt");
        WholeFile.RequireFolder(nameof(settings.Output), folder);
        bool isNew = !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any();
        if (!isNew && !settings.Resume)
        {
            throw new InputException(nameof(settings.Output), "an empty folder, or {Resume} to go on",
                $"{folder}, which is not empty");
        }

        if (!isNew && (!File.Exists(plan) || File.ReadAllText(plan) != described))
        {
            throw new InputException(
                nameof(settings.Resume), $"the commands of these settings in {plan}", "another reproduction's");
        }

        WholeFile.MakeFolder(nameof(settings.Output), folder);
        if (isNew) File.WriteAllText(plan, described);
    }

    private IReadOnlyList<Fact> Facts(StepNotes notes) =>
    [
        new("model", settings.Model ?? "innate-tiny (the model inside)"),
        new("seeds", string.Join(", ", settings.Seeds)),
        new("steps", settings.Steps.ToString(CultureInfo.InvariantCulture)),
        new("time", string.Create(CultureInfo.InvariantCulture, $"{notes.Seconds.Values.Sum() / 60:0.0} minutes")),
        new("processor", $"{Environment.ProcessorCount} × {RuntimeInformation.ProcessArchitecture}"),
        new("runtime", RuntimeInformation.FrameworkDescription),
    ];
}
