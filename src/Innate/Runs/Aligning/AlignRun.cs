using System.Globalization;
using System.Text.Json;
using Innate.Compute;
using Innate.Learning.Ranks;
using Innate.Learning.Watching;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Rows;
using Innate.Runs.Aligning.Handover;
using Innate.Runs.Training;
using Innate.Sessions;

namespace Innate.Runs.Aligning;

/// <summary>The plan of an alignment is made.</summary>
/// <param name="Plan">What it will do.</param>
public sealed record AlignPlanned(AlignPlan Plan) : RunEvent;

/// <summary>What came of an alignment.</summary>
/// <param name="Outcome">Better, not shown, or worse.</param>
/// <param name="Folder">The better model, or its adapters; null: the model of the start is kept.</param>
/// <param name="Lines">Before, best, verdict: a line each.</param>
public sealed record AlignResult(AlignOutcome Outcome, string? Folder, IReadOnlyList<Reports.Fact> Lines);

/// <summary>
/// Aligns a model in one run: prompts are dealt into three sets, the model is measured, learns, is chosen, and is measured again
/// on prompts that nothing before had read. Files: prompts/, measured/, learn/ (the training run), verdict.json, run.html and,
/// where the model is better, model/.
/// </summary>
/// <param name="settings">What is aligned to what.</param>
public sealed class AlignRun(AlignSettings settings) : Run<AlignResult>
{
    private string HeaderFile => Path.Combine(settings.Output, "align.json");

    private string ModelFolder => Path.Combine(settings.Output, "model");

    /// <summary>What the run will do; loads the model, and writes nothing.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InputException">As for <see cref="Execute"/>.</exception>
    public AlignPlan Plan(CancellationToken cancellation = default)
    {
        (PromptSets sets, AlignMeasure kind) = Check(cancellation);
        using ModelSession start = OpenModel(settings.Model, cancellation);
        TrainedHead.RequireDecoder(start);
        using AlignPrimary primary = AlignPrimary.Of(kind, settings, start, OpenModel, cancellation);
        return AlignPlan.Of(settings, sets, primary, Learning(start, primary, sets), start, cancellation);
    }

    /// <inheritdoc/>
    public override AlignResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        TrainingRanks.RequireAlone("Aligning");
        RequireFree();
        (PromptSets sets, AlignMeasure kind) = Check(cancellation);
        using ModelSession start = OpenModel(settings.Model, cancellation);
        TrainedHead.RequireDecoder(start);
        using AlignPrimary primary = AlignPrimary.Of(kind, settings, start, OpenModel, cancellation);
        RunHeader header = new(() => Header(start, kind));
        using RunFolder folder = new(settings.Output);
        Begin(folder, header);
        sets.Write(settings.Output);
        AlignLearning learning = Learning(start, primary, sets);
        events?.Report(new AlignPlanned(AlignPlan.Of(settings, sets, primary, learning, start, cancellation)));
        AnswerMeasurement measurement = new(settings, start, primary.Measure, primary.NeedsAnswers || NeedsGold);
        IReadOnlyList<MeasuredPrompt> before = Measure("start", start);
        IReadOnlyList<MeasuredPrompt> candidates = settings.Method != AlignMethod.BestOfN ? []
            : measurement.Measure(
                start, PromptSets.FileOf(settings.Output, "learn"), MeasuredFile("candidates"), settings.Recipe.GroupSize, header,
                Advances(events, "prompts"), cancellation);
        if (candidates.Count > 0) learning.WriteExamples(candidates, sets.Learn);
        string final = Directory.Exists(ModelFolder) ? ModelFolder : Learned(learning, events, cancellation);
        AlignedRun learned = AlignedRun.Read(learning.Folder, sets.Choose.Count);
        IReadOnlyList<MeasuredPrompt> after;
        IReadOnlyList<MeasuredPrompt>? last = null;
        using (ModelSession trained = OpenModel(Trained(start, final), cancellation)) after = Measure("after", trained);
        if (Directory.Exists(RunFolder.Last(learning.Folder)))
        {
            using ModelSession end = OpenModel(Trained(start, RunFolder.Last(learning.Folder)), cancellation);
            last = Measure("last", end);
        }

        AlignFindings findings = AlignFindings.Of(settings, primary, learned, before, after, last);
        return Finish(start, findings, sets, learning, final);

        IReadOnlyList<MeasuredPrompt> Measure(string name, ModelSession policy) => measurement.Measure(
            policy, PromptSets.FileOf(settings.Output, "judge"), MeasuredFile(name), settings.Samples, header,
            Advances(events, "prompts"), cancellation);
    }

    // A finished training is not run again: its model is there.
    private string Learned(AlignLearning learning, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        string final = RunFolder.Final(learning.Folder);
        return Directory.Exists(final) ? final : learning.Run(OpenModel).Execute(events, cancellation).Folder;
    }

    private ModelSource Trained(ModelSession start, string final)
    {
        ModelSource source = settings.Model with { Model = final, Adapter = null };
        return settings.LoraRank > 0 ? source with { Model = start.Folder, Adapter = final } : source;
    }

    private AlignResult Finish(
        ModelSession start, AlignFindings findings, PromptSets sets, AlignLearning learning, string final)
    {
        bool isBetter = findings.Verdict.Outcome == AlignOutcome.Better;
        if (isBetter && final != ModelFolder)
        {
            ModelCard.Write(settings, start, findings, final);
            Directory.Move(final, ModelFolder);
            Directory.Delete(Path.Combine(learning.Folder, "best"), recursive: true);
        }

        AlignReport.Write(settings, start.Title, findings, sets, Path.Combine(settings.Output, "run.html"));
        WholeFile.Write(Path.Combine(settings.Output, "verdict.json"), JsonBytes.Indented(findings.ToJson()));
        return new AlignResult(findings.Verdict.Outcome, isBetter ? ModelFolder : null, findings.Lines());
    }

    private string MeasuredFile(string name) => Path.Combine(settings.Output, "measured", $"{name}.jsonl");

    private bool NeedsGold => settings.Recipe.Rewards.Any(r => r.NeedsAnswers);

    private AlignLearning Learning(ModelSession start, AlignPrimary primary, PromptSets sets) =>
        new(settings, primary, sets.Learn.Count, start.Decoder!.ParameterCount);

    // All that can be refused without a model is.
    private (PromptSets Sets, AlignMeasure Kind) Check(CancellationToken cancellation)
    {
        if (settings.On is { } trainer)
        {
            throw new InputException(
                nameof(settings.On), "none where the model learns here", AlignTrainerNames.NameOf(trainer));
        }

        settings.Model.RequireExact();
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
        InputProblem[] problems = [.. AlignTable.Align.Problems(settings, settings), .. RecipeConflicts.Of(settings.Recipe)];
        if (problems.Length > 0) throw new InputException(problems);
        PromptSets sets = PromptSets.Read(settings, cancellation);
        if (NeedsGold && !sets.HaveAnswers)
        {
            throw new InputException(
                $"{settings.Prompts}: expected an \"answer\" in every row, which the reward compares with, found a row without.");
        }

        return (sets, AlignPrimary.KindOf(settings, sets.HaveAnswers));
    }

    private void RequireFree()
    {
        if (File.Exists(HeaderFile) && !settings.Resume)
        {
            throw new InputException(
                nameof(settings.Output), "a folder that holds no run, or {Resume} to go on with it",
                $"{settings.Output}, which already holds a run");
        }
    }

    private void Begin(RunFolder folder, RunHeader header)
    {
        bool isThere = File.Exists(HeaderFile);
        if (isThere) header.RequireSame(HeaderFile);
        folder.Lock();
        if (!isThere) WholeFile.Write(HeaderFile, header.ToBytes());
    }

    private KeyValuePair<string, string>[] Header(ModelSession start, AlignMeasure kind) =>
    [
        .. start.Fingerprint(settings.Format.Raw).Parts,
        new("system", settings.Format.System ?? ""),
        new("template variables", settings.Format.DescribeVariables()),
        new("prompts", RowInput.DigestOf(settings.Prompts)),
        new("measure", TrainingTable.NameOf(kind)),
        .. AlignTable.Align.Deciding(settings),
        new("judge model", settings.JudgeModel is { } judge ? $"{judge.Model} {settings.Judge.Kind}" : "none"),
    ];
}
