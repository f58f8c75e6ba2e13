namespace Innate.Text;

/// <summary>
/// A response in steps, a blank line after each but the last: every step is encoded in the context of what stands before it, so
/// that every token belongs to one step. For a head that judges steps a blank line stands after the last one too, and no turn
/// ends: each step is judged at the last token of its blank line, whether another follows or not.
/// </summary>
internal static class StepEncoder
{
    /// <summary>The response's ids, and how many there are up to the end of each step.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="prompt">What it answers.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="judged">Whether a head that judges steps reads them.</param>
    /// <exception cref="InputException">A step is empty.</exception>
    public static (int[] Ids, int[] Ends) Encode(ChatFormat format, EncodedPrompt prompt, IReadOnlyList<string> steps,
        bool judged = false)
    {
        int[] ends = new int[steps.Count];
        EncodedPrompt before = prompt;
        for (int i = 0; i < ends.Length; i++)
        {
            if (steps[i].Length == 0) throw new InputException($"step {i} is empty; expected text");
            string text = (i == 0 ? format.Closing?.Lead : "") + steps[i];
            if (judged || i < ends.Length - 1) text += StepText.Separator;
            else if (format.Closing is { } closing) text += closing.Trail + closing.EndText;
            before = before.With(text, before.Continue(format.Tokenizer, text).Ids);
            ends[i] = before.Ids.Length - prompt.Ids.Length;
        }

        int[] ids = before.Ids[prompt.Ids.Length..];
        if (!judged && format.EndOfTurnId is int end && (ids.Length == 0 || ids[^1] != end))
        {
            ids = [.. ids, end];
            ends[^1]++;
        }

        return (ids, ends);
    }
}
