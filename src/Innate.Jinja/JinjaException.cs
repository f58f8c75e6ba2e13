namespace Innate.Jinja;

/// <summary>
/// A template that is none, that raised or failed while it was rendered, or a value that no template can take. The message is one
/// sentence with the place.
/// </summary>
public sealed class JinjaException : Exception
{
    /// <summary>A fault at a place of a template's source.</summary>
    /// <param name="template">What the template was called.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1, in UTF-16 units.</param>
    /// <param name="reason">What was expected and what was found.</param>
    /// <param name="inner">What it was found by; null: nothing else.</param>
    public JinjaException(string template, int line, int column, string reason, Exception? inner = null)
        : base(FormattableString.Invariant($"{template}, line {line}, column {column}: {Ended(reason)}"), inner) =>
        (Template, Line, Column, Reason) = (template, line, column, TemplateFault.Shorten(reason));

    /// <summary>A fault of a whole template.</summary>
    /// <param name="template">What the template was called.</param>
    /// <param name="reason">What was expected and what was found.</param>
    internal JinjaException(string template, string reason)
        : base($"{template}: {Ended(reason)}") => (Template, Reason) = (template, TemplateFault.Shorten(reason));

    /// <summary>A fault of a value, before any template saw it.</summary>
    /// <param name="fault">What is wrong with it.</param>
    internal JinjaException(TemplateFault fault)
        : base(Ended(fault.Message), fault) => Reason = fault.Message;

    /// <summary>What the template was called; null where the fault is a value's.</summary>
    public string? Template { get; }

    /// <summary>The line of the source, from 1; null where no one line is at fault.</summary>
    public int? Line { get; }

    /// <summary>The column of the source, from 1, in UTF-16 units; null where no one line is at fault.</summary>
    public int? Column { get; }

    /// <summary>What was expected and what was found, without the place.</summary>
    public string Reason { get; }

    private static string Ended(string text)
    {
        string reason = TemplateFault.Shorten(text);
        return reason.Length > 0 && reason[^1] is '.' or '!' or '?' ? reason : $"{reason}.";
    }
}
