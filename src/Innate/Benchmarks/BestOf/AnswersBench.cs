using System.Globalization;
using Innate.Judges;

namespace Innate.Benchmarks.BestOf;

/// <summary>
/// A policy's own answers, each known to be right or wrong: which does a scorer choose? The file is the items.jsonl of
/// <c>innate eval --policy</c>:
/// <code>
/// {"item": 1, "group": "products", "expected": "1216", "messages": [{"role": "user", "content": "..."}],
///  "responses": [{"text": "...", "answer": "1216", "right": true, "tokens": 76, "finish_reason": "stop"}]}
/// </code>
/// Answers without a word are left out, for nothing of them can be scored; questions that could not be asked have no item.
/// </summary>
/// <remarks>
/// <c>best-of-n</c> is the share of questions that the best of n answers gets right, over all subsets of n
/// (<see cref="BestOfCurve"/>); <c>weighted</c> that of the answer with the greatest sum of probabilities among all n
/// (<see cref="Verifiers.BestOfN"/>), <c>majority</c> that of the most frequent one, <c>oracle</c> the share of questions with a
/// right answer at all. <c>auc</c> compares right and wrong answers to one question, <c>auc-across</c> those to all. For
/// <c>calibration</c> and <c>brier</c> scores become probabilities by a <see cref="LogisticFit"/> to the other half of the
/// questions, so that scorers of any unit can be compared; both are errors, 0 best.
/// </remarks>
internal sealed class AnswersBench : IBenchmark
{
    public const string OwnName = "answers";

    // Of an outcome's values: auc, oracle, majority, weighted; the number of sizes; gold and proxy of each; then score,
    // probability and rightness of each answer.
    private const int Auc = 0, Oracle = 1, Majority = 2, Weighted = 3, Count = 4, Curve = 5;

    private readonly Dictionary<string, string?[]> _answers;
    private readonly int _left;

    private AnswersBench(IReadOnlyList<BenchmarkItem> items, Dictionary<string, string?[]> answers, int left)
    {
        (Items, _answers, _left) = (items, answers, left);
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

    /// <summary>Reads the file.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static AnswersBench Read(string path)
    {
        List<BenchmarkItem> items = [];
        Dictionary<string, string?[]> answers = new(StringComparer.Ordinal);
        int left = 0;
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            if (record.Optional("unscored") is not null) continue;
            BenchmarkRecord[] responses = [.. record.Objects("responses")];
            BenchmarkRecord[] said = [.. responses.Where(r => r.Text("text").Length > 0)];
            left += responses.Length - said.Length;
            if (said.Length == 0) continue;
            string part = record.OptionalText("group") ?? "all";
            string id = string.Create(CultureInfo.InvariantCulture, $"{part}/{record.Id("item")}");
            items.Add(new BenchmarkItem(
                id, part, [new JudgeQuestion(record.Prompt("messages"), [.. said.Select(r => r.Text("text"))])])
            {
                Rights = [[.. Enumerable.Range(0, said.Length).Where(i => said[i].Flag("right"))]],
            });
            answers[id] = [.. said.Select(r => r.OptionalText("answer"))];
        }

        return new AnswersBench(PairOutcomes.RequireSome(items, path), answers, left);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored)
    {
        LogisticFit[] fits = [Fit(scored, 0), Fit(scored, 1)];
        return [.. scored.Select((s, i) => Outcome(s, fits[1 - (i % 2)]))];
    }

    // The half that is fitted to, by its first item; one item alone has no other half, and is fitted to itself.
    private static LogisticFit Fit(IReadOnlyList<ScoredItem> scored, int half)
    {
        List<double> scores = [];
        List<bool> rights = [];
        for (int i = scored.Count > 1 ? half : 0; i < scored.Count; i += 2)
        {
            scores.AddRange(scored[i].Scores[0].Scores);
            rights.AddRange(IsRight(scored[i].Item));
        }

        return LogisticFit.To(scores.ToArray(), rights.ToArray());
    }

    private static bool[] IsRight(BenchmarkItem item)
    {
        bool[] isRight = new bool[item.Questions[0].Responses.Count];
        foreach (int r in item.RightOf(0)) isRight[r] = true;
        return isRight;
    }

    private ItemOutcome Outcome(ScoredItem scored, LogisticFit fit)
    {
        double[] scores = scored.Scores[0].Scores;
        bool[] isRight = IsRight(scored.Item);
        string?[] answers = _answers[scored.Item.Id];
        CheckedScore[] all = [.. scores.Select((s, i) => new CheckedScore(s, fit.Of(s), isRight[i]))];
        Verifiers.BestOfNResult choice = Verifiers.BestOfN.Choose(answers, [.. all.Select(a => a.Probability)]);
        BestOfPoint[] curve = [.. BestOfCurve.Sizes(scores.Length).Select(n => BestOfCurve.At(scores, isRight, n))];
        IReadOnlyList<int> right = scored.Item.RightOf(0), wrong = scored.Item.WrongOf(0);
        int ties = right.Sum(r => wrong.Count(w => scored.Scores[0].Compare(r, w) == 0));
        return new ItemOutcome(
            scored.Item,
            [
                VerdictQuality.Auc(all), right.Count > 0 ? 1 : 0, IsChosenRight(choice.Majority), IsChosenRight(choice.Weighted),
                curve.Length, .. curve.SelectMany(p => (double[])[p.Gold, p.Proxy]),
                .. all.SelectMany(a => (double[])[a.Score, a.Probability, a.IsRight ? 1 : 0]),
            ],
            ties);

        // Answers that are equal are graded alike: the first of them tells.
        double IsChosenRight(string? answer) => answer is not null && isRight[Array.IndexOf(answers, answer)] ? 1 : 0;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        CheckedScore[] all = [.. outcomes.SelectMany(Answers)];
        IReadOnlyList<int> sizes = BestOfCurve.Sizes(outcomes.Max(Responses));
        Metric[] metrics =
        [
            new(string.Create(CultureInfo.InvariantCulture, $"best-of-{sizes[^1]}"), Gold(outcomes, sizes[^1])),
            new("auc", PairOutcomes.MeanOfNumbers(outcomes.Select(o => o.Values[Auc]))),
            new("auc-across", VerdictQuality.Auc(all)),
            new("calibration", VerdictQuality.CalibrationError(all)), new("brier", VerdictQuality.Brier(all)),
            .. sizes.SkipLast(1).Select(n => new Metric(
                string.Create(CultureInfo.InvariantCulture, $"best-of-{n}"), Gold(outcomes, n))),
            new("weighted", outcomes.Average(o => o.Values[Weighted])),
            new("majority", outcomes.Average(o => o.Values[Majority])),
            new("oracle", outcomes.Average(o => o.Values[Oracle])),
        ];
        return [.. metrics.Where(m => !double.IsNaN(m.Value))];
    }

    /// <summary>Of one question: right and wrong answers' chances and scores by the size of the subset.</summary>
    internal static IReadOnlyList<(int Size, BestOfPoint Point)> CurveOf(ItemOutcome outcome) =>
    [
        .. BestOfCurve.Sizes(Responses(outcome)).Select((n, i) =>
            (n, new BestOfPoint(outcome.Values[Curve + (2 * i)], outcome.Values[Curve + (2 * i) + 1]))),
    ];

    /// <summary>Of one question: each answer's score, probability and rightness.</summary>
    internal static IEnumerable<CheckedScore> Answers(ItemOutcome outcome) => outcome.Values.Skip(First(outcome)).Chunk(3)
        .Select(a => new CheckedScore(a[0], a[1], a[2] > 0));

    /// <summary>The share that the best of n gets right, over the questions with n answers.</summary>
    internal static double Gold(IEnumerable<ItemOutcome> outcomes, int n) => PairOutcomes.MeanOfNumbers(outcomes.Select(o =>
        CurveOf(o).Where(p => p.Size == n).Select(p => p.Point.Gold).DefaultIfEmpty(double.NaN).First()));

    private static int First(ItemOutcome outcome) => Curve + (2 * (int)outcome.Values[Count]);

    private static int Responses(ItemOutcome outcome) => (outcome.Values.Length - First(outcome)) / 3;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    /// <inheritdoc/>
    public string RoleOf(BenchmarkItem item, int response) => item.RightOf(0).Contains(response) ? "right" : "wrong";

    /// <inheritdoc/>
    public string? Remark(IReadOnlyList<ItemOutcome> outcomes) => _left == 0 ? null : string.Create(
        CultureInfo.InvariantCulture, $"{_left} answers without a word are left out");
}
