using System.Text.Json;
using Innate.Jinja;

namespace Innate.Text;

/// <summary>
/// A model's chat template: turns a conversation into the text that the model was trained on, as Hugging Face's
/// transformers renders it. Parsed once; safe for concurrent rendering.
/// </summary>
/// <remarks>
/// Templates come with models and are not trusted: rendering has no access to anything but its input, and is stopped at fixed
/// limits of steps, nesting and text length. Every failure is an <see cref="InputException"/> that names the template and line.
/// </remarks>
public sealed class ChatTemplate
{
    private readonly JinjaTemplate _template;
    private readonly Lazy<JinjaTemplate>? _toolUse;
    private readonly IReadOnlyDictionary<string, object?> _specialTokens;

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="specialTokens">Variables such as bos_token and eos_token.</param>
    /// <param name="name">What error messages call the template.</param>
    /// <exception cref="InputException">The source is no template; the message names the line and what was expected.</exception>
    public ChatTemplate(string source, IReadOnlyDictionary<string, string>? specialTokens = null, string name = "chat_template")
        : this(source, specialTokens, name, TimeProvider.System)
    {
    }

    internal ChatTemplate(string source, IReadOnlyDictionary<string, string>? specialTokens, string name, TimeProvider clock)
        : this(source, Widen(specialTokens), name, null, clock)
    {
    }

    internal ChatTemplate(
        string source, IReadOnlyDictionary<string, object?> specialTokens, string name,
        (string Source, string Name)? toolUse, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        _specialTokens = specialTokens;
        _template = Parse(source, name, clock);
        _toolUse = toolUse is { } t ? new Lazy<JinjaTemplate>(() => Parse(t.Source, t.Name, clock)) : null;
    }

    /// <summary>The template's text, as it was given.</summary>
    public string Source { get; }

    /// <summary>
    /// Reads the template of a model's folder: chat_template.jinja, else chat_template.json, else the field "chat_template" of
    /// tokenizer_config.json (a text, or named templates: "default", and "tool_use", which is taken when tools are given).
    /// The special tokens come from tokenizer_config.json and special_tokens_map.json.
    /// </summary>
    /// <returns>Null where the folder has no template.</returns>
    /// <exception cref="InputException">A file is malformed, or the template is.</exception>
    public static ChatTemplate? Load(string folder) => ChatTemplateFolder.Load(folder, TimeProvider.System);

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">The conversation, first message first.</param>
    /// <param name="addGenerationPrompt">
    /// Whether the text ends with the opening of an assistant message, for the model to go on.
    /// </param>
    /// <param name="variables">
    /// More variables of the template, by name. A value that is valid JSON (true, 3, ["a"]) is read as such, any other is a text.
    /// </param>
    /// <param name="arguments">What a row gives beside the conversation; its variables replace those above.</param>
    /// <exception cref="InputException">The template refuses the conversation, fails, or exceeds a limit.</exception>
    public string Render(
        IReadOnlyList<ConversationMessage> messages, bool addGenerationPrompt = false,
        IReadOnlyDictionary<string, string>? variables = null, TemplateArguments? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        object?[] items = [.. messages.Select(Value)];
        Dictionary<string, object?> all = NewVariables(items, addGenerationPrompt);
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            all[name] = ReadVariable(name, value);
        }

        if (arguments?.Variables is { } own) AddMembers(all, own);
        if (arguments?.Tools is { } tools) all["tools"] = FromJson(tools);
        if (arguments?.Documents is { } documents) all["documents"] = FromJson(documents);
        return Render(all);
    }

    /// <summary>Renders a request: an object whose members, "messages" among them, are the template's variables.</summary>
    /// <param name="request">{"messages": [...], "add_generation_prompt"?, "tools"?, "documents"?, any other variable}.</param>
    /// <exception cref="InputException">
    /// The request has no list "messages", or the template refuses it, fails, or exceeds a limit.
    /// </exception>
    public string Render(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"A request to render must be a JSON object and is {Kind(request)}.");
        }

        if (!request.TryGetProperty("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array)
        {
            string found = messages.ValueKind == JsonValueKind.Undefined ? "is missing" : $"is {Kind(messages)}";
            throw new InputException($"A request to render needs the field 'messages', a list of messages; it {found}.");
        }

        Dictionary<string, object?> all = NewVariables(null, false);
        AddMembers(all, request);
        return Render(all);
    }

    private static object? Value(ConversationMessage message) => message.Fields is { } fields
        ? FromJson(fields)
        : new OrderedDictionary<string, object?> { ["role"] = message.Role, ["content"] = message.Content };

    private static object? FromJson(JsonElement value)
    {
        try
        {
            return TemplateValues.FromJson(value);
        }
        catch (JinjaException e)
        {
            throw new InputException($"The request cannot be rendered: {e.Message}", e);
        }
    }

    private static void AddMembers(Dictionary<string, object?> variables, JsonElement members)
    {
        try
        {
            foreach ((string name, object? value) in TemplateValues.Members(members)) variables[name] = value;
        }
        catch (JinjaException e)
        {
            throw new InputException($"The request cannot be rendered: {e.Message}", e);
        }
    }

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

    private string Render(Dictionary<string, object?> variables)
    {
        JinjaTemplate template = _toolUse is not null && variables["tools"] is not null ? _toolUse.Value : _template;
        try
        {
            return template.Render(variables);
        }
        catch (JinjaException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    /// <summary>What transformers always passes, given or not, above the special tokens.</summary>
    private Dictionary<string, object?> NewVariables(
        object? messages, bool addGenerationPrompt) => new(_specialTokens, StringComparer.Ordinal)
    {
        ["messages"] = messages,
        ["tools"] = null,
        ["documents"] = null,
        ["add_generation_prompt"] = addGenerationPrompt,
    };

    private static object? ReadVariable(string name, string value)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(value);
            return TemplateValues.FromJson(json.RootElement);
        }
        catch (JsonException)
        {
            return value;
        }
        catch (JinjaException e)
        {
            throw new InputException($"The template variable '{name}' cannot be used: {e.Message}", e);
        }
    }

    private static Dictionary<string, object?> Widen(IReadOnlyDictionary<string, string>? tokens) =>
        tokens?.ToDictionary(t => t.Key, t => (object?)t.Value, StringComparer.Ordinal) ?? [];

    internal static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "missing",
    };
}
