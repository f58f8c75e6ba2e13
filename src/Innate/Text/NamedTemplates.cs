using Innate.Jinja;

namespace Innate.Text;

/// <summary>The chat templates of one model, by name. Each is parsed when it is first used.</summary>
/// <param name="templates">Each template's text and what error messages call it.</param>
/// <param name="source">What errors call the model: its folder or config.</param>
/// <param name="clock">What strftime_now reads.</param>
internal sealed class NamedTemplates(
    IReadOnlyDictionary<string, (string Source, string Name)> templates, string source, TimeProvider clock)
{
    public const string Default = "default", ToolUse = "tool_use";

    private readonly Dictionary<string, Lazy<JinjaTemplate>> _parsed = templates.ToDictionary(
        t => t.Key, t => new Lazy<JinjaTemplate>(() => Parse(t.Value.Source, t.Value.Name, clock)), StringComparer.Ordinal);

    /// <summary>One template without a name of its own.</summary>
    public static NamedTemplates Single(string source, string name, TimeProvider clock)
    {
        var one = new NamedTemplates(
            new Dictionary<string, (string, string)>(StringComparer.Ordinal) { [Default] = (source, name) }, name, clock);
        _ = one.Of(null, hasTools: false);
        return one;
    }

    /// <summary>All texts in the order of their names: two models render alike only where these are equal.</summary>
    public string Identity => templates is { Count: 1 } && templates.TryGetValue(Default, out (string Source, string) only)
        ? only.Source
        : string.Join('\0', templates.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}\0{t.Value.Source}"));

    /// <summary>The text of the template that a conversation without tools gets.</summary>
    /// <param name="chosen">The name that was asked for; null: none was.</param>
    public string Source(string? chosen) =>
        templates.TryGetValue(chosen ?? Default, out (string Source, string) found) ? found.Source : Identity;

    /// <summary>Refuses a name that no template has.</summary>
    public void Require(string name)
    {
        if (_parsed.ContainsKey(name)) return;
        throw new InputException(
            nameof(ChatFormatOptions.ChatTemplate), $"one of {source}: {Names}",
            $"'{name}'{NearestName.Hint(name, _parsed.Keys)}");
    }

    /// <summary>The template for a conversation.</summary>
    /// <param name="chosen">The name that was asked for; null: the one for tools, or the default.</param>
    /// <param name="hasTools">Whether tools are given.</param>
    /// <exception cref="InputException">There is none of that name, or it is malformed.</exception>
    public JinjaTemplate Of(string? chosen, bool hasTools)
    {
        if (chosen is not null) Require(chosen);
        string name = chosen ?? (hasTools && _parsed.ContainsKey(ToolUse) ? ToolUse : Default);
        return _parsed.TryGetValue(name, out Lazy<JinjaTemplate>? found)
            ? found.Value
            : throw new InputException(
                $"{source}: there are the chat templates {Names} and none named '{Default}'; expected one of them to be chosen.");
    }

    private string Names => string.Join(", ", _parsed.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));

    private static JinjaTemplate Parse(string source, string name, TimeProvider clock)
    {
        try
        {
            return new JinjaTemplate(source, name, clock);
        }
        catch (JinjaException e)
        {
            throw new InputException(e.Message, e);
        }
    }
}
