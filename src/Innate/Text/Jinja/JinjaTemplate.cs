namespace Innate.Text.Jinja;

/// <summary>
/// One parsed template: the Jinja that chat templates are written in, with the settings and functions of Hugging Face's
/// transformers. Immutable; any number of threads may render it.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly string _name;
    private readonly string _source;
    private readonly Statement[] _body;
    private readonly TimeProvider _clock;

    /// <exception cref="InputException">The source is no template; the message names the line and what was expected.</exception>
    public JinjaTemplate(string source, string name, TimeProvider? clock = null)
    {
        _name = name;
        _clock = clock ?? TimeProvider.System;
        _source = Lexer.Normalise(source);
        if (source.Length > Limits.SourceLength)
        {
            throw new InputException(FormattableString.Invariant(
                $"{name}: the template has {source.Length:N0} characters and the limit is {Limits.SourceLength:N0}."));
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

    /// <exception cref="InputException">
    /// The template raised, failed, or asked for more than <see cref="Limits"/> grants.
    /// </exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        var context = new RenderContext(variables, _clock);
        try
        {
            Statement.ExecuteAll(_body, context, new Scope(null));
            return context.Output.ToString();
        }
        catch (TemplateFault fault)
        {
            throw Located(fault, fault.Offset >= 0 ? fault.Offset : context.At);
        }
    }

    private InputException Located(TemplateFault fault, int offset)
    {
        ReadOnlySpan<char> before = _source.AsSpan(0, Math.Clamp(offset, 0, _source.Length));
        int line = before.Count('\n') + 1;
        int column = before.Length - before.LastIndexOf('\n');
        string end = fault.Message.Length > 0 && fault.Message[^1] is '.' or '!' or '?' ? "" : ".";
        return new InputException(
            FormattableString.Invariant($"{_name}, line {line}, column {column}: {fault.Message}{end}"), fault);
    }
}
