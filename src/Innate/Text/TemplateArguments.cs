using System.Text.Json;

namespace Innate.Text;

/// <summary>What a row gives its chat template beside the conversation.</summary>
public sealed record TemplateArguments
{
    /// <summary>
    /// Which of the model's named templates writes the conversation; null: the default, or "tool_use" with tools.
    /// </summary>
    public string? Template { get; init; }

    /// <summary>
    /// A system prompt; it replaces the one of the options, and the system message that the conversation begins with.
    /// </summary>
    public string? System { get; init; }

    /// <summary>The tools that the model may call: a list of objects; null: none.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Documents to answer from: a list of objects; null: none.</summary>
    public JsonElement? Documents { get; init; }

    /// <summary>
    /// An object whose members are variables of the template (<c>chat_template_kwargs</c>); they replace those of the options.
    /// </summary>
    public JsonElement? Variables { get; init; }

    /// <summary>Whether nothing is given.</summary>
    internal bool IsEmpty => Template is null && System is null && Tools is null && Documents is null && Variables is null;
}
