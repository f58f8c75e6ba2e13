using Innate.Benchmarks.Policy;
using Innate.Generation;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Runs.Arena;

/// <summary>
/// What a model does on the arena's sets: the figures by name, as <see cref="Recipes.SignatureCheck.Metrics"/> has
/// them.
/// </summary>
/// <param name="start">The model that all start from.</param>
/// <param name="sets">The sets; the first is the held-out one.</param>
/// <param name="maxTokens">The longest answer.</param>
internal sealed class ArenaMeasure(ModelSession start, IReadOnlyList<ArenaSet> sets, int maxTokens)
{
    /// <summary>Answers to each held-out question, and to the others.</summary>
    public const int Samples = 16, FewSamples = 4;

    private bool[]? _majorityRight;

    /// <summary>Measures a model. The draws are the same for every model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IReadOnlyDictionary<string, double> Of(ModelSession model, CancellationToken cancellation)
    {
        SortedDictionary<string, double> figures = new(StringComparer.Ordinal);
        for (int set = 0; set < sets.Count; set++)
        {
            Answered[][] answers = Answer(model, set, cancellation);
            string name = sets[set].Name;
            figures[name.Length == 0 ? "accuracy" : $"accuracy_{name}"] =
                answers.SelectMany(a => a).Average(a => a.IsRight ? 1.0 : 0);
            if (name.Length == 0) HeldOut(answers, figures, cancellation);
        }

        return figures;
    }

    private void HeldOut(Answered[][] answers, SortedDictionary<string, double> figures, CancellationToken cancellation)
    {
        _majorityRight ??= [.. answers.Select((a, q) => IsMajorityRight(a, sets[0].Questions[q].Answer))];
        figures["accuracy_majority_right"] = Accuracy(answers, right: true);
        figures["accuracy_majority_wrong"] = Accuracy(answers, right: false);
        foreach (int k in new[] { 1, 2, 4, 8, 16 })
        {
            figures[FormattableString.Invariant($"pass@{k}")] =
                answers.Average(a => PassAtK.Estimate(a.Length, a.Count(x => x.IsRight), k));
        }

        Answered[] all = [.. answers.SelectMany(a => a)];
        double tokens = all.Sum(a => (double)a.Response.TokenIds.Length);
        figures["entropy"] = all.Sum(a => a.Response.Trace!.Entropy.Sum()) / tokens;
        figures["length"] = tokens / all.Length;
        figures["distinct_answers"] = answers.Average(a => (double)a.Select(x => x.Answer).Distinct().Count());
        figures["distinct_right"] = answers.Average(a => (double)a.Where(x => x.IsRight).Select(x => x.Text).Distinct().Count());
        IReadOnlyList<TokenTrace[]> traces = start.Traces.Trace(
            [.. answers.Select((a, q) => new TraceQuery(Prompt(start, 0, q), [.. a.Select(x => x.Response.TokenIds)]))], 1,
            cancellation);
        double under = traces.Sum(t => t.Sum(r => r.LogProbability.Sum()));
        figures["log_likelihood"] = under / all.Length;
        figures["kl"] = (all.Sum(a => a.Response.LogProbabilities.Sum()) - under) / tokens;
    }

    // The mean over questions whose answer the start's votes elected rightly, or wrongly; NaN where there are none.
    private double Accuracy(Answered[][] answers, bool right)
    {
        double[] own = [.. answers.Where((_, q) => _majorityRight![q] == right).Select(a => a.Average(x => x.IsRight ? 1.0 : 0))];
        return own.Length == 0 ? double.NaN : own.Average();
    }

    private static bool IsMajorityRight(Answered[] answers, string right) =>
        answers.Where(a => a.Answer is not null).GroupBy(a => a.Answer).MaxBy(g => g.Count())?.Key == right;

    private Answered[][] Answer(ModelSession model, int set, CancellationToken cancellation)
    {
        ChatFormatOptions format = new();
        SamplingOptions options = new()
        {
            MaxTokens = maxTokens, Seed = RandomBits.Key(0, (ulong)set + 1), StopIds = model.StopIds(format),
        };
        int[][] prompts = [.. sets[set].Questions.Select((_, q) => Prompt(model, set, q))];
        IReadOnlyList<GeneratedResponse[]> generated = model.Generator.Generate(
            prompts, set == 0 ? Samples : FewSamples, options, null, cancellation);
        return
        [
            .. generated.Select((group, q) => group.Select(r =>
            {
                string text = model.Tokenizer.Decode(r.TokenIds, skipSpecialTokens: true);
                return new Answered(r, text, ArenaWorld.AnswerOf(text), sets[set].Questions[q].IsRight(text));
            }).ToArray()),
        ];
    }

    private int[] Prompt(ModelSession model, int set, int question) =>
        model.Format(new ChatFormatOptions()).EncodePrompt(sets[set].Questions[question].Messages).Ids;

    private sealed record Answered(GeneratedResponse Response, string Text, string? Answer, bool IsRight);
}
