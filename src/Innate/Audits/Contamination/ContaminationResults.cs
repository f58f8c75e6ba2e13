using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Benchmarks;
using Innate.Rows;

namespace Innate.Audits.Contamination;

/// <summary>How well a model knows questions of which it is shown a part.</summary>
/// <param name="Shown">The share of each question's words that it is shown.</param>
/// <param name="Questions">Questions.</param>
/// <param name="Exact">The share of them whose rest it says word for word.</param>
/// <param name="ExactInterval">95 %, percentile bootstrap over questions.</param>
/// <param name="Accuracy">The share of them whose right answer it ends with, though it was not shown the whole question.</param>
/// <param name="AccuracyInterval">As above.</param>
public sealed record ContaminationShare(
    double Shown, int Questions, double Exact, MetricInterval ExactInterval, double Accuracy, MetricInterval AccuracyInterval)
{
    private const int Resamples = 2000;

    /// <summary>The figures of some questions.</summary>
    internal static ContaminationShare Of(double shown, IReadOnlyList<(bool Exact, bool Right)> questions)
    {
        double[] exact = new double[Resamples], right = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            ulong key = RandomBits.Key(0, (ulong)r);
            for (int i = 0; i < questions.Count; i++)
            {
                var drawn = questions[(int)(RandomBits.Bits(key, (ulong)i) % (ulong)questions.Count)];
                if (drawn.Exact) exact[r] += 1.0 / questions.Count;
                if (drawn.Right) right[r] += 1.0 / questions.Count;
            }
        }

        return new ContaminationShare(
            shown, questions.Count, questions.Count(q => q.Exact) / (double)questions.Count, Bootstrap.Interval(exact),
            questions.Count(q => q.Right) / (double)questions.Count, Bootstrap.Interval(right));
    }
}

/// <summary>What was found of a model and a file of questions (arXiv 2507.10532).</summary>
/// <param name="Model">What a person calls the model.</param>
/// <param name="LeftOut">Questions of too few words, or that the model cannot hold.</param>
/// <param name="Shares">One a share of the question that is shown.</param>
public sealed record ContaminationResults(string Model, int LeftOut, IReadOnlyList<ContaminationShare> Shares)
{
    private const string Missing = "not looked for";

    /// <summary>What decides the results: data, model, settings.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fingerprint { get; init; } = [];

    /// <summary>contamination.json.</summary>
    internal byte[] ToJson() => JsonBytes.Indented(new JsonObject
    {
        ["model"] = Model,
        ["fingerprint"] = new JsonObject(Fingerprint.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["left_out"] = LeftOut,
        ["shares"] = new JsonArray([.. Shares.Select(s => new JsonObject
        {
            ["shown"] = s.Shown,
            ["n"] = s.Questions,
            ["exact"] = s.Exact,
            ["exact_interval"] = new JsonArray(s.ExactInterval.Low, s.ExactInterval.High),
            ["accuracy"] = s.Accuracy,
            ["accuracy_interval"] = new JsonArray(s.AccuracyInterval.Low, s.AccuracyInterval.High),
        })]),
    });

    /// <summary>Where results lie beside a file of questions.</summary>
    /// <param name="data">The file.</param>
    internal static string Beside(string data) => data + ".contamination.json";

    /// <summary>The line that a report of learning from these questions may print.</summary>
    /// <param name="data">The file of questions.</param>
    /// <param name="given">The file of results that was named; null: the one beside the questions, where there is one.</param>
    /// <returns>What was found; that nobody looked; or that the results are another file's.</returns>
    /// <exception cref="InputException">A file of results that cannot be read, or holds something else.</exception>
    internal static string LineFor(string data, string? given = null)
    {
        string file = given ?? Beside(data);
        if (given is null && !File.Exists(file)) return Missing;
        BenchmarkRecord json = BenchmarkFile.ReadObject(file);
        if (json.Object("fingerprint").Text("data") != RowInput.DigestOf(data)) return $"{Missing} in these very questions";
        return $"{string.Join(", ", Read(json))} of questions said to the end word for word by {json.Text("model")}";
    }

    private static IEnumerable<string> Read(BenchmarkRecord json)
    {
        JsonElement shares = json.Optional("shares") is { ValueKind: JsonValueKind.Array } array
            ? array : throw json.Fault("shares", "an array", "none");
        foreach (JsonElement share in shares.EnumerateArray())
        {
            if (share.ValueKind != JsonValueKind.Object || !share.TryGetProperty("shown", out JsonElement shown)
                || !share.TryGetProperty("exact", out JsonElement exact) || !shown.TryGetDouble(out double s)
                || !exact.TryGetDouble(out double e))
            {
                throw json.Fault("shares", "objects with the numbers \"shown\" and \"exact\"", JsonLines.Describe(share));
            }

            yield return string.Create(CultureInfo.InvariantCulture, $"{100 * e:0.0} % (shown {100 * s:0} %)");
        }
    }
}
