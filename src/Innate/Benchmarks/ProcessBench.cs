using System.Globalization;
using Innate.Judges;
using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>
/// ProcessBench (arXiv 2412.06559; github.com/QwenLM/ProcessBench): which is the first wrong step of a solution? One record:
/// <code>
/// {"id": "gsm8k-0", "generator": "Qwen2-7B-Instruct", "problem": "...", "steps": ["...", "..."], "final_answer_correct": false,
///  "label": 1}
/// </code>
/// <c>label</c> is the first wrong step, from 0; -1: none. The split (gsm8k, math, olympiadbench, omnimath) is the id's
/// beginning.
/// </summary>
/// <remarks>
/// A scorer gives each step a reward; the prediction is the first step whose reward is below a threshold, or -1. acc1 is the
/// share of exact predictions on solutions with a wrong step, acc2 on those without, F1 = 2 acc1 acc2 / (acc1 + acc2) (0 where
/// both are
/// 0); <c>f1</c> is the mean over the splits. The threshold, as the paper does for reward models: the one with the highest F1 on
/// gsm8k, applied to all splits; where the data holds no gsm8k, the one with the highest F1 on all of it. So gsm8k's own F1 is
/// the best that a threshold can do, not a prediction. Candidates are the step rewards themselves, at most 512 quantiles of them.
/// </remarks>
public sealed class ProcessBench : IBenchmark
{
    private const int Candidates = 512;
    private static readonly string[] Splits = ["gsm8k", "math", "olympiadbench", "omnimath"];
    private readonly Dictionary<string, int> _labels;

    private ProcessBench(IReadOnlyList<BenchmarkItem> items, Dictionary<string, int> labels)
    {
        Items = items;
        _labels = labels;
    }

    /// <inheritdoc/>
    public string Name => "process-bench";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts => Splits;

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [.. Splits.Except(Items.Select(i => i.Part))];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static ProcessBench Read(string path)
    {
        List<BenchmarkItem> items = [];
        Dictionary<string, int> labels = new(StringComparer.Ordinal);
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            string id = record.Text("id");
            string split = id.Split('-')[0];
            if (!Splits.Contains(split))
            {
                throw record.Fault("id", $"one that begins with {string.Join("-, ", Splits)}-", $"\"{id}\"");
            }

            IReadOnlyList<string> steps = record.Texts("steps");
            string[] prefixes = [.. Enumerable.Range(1, steps.Count).Select(n => string.Join(StepText.Separator, steps.Take(n)))];
            IReadOnlyList<ConversationMessage> problem = record.Prompt("problem");
            items.Add(new BenchmarkItem(id, split, [new JudgeQuestion(problem, prefixes)]) { Steps = steps });
            if (!labels.TryAdd(id, record.Whole("label", -1, steps.Count - 1)))
            {
                throw record.Fault("id", "an id of its own", $"\"{id}\" again");
            }
        }

        return new ProcessBench(PairOutcomes.RequireSome(items, path), labels);
    }

    /// <summary>Values: [is the prediction exact, has a wrong step, threshold].</summary>
    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored)
    {
        double threshold = Threshold(scored);
        return [.. scored.Select(s => new ItemOutcome(
            s.Item, [IsExact(s, threshold) ? 1 : 0, _labels[s.Item.Id] >= 0 ? 1 : 0, threshold], 0))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        ILookup<string, ItemOutcome> bySplit = outcomes.ToLookup(o => o.Item.Part, StringComparer.Ordinal);
        (string Split, FirstErrorScore Score)[] splits =
        [
            .. Splits.Where(bySplit.Contains).Select(s => (s, new FirstErrorScore(
                Mean(bySplit[s].Where(o => o.Values[1] > 0)), Mean(bySplit[s].Where(o => o.Values[1] <= 0))))),
        ];
        return
        [
            new Metric("f1", Headline([.. splits.Select(s => s.Score.F1)])),
            .. splits.Select(s => new Metric(s.Split, s.Score.F1)),
            .. splits.SelectMany(s => new[]
            {
                new Metric($"{s.Split}/acc1", s.Score.OnErrors), new Metric($"{s.Split}/acc2", s.Score.OnCorrect),
            }),
        ];
    }

    /// <inheritdoc/>
    public string RoleOf(BenchmarkItem item, int response) => "step";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    /// <inheritdoc/>
    public string? Remark(IReadOnlyList<ItemOutcome> outcomes) => string.Create(
        CultureInfo.InvariantCulture,
        $"a step is wrong below {outcomes[0].Values[2]:g5}, the best threshold on "
        + $"{(HasGsm8k(outcomes.Select(o => o.Item)) ? "gsm8k" : "this data")}");

    /// <summary>The first step whose reward is below the threshold; -1: none.</summary>
    internal static int Predict(double[] stepRewards, double threshold) => Array.FindIndex(stepRewards, r => r < threshold);

    /// <summary>The plain mean of the splits' F1, however many solutions each has.</summary>
    internal static double Headline(IReadOnlyList<double> splits) => splits.Average();

    private static double Mean(IEnumerable<ItemOutcome> outcomes) =>
        outcomes.Select(o => o.Values[0]).DefaultIfEmpty(0).Average();

    private static bool HasGsm8k(IEnumerable<BenchmarkItem> items) => items.Any(i => i.Part == Splits[0]);

    private bool IsExact(ScoredItem scored, double threshold) =>
        Predict(scored.Scores[0].Scores, threshold) == _labels[scored.Item.Id];

    private double Threshold(IReadOnlyList<ScoredItem> scored)
    {
        bool gsm8k = HasGsm8k(scored.Select(s => s.Item));
        ScoredItem[] own = [.. scored.Where(s => !gsm8k || s.Item.Part == Splits[0])];
        double[] rewards = [.. own.SelectMany(s => s.Scores[0].Scores).Distinct().Order()];
        if (rewards.Length == 0) return 0;
        int count = Math.Min(rewards.Length, Candidates);
        return Enumerable.Range(0, count)
            .Select(i => rewards[count == 1 ? 0 : (int)((long)i * (rewards.Length - 1) / (count - 1))])
            .MaxBy(t => FirstErrorScore.Of(own.Select(s => (_labels[s.Item.Id], (int?)Predict(s.Scores[0].Scores, t)))).F1);
    }
}
