using Innate.Foundation.Forms;
using static Innate.Foundation.Forms.JsonField;

namespace Innate.Rows;

/// <summary>What <see cref="RowRewards"/> and <see cref="JudgedRow"/> write, as forms.</summary>
internal static class RewardForms
{
    private static readonly ListForm Numbers = JsonForm.List(JsonForm.Number);

    private static readonly ListForm NumbersOrNull = JsonForm.List(JsonForm.NumberOrNull);

    private static readonly ListForm Table = JsonForm.List(NumbersOrNull);

    /// <summary>Every rewarded token's numbers: lists of equal length.</summary>
    public static ObjectForm Trace { get; } = JsonForm.Object(
        new JsonField("tokens", JsonForm.List(JsonForm.Count), "Token ids.").Always,
        new("text", JsonForm.List(JsonForm.Text), "The tokens as text, where it is known."),
        new("q", Numbers, "The chosen logits, Q(s, a); absent where an engine tells log-probabilities alone."),
        new("v", Numbers, "The soft values, V(s) = alpha logsumexp(Q / alpha)."),
        new("v_next", Numbers, "The next state's value; 0 after the last token."),
        new JsonField("logprob", Numbers, "Log-probabilities, in nats.").Always,
        new("entropy", Numbers, "The entropy of what may come, in nats."),
        new("self_certainty", Numbers, "KL(uniform || pi), in nats."),
        new JsonField("reward", Numbers, "What each token gives to the reward.").Always,
        new("straddles", JsonForm.Flag, "True where a token lies across the end of the prompt."));

    /// <summary>What a judge said.</summary>
    public static ObjectForm Verdict { get; } = JsonForm.Object(
        new JsonField("kind", JsonForm.Text, "The judge's name.").Always,
        new JsonField("labels", JsonForm.List(JsonForm.Text), "The labels that it reads the probabilities of.").Always,
        new("label_mass", JsonForm.Number, "The probability of all labels together: little means that it did not answer."),
        new("probabilities", Table, "For each response those of the labels."),
        new("first_wins", Table, "[i][j]: the probability that i wins where it is shown first."),
        new("preferences", Table, "[i][j]: the probability that i is better than j, over both orders."),
        new("coverage", JsonForm.Number, "The share of the steps that it scored."),
        new("step_scores", Table, "For each response those of its steps."),
        new("replies", JsonForm.List(Reply), "What it wrote."));

    /// <summary>The fields beside a row's own, for each way in which it gives its responses.</summary>
    public static IReadOnlyList<JsonField> Fields { get; } =
    [
        new("reward", JsonForm.Number, "The response's reward."),
        new("rewards", Numbers, "The responses' rewards, in order."),
        new("reward_chosen", JsonForm.Number, "The better answer's reward."),
        new("reward_rejected", JsonForm.Number, "The worse answer's reward."),
        new("trace", Trace, "With --tokens: every token's numbers."),
        new("traces", JsonForm.List(Trace), "With --tokens: those of each response."),
        new("trace_chosen", Trace, "With --tokens: those of the better answer."),
        new("trace_rejected", Trace, "With --tokens: those of the worse answer."),
        new("step_rewards", JsonForm.List(JsonForm.Either(JsonForm.Number, Numbers)),
            "The chance that each step is right, as a process reward model says it; of several responses a list each."),
        new("step_rewards_chosen", Numbers, "The same of the better answer."),
        new("step_rewards_rejected", Numbers, "The same of the worse answer."),
        new("groups", JsonForm.List(JsonForm.Either(JsonForm.Number, Numbers)),
            "What each group of tokens gives to the reward; of several responses a list each."),
        new("groups_chosen", Numbers, "The same of the better answer."),
        new("groups_rejected", Numbers, "The same of the worse answer."),
        new("turns", JsonForm.List(JsonForm.Count), "With --turns: the message that each reward is of, from 0."),
        new("judge", Verdict, "What a judge said."),
    ];

    /// <summary>A line of output: the input's fields and the rewards, or why there are none.</summary>
    public static JsonForm ScoredRow { get; } = JsonForm.Either(
        new ObjectForm([.. RowForm.Row.Fields.Where(f => Fields.All(own => own.Name != f.Name)), .. Fields])
        {
            Others = JsonForm.Anything,
            Needs = [[[Any("reward")], [Any("rewards")], [Any("reward_chosen"), Any("reward_rejected")]]],
        },
        JsonForm.Object(
            new JsonField("error", JsonForm.Text, "What is wrong with the row.").Always,
            new JsonField("line", JsonForm.Count, "Its line in the input, from 1.").Always));

    private static ObjectForm Reply => JsonForm.Object(
        new("response", JsonForm.Count, "Which response it is of, from 0."),
        new JsonField("text", JsonForm.Text, "What it wrote.").Always,
        new("scores", NumbersOrNull, "What was read in it; null: nothing."),
        new("best_to_worst", JsonForm.List(JsonForm.Count), "The order that it named."),
        new("steps", JsonForm.List(JsonForm.Count), "The steps that it names."),
        new JsonField("cut", JsonForm.Flag, "Whether it ended for its length.").Always,
        new("counts", JsonForm.Flag, "False where it was left out of the verdict."));
}
