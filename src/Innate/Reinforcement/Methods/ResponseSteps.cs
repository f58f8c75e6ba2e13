using Innate.Text;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// A response cut into steps: its lines, and the sentences in them. Ours: papers cut at blank lines, which small models do not
/// write. A sentence ends with a full stop, an exclamation or a question mark before white space or the end: 3.5 is not cut.
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
                else if (says && EndsStep(text, at))
                {
                    end = t + 1;
                }
            }
        }

        if (says && (ends.Count == 0 || ends[^1] < ids.Length)) ends.Add(ids.Length);
        return [.. ends];
    }

    private static bool EndsStep(string text, int at) => text[at] is '\n' or '\u3002'
        || (text[at] is '.' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));
}
