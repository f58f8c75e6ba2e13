using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;
using Innate.Text;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// Which tokens say nothing, without the outside compressor that Bingo asks (arXiv 2506.08125). Ours: those of a fixed list of
/// English words, and those of white space and marks alone. Special tokens count for neither.
/// </summary>
internal static class FillerTokens
{
    private const string Marks = ".,;:!?*#'\"()";

    // What Bingo remembers of each batch.
    private const string Scores = "training_scores";

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "actually", "ah", "also", "an", "and", "are", "as", "basically", "can", "first", "for", "have", "hmm", "i", "in",
        "is", "it", "just", "let", "like", "me", "need", "next", "now", "of", "oh", "okay", "ok", "on", "our", "really", "see",
        "simply", "so", "that", "the", "then", "there", "therefore", "this", "thus", "to", "us", "very", "wait", "we", "well",
        "will", "with", "you",
    };

    /// <summary>How many of a response's tokens say something, and how many do not.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="ids">The response.</param>
    public static SignificanceCount Count(Tokenizer tokenizer, int[] ids)
    {
        string[] texts = AnswerSpan.Texts(tokenizer, ids);
        string text = string.Concat(texts);
        List<double> kept = [];
        int at = 0;
        foreach (string own in texts)
        {
            if (own.Length > 0) kept.Add(IsFiller(text, at, at += own.Length) ? 0 : 1);
        }

        return TokenSignificance.Count([[.. kept]]);
    }

    /// <summary>The groups, each with the counts of the start model's likeliest answer to its prompt in its notes.</summary>
    /// <param name="scene">Its reference answers.</param>
    /// <param name="groups">Sampled.</param>
    public static IReadOnlyList<RolloutGroup> WithReference(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<Rollout[]> answers = scene.Models.Sample(
            scene.Models.ReferenceGenerator!, [.. groups.Select(g => g.Prompt.Ids)], 1, key: 0, scene.Cancellation,
            temperature: 0);
        return
        [
            .. groups.Select((g, i) =>
            {
                SignificanceCount count = Count(scene.Models.Tokenizer, answers[i][0].Response.TokenIds);
                return g with { Notes = [[count.Insignificant, count.Significant]] };
            }),
        ];
    }

    /// <summary>The counts that <see cref="WithReference"/> noted.</summary>
    public static SignificanceCount ReferenceOf(RolloutGroup group) =>
        new((int)group.Notes![0][0], (int)group.Notes[0][1]);

    /// <summary>What a significant token of a wrong answer is worth in this batch: <see cref="SlopeFactor"/>.</summary>
    public static double Worth(RolloutScene scene) => SlopeFactor.Compute(scene.Memory[Scores]) is [.., var last]
        ? last.K : SlopeFactor.Initial();

    /// <summary>Remembers the share of right answers, by which the next batches' worth goes. All are learned from.</summary>
    public static int[] Remember(RolloutScene scene, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards)
    {
        scene.Memory.Append(Scores, rewards.SelectMany(r => r.Rewards).Average(r => r > 0 ? 1.0 : 0));
        return [.. Enumerable.Range(0, groups.Count)];
    }

    // A token of letters is a part of its word; one with a digit or a sign says something.
    private static bool IsFiller(string text, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            char c = text[i];
            if (char.IsWhiteSpace(c) || Marks.Contains(c, StringComparison.Ordinal)) continue;
            if (!char.IsLetter(c)) return false;
            int start = i, end = i;
            while (start > 0 && char.IsLetter(text[start - 1])) start--;
            while (end < text.Length && char.IsLetter(text[end])) end++;
            if (!Words.Contains(text[start..end])) return false;
            i = end - 1;
        }

        return true;
    }
}
