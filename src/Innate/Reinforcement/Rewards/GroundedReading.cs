using System.Globalization;
using System.Text.RegularExpressions;
using Innate.Reinforcement.Rollouts;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// Reads a response that was to answer from documents (Ground-GRPO, arXiv 2506.15522; the reading is ours where the paper has a
/// model): the answer between its tags, its statements sentence by sentence, a statement's citations as [1] in it or right after
/// it. A statement contains a gold answer where the answer's words stand in it in a row; its citation holds where a cited
/// document contains that answer too. A refusal's likeness is <see cref="TextSimilarity"/> with the words of a refusal.
/// </summary>
internal static partial class GroundedReading
{
    /// <summary>The response, read.</summary>
    /// <param name="text">The response.</param>
    /// <param name="prompt">What it was to be answered from.</param>
    public static GroundedAnswer Of(string text, GroundedPrompt prompt)
    {
        string? answer = AnswerOf(text, prompt.Tags);
        return new GroundedAnswer
        {
            HasFormat = answer is not null,
            Tags = [.. prompt.Tags.Select(t => Count(text, t))],
            IsAnswerable = prompt.Answers.Count > 0,
            Statements = answer is null ? [] : [.. StatementsOf(answer).Select(s => Judged(s, prompt))],
            Refusal = answer is null ? 0 : TextSimilarity.Of(Citation().Replace(answer, ""), prompt.Refusal),
        };
    }

    /// <summary>The answer between its tags; null where the tags do not stand once each, in order, around something.</summary>
    internal static string? AnswerOf(string text, IReadOnlyList<string> tags)
    {
        int at = 0, start = 0, end = text.Length;
        for (int t = 0; t < tags.Count; t++)
        {
            int found = text.IndexOf(tags[t], at, StringComparison.Ordinal);
            if (found < 0 || text.IndexOf(tags[t], found + 1, StringComparison.Ordinal) >= 0) return null;
            at = found + tags[t].Length;
            if (t == tags.Count - 1 && tags.Count > 1) end = found;
            else start = at;
        }

        string answer = text[start..end].Trim();
        return answer.Length > 0 ? answer : null;
    }

    /// <summary>An answer's sentences; citations after a full stop belong to the sentence before it.</summary>
    internal static IReadOnlyList<string> StatementsOf(string answer)
    {
        List<string> statements = [];
        foreach (string sentence in StepText.Split(answer, StepSplit.Sentences))
        {
            string leading = statements.Count > 0 ? Leading().Match(sentence).Value : "";
            if (leading.Length > 0) statements[^1] += " " + leading.Trim();
            string rest = sentence[leading.Length..].Trim();
            if (rest.Length > 0) statements.Add(rest);
        }

        return statements;
    }

    private static GroundedStatement Judged(string statement, GroundedPrompt prompt)
    {
        string[] words = Words(Citation().Replace(statement, " "));
        string[] golds = [.. prompt.Answers.Where(a => Contains(words, Words(a)))];
        int[] cited =
        [
            .. Citation().Matches(statement).Select(m =>
                int.TryParse(m.Groups[1].Value, CultureInfo.InvariantCulture, out int number) ? number : 0),
        ];
        bool? holds = cited.Length == 0 ? null : cited.Any(c => c >= 1 && c <= prompt.Documents.Count
            && golds.Any(g => Contains(Words(prompt.Documents[c - 1]), Words(g))));
        return new GroundedStatement(golds.Length > 0, holds);
    }

    private static bool Contains(string[] words, string[] part) => part.Length > 0 && Enumerable
        .Range(0, Math.Max(0, words.Length - part.Length + 1))
        .Any(i => words.AsSpan(i, part.Length).SequenceEqual(part));

    // Numbers keep their sign and their decimals.
    private static string[] Words(string text) => [.. Word().Matches(text).Select(m => m.Value.ToLowerInvariant())];

    private static int Count(string text, string tag)
    {
        int count = 0;
        for (int at = text.IndexOf(tag, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(tag, at + tag.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    [GeneratedRegex(@"\[([0-9]+)\]")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\A(\s*\[[0-9]+\][.,;]?)+")]
    private static partial Regex Leading();

    [GeneratedRegex(@"(?<![\p{L}\p{N}])-?[0-9]+(?:\.[0-9]+)?|[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
