namespace Innate.Text;

/// <summary>Where a text is cut into steps.</summary>
public enum StepSplit
{
    /// <summary>At blank lines; a text without one at its lines. ProcessBench's and Qwen's process reward models' form.</summary>
    Paragraphs,

    /// <summary>At every line's end.</summary>
    Lines,

    /// <summary>
    /// At every line's end, and after the sentences in a line: a full stop, an exclamation or a question mark before white space
    /// or the end, so that 3.5 is not cut.
    /// </summary>
    Sentences,
}

/// <summary>
/// A solution as steps. The other way round steps are written with a blank line after each (ProcessBench's form; TRL's trainer
/// writes a line's end unless its <c>step_separator</c> is set). What holds neither letter nor digit is no step of its own.
/// </summary>
internal static class StepText
{
    /// <summary>What stands after each step.</summary>
    public const string Separator = "\n\n";

    /// <summary>The ways to cut, by name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["paragraphs", "lines", "sentences"];

    /// <summary>The way of a name; null: there is none.</summary>
    public static StepSplit? Find(string name) =>
        Names.ToList().IndexOf(name) is >= 0 and int at ? (StepSplit)at : null;

    /// <summary>A text's steps, without the blanks around them; none of a text without a letter or digit.</summary>
    /// <param name="text">The solution.</param>
    /// <param name="split">Where it is cut.</param>
    public static string[] Split(string text, StepSplit split = StepSplit.Paragraphs) =>
        [.. Pieces(text, split).Select(p => p.Trim())];

    /// <summary>The same with all white space, so that the pieces together are the text.</summary>
    /// <param name="text">The solution.</param>
    /// <param name="split">Where it is cut.</param>
    public static string[] Pieces(string text, StepSplit split)
    {
        int start = 0;
        List<string> pieces = [];
        foreach (int end in Ends(text, split))
        {
            pieces.Add(text[start..end]);
            start = end;
        }

        return [.. pieces];
    }

    /// <summary>
    /// After how many characters each step ends, rising, the white space after it included; the last is the text's length. Empty
    /// where the text says nothing.
    /// </summary>
    /// <param name="text">The solution.</param>
    /// <param name="split">Where it is cut.</param>
    public static int[] Ends(string text, StepSplit split = StepSplit.Paragraphs)
    {
        List<int> ends = [];
        bool says = false, ended = false;
        for (int at = 0; at < text.Length; at++)
        {
            if (ended && !char.IsWhiteSpace(text[at]))
            {
                ends.Add(at);
                (says, ended) = (false, false);
            }

            says |= char.IsLetterOrDigit(text[at]);
            ended |= says && EndsStep(text, at, split);
        }

        if (says) ends.Add(text.Length);
        else if (ends.Count > 0) ends[^1] = text.Length;
        return split == StepSplit.Paragraphs && ends.Count == 1 ? Ends(text, StepSplit.Lines) : [.. ends];
    }

    /// <summary>
    /// A step that was given as one: blank lines within it become ends of lines, for a blank line would end it.
    /// </summary>
    /// <exception cref="InputException">Nothing is left of it.</exception>
    public static string Clean(string step)
    {
        string text = string.Join('\n', step.ReplaceLineEndings("\n").Split(
            Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return text.Length > 0 ? text : throw new InputException("a step is empty; expected text");
    }

    /// <summary>Whether a sentence or a line ends with a character.</summary>
    internal static bool EndsSentence(string text, int at) => text[at] is '\n' or '\u3002'
        || (text[at] is '.' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));

    private static bool EndsStep(string text, int at, StepSplit split) => split switch
    {
        StepSplit.Sentences => EndsSentence(text, at),
        StepSplit.Lines => text[at] is '\n',
        _ => text[at] is '\n' && text.AsSpan(at + 1).TrimStart(" \t\r") is ['\n', ..],
    };
}
