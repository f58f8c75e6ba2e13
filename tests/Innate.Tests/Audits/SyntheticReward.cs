using System.Text.Json;
using Innate.Audits;
using Innate.Audits.Edits;
using Innate.Audits.Words;
using Innate.Foundation;
using Innate.Judges;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Tests.Audits;

/// <summary>Rewards whose biases are known, because they are put there, behind the seam of every reward.</summary>
internal static class SyntheticReward
{
    /// <summary>Prompts with one response each, which speak of Tom or Anna in turn.</summary>
    public static Row[] Rows(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Row(
            i + 1, default(JsonElement), new RowPrompt { Text = $"Question {i}?" },
            [new RowResponse($"{(i % 2 == 0 ? "Tom" : "Anna")} has {i} apples. That is all.", null)], ResponseShape.One)),
    ];

    /// <summary>
    /// Of standard deviation about 1 over responses: a merit that all edits of a response share, noise of each text's own, and
    /// what is put there.
    /// </summary>
    /// <param name="seed">Decides merit and noise.</param>
    /// <param name="noise">The standard deviation of each text's own noise.</param>
    /// <param name="bias">What is put there.</param>
    public static ResponseScorer Of(ulong seed, double noise, Func<string, double> bias) => new((rows, _) =>
    [
        .. rows.Select(row => new ScoredRow(
            new JudgeVerdict([.. row.Responses.Select(r =>
                (Math.Sqrt(1 - (noise * noise)) * Normal(seed, row.Prompt.Text!))
                + (noise * Normal(seed + 1, row.Prompt.Text + r.Text)) + bias(r.Text!))]), null)),
    ]);

    /// <summary>The audit of a reward by all edits and the list of men and women.</summary>
    public static AuditedReward Audit(
        Row[] rows, ResponseScorer before, ResponseScorer? after = null, ulong seed = 1, int resamples = 1000)
    {
        AuditPlan plan = AuditPlan.Of(rows, new AuditRequest
        {
            Edits = ResponseEdit.All, Lists = [WordList.Shipped().Single(l => l.Name == "men-women")],
        });
        return AuditedReward.Of(
            "synthetic", plan, new AuditScorer(before, compares: false).Score(plan.Items, default),
            after is null ? null : new AuditScorer(after, compares: false).Score(plan.Items, default), null, resamples, seed);
    }

    private static double Normal(ulong seed, string text)
    {
        ulong key = RandomBits.Key(seed, RandomBits.Hash(text));
        double u = 1 - RandomBits.Uniform(RandomBits.Bits(key, 0)), v = RandomBits.Uniform(RandomBits.Bits(key, 1));
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }
}
