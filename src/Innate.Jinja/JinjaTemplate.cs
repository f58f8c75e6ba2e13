namespace Innate.Jinja;

/// <summary>
/// One parsed template: the Jinja that chat templates are written in, with the settings and functions of Hugging Face's
/// transformers. Immutable; any number of threads may render it.
/// </summary>
/// <remarks>
/// Templates come with models and are not trusted: rendering has no access to anything but its variables and the clock, and is
/// stopped at fixed limits of steps, nesting and text length, which are counts and never times.
/// </remarks>
public sealed class JinjaTemplate
{
    private readonly string _name;
    private readonly string _source;
    private readonly Statement[] _body;
    private readonly TimeProvider _clock;

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="clock">What the template's strftime_now reads; null: the system's.</param>
    /// <exception cref="JinjaException">The source is no template; the message names the line and what was expected.</exception>
    public JinjaTemplate(string source, string name, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _name = name;
        _clock = clock ?? TimeProvider.System;
        _source = Lexer.Normalise(source);
        if (source.Length > Limits.SourceLength)
        {
            throw new JinjaException(name, FormattableString.Invariant(
                $"the template has {source.Length:N0} characters and the limit is {Limits.SourceLength:N0}"));
        }

        try
        {
            _body = Parser.Parse(_source);
        }
        catch (TemplateFault fault)
        {
            throw Located(fault, fault.Offset);
        }
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">Each variable's value by name, of the kinds that <see cref="TemplateValues"/> lists.</param>
    /// <exception cref="JinjaException">
    /// The template raised, failed, or asked for more than its limits grant; the message names the line.
    /// </exception>
    /// <exception cref="ArgumentException">A variable is of a kind that no template can hold.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        RenderContext? context = null;
        try
        {
            context = new RenderContext(variables.ToDictionary(v => v.Key, v => TemplateValues.From(v.Value)), _clock);
            Statement.ExecuteAll(_body, context, new Scope(null));
            return context.Output.ToString();
        }
        catch (TemplateFault fault)
        {
            throw Located(fault, fault.Offset >= 0 ? fault.Offset : context!.At);
        }
    }

    private JinjaException Located(TemplateFault fault, int offset)
    {
        ReadOnlySpan<char> before = _source.AsSpan(0, Math.Clamp(offset, 0, _source.Length));
        int line = before.Count('\n') + 1;
        int column = before.Length - before.LastIndexOf('\n');
        return new JinjaException(_name, line, column, fault.Message, fault);
    }
}
