namespace Innate.Text;

/// <summary>
/// A solution as steps: what stands between blank lines; of a text without one, its lines. The other way round steps are written
/// with a blank line after each (ProcessBench's and Qwen's PRMs' form; TRL's trainer writes a line's end unless its
/// <c>step_separator</c> is set).
/// </summary>
internal static class StepText
{
    /// <summary>What stands after each step.</summary>
    public const string Separator = "\n\n";

    /// <summary>A text's steps, without the blanks around them; none of a blank text.</summary>
    public static string[] Split(string text)
    {
        string plain = text.ReplaceLineEndings("\n");
        string[] parts = Pieces(plain, Separator);
        return parts.Length > 1 ? parts : Pieces(plain, "\n");
    }

    /// <summary>
    /// A step that was given as one: blank lines within it become ends of lines, for a blank line would end it.
    /// </summary>
    /// <exception cref="InputException">Nothing is left of it.</exception>
    public static string Clean(string step)
    {
        string text = string.Join('\n', Pieces(step.ReplaceLineEndings("\n"), Separator));
        return text.Length > 0 ? text : throw new InputException("a step is empty; expected text");
    }

    private static string[] Pieces(string text, string separator) =>
        text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
