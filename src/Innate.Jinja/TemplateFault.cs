namespace Innate.Jinja;

/// <summary>
/// What went wrong inside a template, before the template's name and the line are known: <see cref="JinjaTemplate"/> turns it
/// into the <see cref="JinjaException"/> that its caller sees. <paramref name="offset"/> is a position in the source, or -1 for
/// "wherever the interpreter was".
/// </summary>
internal sealed class TemplateFault(string message, int offset = -1) : Exception(Shorten(message))
{
    public int Offset { get; } = offset;

    /// <summary>A text of the template's own making, short enough to stand in a sentence.</summary>
    public static string Shorten(string text)
    {
        if (text.Length <= Limits.Reason) return text;
        int end = Limits.Reason - 3;
        if (char.IsHighSurrogate(text[end - 1])) end--;
        return text[..end] + "...";
    }
}
