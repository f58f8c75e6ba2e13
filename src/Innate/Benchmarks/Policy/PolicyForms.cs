using Innate.Foundation.Forms;

namespace Innate.Benchmarks.Policy;

/// <summary>What <see cref="PolicyResults"/> and <see cref="PolicyItems"/> write, as forms.</summary>
internal static class PolicyForms
{
    private static readonly ObjectForm Metrics = JsonForm.Map(JsonForm.Number);

    private static readonly ObjectForm Intervals = JsonForm.Map(JsonForm.List(JsonForm.NumberOrNull, 2, 2));

    /// <summary><c>results.json</c> of <c>innate eval --policy</c>.</summary>
    public static ObjectForm Results { get; } = JsonForm.Object(
        new JsonField("benchmark", JsonForm.Text, "What was asked.").Always,
        new JsonField("model", JsonForm.Text, "The model's name.").Always,
        new("fingerprint", JsonForm.Map(JsonForm.Text), "What decides the bits, by name; absent without a folder."),
        new JsonField("samples", JsonForm.Count, "Answers to each question.").Always,
        new JsonField("temperature", JsonForm.Number, "At which they were sampled.").Always,
        new JsonField("seed", JsonForm.Count, "Of the sampling.").Always,
        new JsonField("n", JsonForm.Count, "Questions asked.").Always,
        new JsonField("unscored", JsonForm.Count, "Questions that could not be asked.").Always,
        new JsonField("mean_tokens", JsonForm.Number, "The mean length of an answer.").Always,
        new JsonField("unfinished", JsonForm.Number, "The share of answers that reached the limit of tokens.").Always,
        new JsonField("metrics", Metrics, "Shares of 1, by name.").Always,
        new JsonField("intervals", Intervals, "Their 95 % intervals, by name.").Always,
        new JsonField("groups", JsonForm.List(JsonForm.Object(
            new JsonField("name", JsonForm.Text, "The family or subset.").Always,
            new JsonField("n", JsonForm.Count, "Its questions.").Always,
            new JsonField("metrics", Metrics, "Its shares.").Always)),
            "The families or subsets; empty where there is one.").Always,
        new("reasoning", JsonForm.Object(
            new JsonField("checker", JsonForm.Text, "Who checked.").Always,
            new JsonField("checks", JsonForm.Count, "Checks of each answer.").Always,
            new JsonField("n", JsonForm.Count, "Questions that take part.").Always,
            new JsonField("left_out", JsonForm.Count, "Questions that do not.").Always,
            new JsonField("right_answers", JsonForm.Count, "Right answers checked.").Always,
            new JsonField("metrics", JsonForm.Map(JsonForm.NumberOrNull), "Shares of 1, by name.").Always,
            new JsonField("intervals", Intervals, "Their 95 % intervals, by name.").Always),
            "What checks of the reasoning behind right answers came to."));

    /// <summary>A line of its <c>items.jsonl</c>.</summary>
    public static ObjectForm Item { get; } = JsonForm.Object(
        new JsonField("item", JsonForm.Count, "The question's place, from 1.").Always,
        new("group", JsonForm.Text, "Its family or subset."),
        new JsonField("expected", JsonForm.Text, "The answer that is right.").Always,
        new("unscored", JsonForm.Text, "Why it could not be asked."),
        new("messages", JsonForm.List(JsonForm.Object(
            new JsonField("role", JsonForm.Text, "Whose it is.").Always,
            new JsonField("content", JsonForm.Text, "What it says.").Always)), "What was asked."),
        new("responses", JsonForm.List(JsonForm.Object(
            new JsonField("text", JsonForm.Text, "The answer as it was written.").Always,
            new("answer", JsonForm.Text, "The final answer read in it; null: none."),
            new JsonField("right", JsonForm.Flag, "Whether it is right.").Always,
            new JsonField("tokens", JsonForm.Count, "Its tokens.").Always,
            new JsonField("finish_reason", new TextForm { Choices = ["stop", "length"] }, "Why it ended.").Always)),
            "The answers."));
}
