using System.Globalization;
using System.Text.Json;
using Innate.Judges;

namespace Innate.Benchmarks;

/// <summary>
/// PPE's correctness files (arXiv 2410.14872; lmarena-ai/PPE-*-Best-of-K) and those of one's own like them: a prompt, k sampled
/// responses, and which of them are right. One record:
/// <code>
/// {"question_id": "1044", "model_name": "...", "prompt": "...", "response_1": "...", "response_2": "...",
///  "scores": [true, false]}
/// </code>
/// Columns are found by name (<see cref="PpeColumns"/>). A part is what a field <c>benchmark</c>, <c>domain</c> or <c>subset</c>
/// says, else the file's name. An item's responses stay in their order.
/// </summary>
/// <remarks>
/// Of one prompt: <c>accuracy</c> is the share of (right, wrong) pairs whose right response has strictly the higher score,
/// <c>auc</c> the same with ties as halves; prompts all right or all wrong have neither. Best of the first n responses is
/// 1 where the one with the highest score is right (of several at the top: their share of right ones). <c>best-of-k</c> is of
/// all k, <c>oracle</c> 1 where any is right, <c>random</c> the share of right ones. Each is the mean over a part's prompts, then
/// over parts. The curve over n, prompts without n responses left out, has its greatest value in <c>max</c>, in <c>loss</c> the
/// mean over n of its squared distance from the oracle's. PPE samples the pairs of its accuracy; here all count.
/// </remarks>
internal sealed class PpeCorrectness : IBenchmark
{
    public const string OwnName = "ppe-correctness";

    // Of a prompt's values: accuracy, auc, random; then the picks of the best of 1..k, then the oracle's.
    private const int Accuracy = 0, Auc = 1, Random = 2, Curve = 3;

    private static readonly string[] Measures = ["accuracy", "auc", "best-of-k", "max", "loss", "oracle", "random"];
    private static readonly string[] PartFields = ["benchmark", "domain", "subset"];

    private PpeCorrectness(IReadOnlyList<BenchmarkItem> items)
    {
        Items = items;
        Parts = PairOutcomes.PartsOf(items);
    }

    /// <inheritdoc/>
    public string Name => OwnName;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, a folder of files, or a dataset.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static PpeCorrectness Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            PpeColumns columns = PpeColumns.Of(record);
            string place = Path.GetFileName(record.File);
            string? field = PartFields.FirstOrDefault(f => record.Optional(f) is not null);
            string part = field is null ? place.Split('.')[0] : record.Text(field);
            if (part.Length == 0 || Measures.Contains(part))
            {
                throw record.Fault(field ?? PartFields[0], "a name that is no metric's", $"\"{part}\"");
            }

            string id = columns.Id ?? string.Create(CultureInfo.InvariantCulture, $"{place}/{record.Number}");
            items.Add(new BenchmarkItem(
                $"{part}/{id}", part, [new JudgeQuestion(columns.Prompt, columns.Responses)]) { Rights = [columns.Right] });
        }

        PairOutcomes.RequireSome(items, path);
        return items.Any(i => i.RightOf(0).Count > 0 && i.WrongOf(0).Count > 0)
            ? new PpeCorrectness(items)
            : throw new InputException($"{path}: expected a prompt with right and wrong responses, found none.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => [.. scored.Select(Outcome)];

    private static ItemOutcome Outcome(ScoredItem scored)
    {
        QuestionScores question = scored.Scores[0];
        IReadOnlyList<int> right = scored.Item.RightOf(0), wrong = scored.Item.WrongOf(0);
        int[] comparisons = [.. right.SelectMany(r => wrong.Select(w => question.Compare(r, w)))];
        double count = comparisons.Length, wins = comparisons.Count(c => c > 0), ties = comparisons.Count(c => c == 0);
        bool[] isRight = new bool[question.Scores.Length];
        foreach (int r in right) isRight[r] = true;
        IEnumerable<int> sizes = Enumerable.Range(1, isRight.Length);
        return new ItemOutcome(
            scored.Item,
            [
                wins / count, (wins + (ties / 2)) / count, right.Count / (double)isRight.Length,
                .. sizes.Select(n => Best(question.Scores[..n], isRight)),
                .. sizes.Select(n => Array.IndexOf(isRight, true, 0, n) >= 0 ? 1.0 : 0),
            ],
            (int)ties);
    }

    private static double Best(double[] scores, bool[] isRight)
    {
        double top = scores.Max();
        int[] best = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] >= top)];
        return best.Count(i => isRight[i]) / (double)best.Length;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        ILookup<string, ItemOutcome> byPart = outcomes.ToLookup(o => o.Item.Part, StringComparer.Ordinal);
        (string Part, double[] Values)[] parts = [.. Parts.Where(byPart.Contains).Select(p => (p, PartValues([.. byPart[p]])))];
        Metric[] metrics =
        [
            .. Measures.Select((name, m) => new Metric(name, PairOutcomes.MeanOfNumbers(parts.Select(p => p.Values[m])))),
            .. parts.Select(p => new Metric(p.Part, p.Values[0])),
        ];
        return [.. metrics.Where(m => !double.IsNaN(m.Value))];
    }

    // Of a part, in the order of the measures.
    private static double[] PartValues(ItemOutcome[] outcomes)
    {
        int longest = outcomes.Max(Size);
        double[] curve = [.. Enumerable.Range(0, longest).Select(n => MeanOf(n, o => o.Values[Curve + n]))];
        double[] oracle = [.. Enumerable.Range(0, longest).Select(n => MeanOf(n, o => o.Values[Curve + Size(o) + n]))];
        return
        [
            PairOutcomes.MeanOfNumbers(outcomes.Select(o => o.Values[Accuracy])),
            PairOutcomes.MeanOfNumbers(outcomes.Select(o => o.Values[Auc])),
            outcomes.Average(o => o.Values[Curve + Size(o) - 1]), curve.Max(),
            curve.Zip(oracle, (c, o) => (o - c) * (o - c)).Average(),
            outcomes.Average(o => o.Values[^1]), outcomes.Average(o => o.Values[Random]),
        ];

        double MeanOf(int n, Func<ItemOutcome, double> value) => outcomes.Where(o => Size(o) > n).Average(value);
    }

    /// <summary>Of one prompt: whether the best of its first 1, 2, ... k responses is right.</summary>
    internal static double[] CurveOf(ItemOutcome outcome) => outcome.Values[Curve..(Curve + Size(outcome))];

    private static int Size(ItemOutcome outcome) => (outcome.Values.Length - Curve) / 2;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    /// <inheritdoc/>
    public string RoleOf(BenchmarkItem item, int response) => item.RightOf(0).Contains(response) ? "right" : "wrong";

    /// <inheritdoc/>
    public string? Remark(IReadOnlyList<ItemOutcome> outcomes)
    {
        int most = outcomes.Max(Size);
        IEnumerable<int> sizes = Enumerable.Range(0, most).Where(n => int.IsPow2(n + 1) || n == most - 1);
        return "best of " + string.Join(", ", sizes.Select(n => string.Create(
            CultureInfo.InvariantCulture,
            $"{n + 1}: {100 * outcomes.Where(o => Size(o) > n).Average(o => o.Values[Curve + n]):0.0}%")));
    }
}
