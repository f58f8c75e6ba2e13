using Innate.Benchmarks.Evaluation;
using Innate.Runs.Evaluation;

namespace Examples;

/// <summary>How good rewards are: sixteen items of the arithmetic benchmark, which needs no data.</summary>
public static class EvaluateRewards
{
    public static void Run(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("innate-").FullName;
        var evaluation = new EvaluationRun(new EvaluationSettings
        {
            Benchmark = "arith-bench",
            Output = folder, // results.json, items.jsonl, report.html
            Limit = 16,
            Scorers = ["endogenous", "mean-log-likelihood", "shorter-wins"],
        });
        EvalResults results = evaluation.Execute();
        string headline = results.MetricNames[0];
        foreach (ScorerResult scorer in results.Scorers)
        {
            output.WriteLine($"{scorer.Spec.Name}: {headline} {scorer[headline]:0.000}");
        }

        Directory.Delete(folder, recursive: true);
    }
}
