using System.Globalization;
using Innate.Benchmarks.BestOf;
using Innate.Benchmarks.Evaluation;
using Innate.Runs.Evaluation;
using Innate.Sessions;

namespace Innate.Runs.Comparison;

/// <summary>
/// One sampling, all scorers: a policy answers questions whose answers are known, and each scorer chooses among the same answers.
/// Files beside those of <see cref="PolicyEvaluationRun"/>: a folder a model in <c>scorers</c> (as of
/// <see cref="EvaluationRun"/>), comparison.json, report.html. An interrupted run goes on in the model and at the question where
/// it stopped.
/// </summary>
/// <param name="settings">Whose answers, and which scorers.</param>
public sealed class ComparisonRun(ComparisonSettings settings) : Run<ComparisonResults>
{
    /// <inheritdoc/>
    public override ComparisonResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        string folder = settings.Policy.Output
            ?? throw new InputException(nameof(settings.Policy.Output), "a folder beside {Scorers}", "none");
        if (settings.Policy.Samples < 2)
        {
            throw new InputException(
                nameof(settings.Policy.Samples), "at least 2 beside {Scorers}, which choose among them",
                $"{settings.Policy.Samples}");
        }

        PolicyEvaluation policy = new PolicyEvaluationRun(settings.Policy)
        {
            OpenModel = OpenModel,
        }.Execute(events, cancellation);
        List<ComparedScorer> rows = [];
        foreach ((ModelSource model, int place) in settings.Models.Prepend(settings.Policy.Model).Select((m, i) => (m, i)))
        {
            EvalResults results = Score(model, place, folder, events, cancellation);
            rows.AddRange(results.Scorers.Where(s => place == 0 || !s.Spec.IsBaseline).Select(s => new ComparedScorer(
                results.Model, s, results.Costs.GetValueOrDefault(s.Spec.Name), settings.Resamples, settings.Policy.Seed)));
        }

        ComparisonResults compared = new(settings.Policy.Policy, policy, rows);
        WholeFile.Write(Path.Combine(folder, "comparison.json"), compared.ToJson());
        ComparisonReport.Build(compared).Write(Path.Combine(folder, "report.html"));
        return compared;
    }

    private EvalResults Score(
        ModelSource model, int place, string folder, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        string title;
        using (ModelSession session = OpenModel(model, cancellation)) title = session.Title;
        string own = Path.Combine(
            folder, "scorers", string.Create(CultureInfo.InvariantCulture, $"{place + 1:00}-{FileNames.Safe(title)}"));
        events?.Report(new RunNote($"scores of {title}"));
        return new EvaluationRun(new EvaluationSettings
        {
            Benchmark = AnswersBench.OwnName,
            Data = Path.Combine(folder, "items.jsonl"),
            Output = own,
            Model = model,
            Format = settings.Policy.Format,
            Scorers = place == 0 ? settings.Scorers : [EvaluationRun.AllScorers],
            Reference = place == 0 ? settings.Reference : null,
            Judge = settings.Judge,
            Principle = settings.Principle,
            Resamples = settings.Resamples,
            Seed = settings.Policy.Seed,
            Resume = settings.Policy.Resume && Directory.Exists(own),
        })
        {
            OpenModel = OpenModel,
        }.Execute(events, cancellation);
    }
}
