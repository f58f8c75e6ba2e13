using Innate.Text;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// A response's tokens cut into steps: its lines, and the sentences in them (<see cref="StepSplit.Sentences"/>). Ours: papers cut
/// at blank lines, which small models do not write.
/// </summary>
internal static class ResponseSteps
{
    /// <summary>
    /// After how many tokens each step ends, rising; the last is the response's length. What holds no letter or digit belongs to
    /// the step before it.
    /// </summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="ids">The response.</param>
    /// <returns>Empty where the response says nothing.</returns>
    public static int[] Ends(Tokenizer tokenizer, int[] ids)
    {
        string[] texts = AnswerSpan.Texts(tokenizer, ids);
        string text = string.Concat(texts);
        List<int> ends = [];
        int at = 0, end = 0;
        bool says = false;
        for (int t = 0; t < texts.Length; t++)
        {
            for (int last = at + texts[t].Length; at < last; at++)
            {
                if (char.IsLetterOrDigit(text[at]))
                {
                    // The next step has begun: the one before ended where it could.
                    if (end > 0 && (ends.Count == 0 || end > ends[^1])) ends.Add(end);
                    (says, end) = (true, 0);
                }
                else if (says && StepText.EndsSentence(text, at))
                {
                    end = t + 1;
                }
            }
        }

        if (says && (ends.Count == 0 || ends[^1] < ids.Length)) ends.Add(ids.Length);
        return [.. ends];
    }
}
