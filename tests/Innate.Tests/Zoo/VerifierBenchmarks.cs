using System.Text.Json.Nodes;
using Innate.Benchmarks;
using Innate.Tests.Benchmarks;
using Innate.Tests.Support;

namespace Innate.Tests.Zoo;

/// <summary>The reward benchmarks' arithmetic: their files are written, read and scored, as a user's are.</summary>
internal static class VerifierBenchmarks
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
            ["processbench.f1"] = z =>
            {
                FirstErrorScore found = FirstErrorScore.Of(z["label_prediction"]!.AsArray().Select(p =>
                    ((int)p![0]!.GetValue<double>(), (int?)p[1]?.GetValue<double>())));
                return new { acc_error = found.OnErrors, acc_correct = found.OnCorrect, f1 = found.F1 };
            },
            ["processbench.headline"] = z => new
            {
                mean_f1 = ProcessBench.Headline(
                    [z.Number("f1_gsm8k"), z.Number("f1_math"), z.Number("f1_olympiadbench"), z.Number("f1_omnimath")]),
            },
            ["processbench.vote"] = z => new
            {
                prediction = FirstErrorScore.Vote([.. z["boxed"]!.AsArray().Select(n => n?.GetValue<string>())]),
            },
            ["processbench.prm_prediction"] = z => new
            {
                prediction = ProcessBench.Predict(z.Numbers("step_scores"), z.Number("threshold")),
            },
            ["rewardbench1.section"] = z => new
            {
                chat = RewardBench.Weighted(
                [
                    .. z["counts"]!.AsObject().Select(p =>
                        ((int)p.Value!.GetValue<double>(), z["accuracy"]![p.Key]!.GetValue<double>())),
                ]),
            },
            ["rewardbench2.best_of_4"] = z => new { credit = BestOfFour(z.Numbers("scores")) },
            ["rewardbench2.ties"] = Ties,
            ["rewardbench2.total"] = z => new
            {
                mean = RewardBench2.Overall(
                [
                    .. new[] { "Factuality", "Precise IF", "Math", "Safety", "Focus", "Ties" }
                        .Select(d => new Metric(d, z.Number(d))),
                ]),
            },
            ["rmbench.matrix"] = Matrix,
            ["rmbench.total"] = Total,
            ["ppe.accuracy_brier"] = z =>
            {
                PreferenceCalibration found = PreferenceCalibration.Of(
                [
                    .. z["score_a_score_b_label_a_wins"]!.AsArray().Select(p => new HumanPair(
                        p![0]!.GetValue<double>(), p[1]!.GetValue<double>(), p[2] is { } wins ? wins.GetValue<double>() > 0 : null)),
                ]);
                return new { accuracy = found.Accuracy, brier = found.Brier };
            },
            ["ppe.best_of_k_curve"] = BestOfK,
        };

    private static double BestOfFour(double[] scores)
    {
        using TemporaryFolder folder = new();
        RewardBench2 benchmark = RewardBench2.Read(BenchmarkCase.File(
            folder, "v2.jsonl", Line(new { id = "1", subset = "Math", prompt = "p", chosen = Names(1), rejected = Names(3) })));
        return BenchmarkCase.Score(benchmark, scores)[0].Values[0];
    }

    private static object Ties(ZooInputs z)
    {
        using TemporaryFolder folder = new();
        List<string> lines = [];
        List<double[]> all = [];
        foreach ((string id, JsonNode? group) in z["groups"]!.AsObject())
        {
            double[] scores = [.. group!["scores"]!.AsArray().Select(s => s!.GetValue<double>())];
            int right = (int)group["num_correct"]!.GetValue<double>();
            lines.Add(Line(new
            {
                id, subset = "Ties", prompt = "p", chosen = Names(right), rejected = Names(scores.Length - right),
            }));
            all.Add(scores);
        }

        RewardBench2 benchmark = RewardBench2.Read(BenchmarkCase.File(folder, "v2.jsonl", [.. lines]));
        IReadOnlyList<ItemOutcome> outcomes = BenchmarkCase.Score(benchmark, [.. all]);
        TiesScore found = TiesScore.Of(outcomes);
        return new
        {
            ref_acc = found.References,
            tied_acc = found.Tied,
            correctness_preferred = found.Preferred,
            correctness_preferred_hard = found.PreferredHard,
            margin = found.Margin,
            score = BenchmarkCase.Of(benchmark, outcomes, "ties"),
        };
    }

    private static object Matrix(ZooInputs z)
    {
        using TemporaryFolder folder = new();
        JsonArray items = z["items"]!.AsArray();
        RmBench benchmark = RmBench.Read(BenchmarkCase.File(folder, "total_dataset.jsonl",
        [
            .. items.Select((_, i) =>
                Line(new { id = i, prompt = "p", chosen = Names(3), rejected = Names(3), domain = "chat" })),
        ]));
        IReadOnlyList<ItemOutcome> outcomes = BenchmarkCase.Score(benchmark,
        [
            .. items.Select(i => (double[])[.. Numbers(i!["chosen"]!), .. Numbers(i["rejected"]!)]),
        ]);
        double[,] matrix = StyleMatrix.Mean([.. outcomes]);
        return new
        {
            matrix = Enumerable.Range(0, 3).Select(i => Enumerable.Range(0, 3).Select(j => matrix[i, j])),
            hard = BenchmarkCase.Of(benchmark, outcomes, "hard"),
            normal = BenchmarkCase.Of(benchmark, outcomes, "normal"),
            easy = BenchmarkCase.Of(benchmark, outcomes, "easy"),
        };
    }

    private static object Total(ZooInputs z)
    {
        (string Domain, StyleLevels Levels)[] domains =
        [
            .. z["hard_normal_easy"]!.AsObject().Select(p =>
                (p.Key, Numbers(p.Value!) is [var hard, var normal, var easy] ? new StyleLevels(easy, normal, hard) : default)),
        ];
        IReadOnlyList<Metric> found = RmBench.Summary(domains);
        return new
        {
            domain = domains.ToDictionary(d => d.Domain, d => Of(d.Domain), StringComparer.Ordinal),
            hard = Of("hard"),
            normal = Of("normal"),
            easy = Of("easy"),
            total = Of("overall"),
        };

        double Of(string name) => found.Single(m => m.Name == name).Value;
    }

    private static object BestOfK(ZooInputs z)
    {
        using TemporaryFolder folder = new();
        double[] rewards = z.Numbers("rewards");
        PpeCorrectness benchmark = PpeCorrectness.Read(BenchmarkCase.File(folder, "math.jsonl",
            Line(new { id = 1, question = "p", completions = Names(rewards.Length), correct = z.Flags("correct") })));
        IReadOnlyList<ItemOutcome> outcomes = BenchmarkCase.Score(benchmark, rewards);
        return new
        {
            curve = PpeCorrectness.CurveOf(outcomes[0]),
            max = BenchmarkCase.Of(benchmark, outcomes, "max"),
            end = BenchmarkCase.Of(benchmark, outcomes, "best-of-k"),
            auc = benchmark.Measure(outcomes).Where(m => m.Name == "auc").Select(m => (double?)m.Value).SingleOrDefault(),
        };
    }

    private static string Line(object record) => System.Text.Json.JsonSerializer.Serialize(record);

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"answer {(char)('a' + i)}")];

    private static double[] Numbers(JsonNode array) => [.. array.AsArray().Select(n => n!.GetValue<double>())];
}
