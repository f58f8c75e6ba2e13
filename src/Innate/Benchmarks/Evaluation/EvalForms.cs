using Innate.Foundation.Forms;

namespace Innate.Benchmarks.Evaluation;

/// <summary>What <see cref="EvalResults"/> and <see cref="ItemResult"/> write, as forms.</summary>
internal static class EvalForms
{
    private static readonly ListForm Texts = JsonForm.List(JsonForm.Text);

    private static readonly ListForm Numbers = JsonForm.List(JsonForm.NumberOrNull);

    private static readonly ListForm Interval = JsonForm.List(JsonForm.NumberOrNull, 2, 2);

    private static readonly ListForm Matrix = JsonForm.List(Numbers);

    // A list of numbers; of an item with several questions one each.
    private static readonly ListForm Each = JsonForm.List(JsonForm.Either(JsonForm.NumberOrNull, Numbers));

    private static readonly ObjectForm Length = JsonForm.Object(
        new JsonField("unit", new TextForm { Choices = ["tokens", "characters"] }, "What lengths are counted in.").Always,
        new JsonField("responses", JsonForm.Count, "Responses measured.").Always,
        new JsonField("pairs", JsonForm.Count, "Pairs of a right and a wrong response.").Always,
        new("accuracy", JsonForm.Number, "The share of pairs whose right response is preferred."),
        new("pearson", JsonForm.Number, "The correlation of score and length over all responses."),
        new("pearson_within", JsonForm.Number, "The mean of it within a question."),
        new("spearman_within", JsonForm.Number, "The mean of Spearman's within a question."),
        new JsonField("like_pairs", JsonForm.Count, "Pairs of like length.").Always,
        new("like_accuracy", JsonForm.Number, "The share of these whose right response is preferred."),
        new JsonField("baseline", JsonForm.Text, "Which length rule is right about more pairs.").Always,
        new("baseline_accuracy", JsonForm.Number, "Its share."),
        new("gain", JsonForm.Number, "The accuracy less the baseline's."),
        new JsonField("gain_interval", Interval, "The gain's 95 % interval.").Always);

    private static readonly ObjectForm Position = JsonForm.Object(
        new JsonField("pairs", JsonForm.Count, "Pairs compared.").Always,
        new JsonField("abstained", JsonForm.Count, "Pairs of which the two orders disagree.").Always,
        new JsonField("first_share", JsonForm.Number, "How often the answer shown first wins.").Always);

    private static readonly ObjectForm Scorer = JsonForm.Object(
        new JsonField("name", JsonForm.Text, "The reward, judge or baseline.").Always,
        new JsonField("n", JsonForm.Count, "Items with scores.").Always,
        new JsonField("unscored", JsonForm.Count, "Items without.").Always,
        new JsonField("ties", JsonForm.Count, "Comparisons that came out neither way.").Always,
        new JsonField("over", Texts, "The benchmark's parts that the numbers are over.").Always,
        new JsonField("metrics", JsonForm.Map(JsonForm.Number), "The numbers, by name.").Always,
        new JsonField("intervals", JsonForm.Map(Interval), "Their 95 % intervals, by name.").Always,
        new("length", Length, "How much of the choice is length."),
        new("position", Position, "Of a judge that compares: how it fared in its two orders."),
        new("matrices", JsonForm.List(new ObjectForm(
        [
            new JsonField("name", JsonForm.Text, "What it shows.").Always,
            new JsonField("values", Matrix, "Its values, row by row.").Always,
        ])
        { Others = Texts }), "Tables of two sides, whose names stand under what they mean."),
        new("remark", JsonForm.Text, "What a reader should know."));

    private static readonly ObjectForm Sweep = JsonForm.Object(
        new JsonField("scorer", JsonForm.Text, "Whose weights.").Always,
        new JsonField("gamma", Numbers, "The discounts.").Always,
        new JsonField("beta", Numbers, "The least weights.").Always,
        new JsonField("surfaces", JsonForm.Map(Matrix), "By metric: [gamma][beta].").Always);

    private static readonly ObjectForm Discount = JsonForm.Object(
        new JsonField("scorer", JsonForm.Text, "Whose choice.").Always,
        new JsonField("unit", JsonForm.Text, "What lengths are counted in.").Always,
        new JsonField("pairs", JsonForm.Count, "Pairs of a right and a wrong response.").Always,
        new JsonField("points", JsonForm.List(JsonForm.Object(
            new JsonField("gamma", JsonForm.Number, "The discount.").Always,
            new JsonField("beta", JsonForm.Number, "The least weight.").Always,
            new("accuracy", JsonForm.Number, "The share of pairs whose right response is preferred."),
            new("pearson_within", JsonForm.Number, "The correlation of score and length within a question."),
            new("spearman_within", JsonForm.Number, "Spearman's within a question."),
            new("changed", JsonForm.Number, "The share of pairs chosen otherwise than with gamma 1."))), "One a weight.").Always);

    /// <summary><c>results.json</c> of <c>innate eval</c> with rewards, judges and baselines.</summary>
    public static ObjectForm Results { get; } = JsonForm.Object(
        new JsonField("benchmark", JsonForm.Text, "What was measured on.").Always,
        new JsonField("model", JsonForm.Text, "The model's name.").Always,
        new JsonField("fingerprint", JsonForm.Map(JsonForm.Text), "What decides the bits, by name.").Always,
        new JsonField("items", JsonForm.Count, "The items of the run.").Always,
        new JsonField("parts", Texts, "The benchmark's parts.").Always,
        new JsonField("missing", Texts, "Parts whose files are not there.").Always,
        new JsonField("resamples", JsonForm.Count, "The resamples of the intervals.").Always,
        new JsonField("scorers", JsonForm.List(Scorer), "One a scorer.").Always,
        new("sweep", Sweep, "With --sweep: the metrics over weights."),
        new("discount", Discount, "How the first weighted scorer's choice changes with gamma."));

    /// <summary>A line of <c>items.jsonl</c>.</summary>
    public static ObjectForm Item { get; } = JsonForm.Object(
        new JsonField("index", JsonForm.Count, "The item's place in the run, from 0.").Always,
        new JsonField("id", JsonForm.Text, "Its name in the benchmark.").Always,
        new JsonField("part", JsonForm.Text, "Its part.").Always,
        new("cluster", JsonForm.Text, "What intervals draw together, where it is not the item's own."),
        new JsonField("scorer", JsonForm.Text, "Who scored it.").Always,
        new("unscored", JsonForm.Text, "Why it has no scores."),
        new("scores", Each, "One a response; of several questions a list each."),
        new("preferences", JsonForm.List(JsonForm.Either(Matrix, Numbers)), "[i][j]: the probability that i is better than j."),
        new("tokens", Each, "Tokens of each response."),
        new("characters", Each, "Characters of each response."),
        new("right", Each, "Places of the right responses."),
        new("pairs", JsonForm.Object(
            new JsonField("count", JsonForm.Count, "Pairs compared.").Always,
            new JsonField("abstained", JsonForm.Count, "Pairs of which the two orders disagree.").Always,
            new JsonField("first_share", JsonForm.Number, "How often the answer shown first wins.").Always),
            "Of a judge that compares: how it fared in its two orders."),
        new("sweep", JsonForm.List(Matrix), "The scores at each weight, of each question."),
        new("undiscounted", Each, "The swept scorer's scores with gamma 1."));
}
