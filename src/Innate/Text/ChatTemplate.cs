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
    private readonly NamedTemplates _templates;
    private readonly string? _chosen;
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
        : this(NamedTemplates.Single(source, name, clock), Widen(specialTokens))
    {
    }

    internal ChatTemplate(
        NamedTemplates templates, IReadOnlyDictionary<string, object?> specialTokens, string? chosen = null) =>
        (_templates, _specialTokens, _chosen) = (templates, specialTokens, chosen);

    /// <summary>The template's text, as it was given.</summary>
    public string Source => _templates.Source(_chosen);

    /// <summary>What decides renderings, for fingerprints: the texts of all the model's templates.</summary>
    internal string Identity => _templates.Identity;

    /// <summary>
    /// Reads the templates of a model's folder: chat_template.jinja, else the field "chat_template" of tokenizer_config.json (a
    /// text, or named templates), and those in additional_chat_templates. "default" is rendered, and "tool_use" where tools are
    /// given. The special tokens come from tokenizer_config.json and special_tokens_map.json.
    /// </summary>
    /// <returns>Null where the folder has no template.</returns>
    /// <exception cref="InputException">A file is malformed, or the template is.</exception>
    public static ChatTemplate? Load(string folder) => ChatTemplateFolder.Load(folder, TimeProvider.System);

    /// <summary>Another of the model's templates, such as "rag".</summary>
    /// <param name="name">The template's name.</param>
    /// <exception cref="InputException">The model has none of that name; the message lists those it has.</exception>
    public ChatTemplate Named(string name)
    {
        _templates.Require(name);
        return new ChatTemplate(_templates, _specialTokens, name);
    }

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
        ConversationPreparation.RequireMessages(messages.Count);
        object?[] items = [.. messages.Select(Value)];
        Dictionary<string, object?> all = NewVariables(items, addGenerationPrompt);
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            ConversationPreparation.RequireVariable(name);
            all[name] = ReadVariable(name, value);
        }

        if (arguments?.Variables is { } own) AddMembers(all, own);
        if (arguments?.Tools is { } tools) all[ConversationPreparation.Tools] = Objects(tools, ConversationPreparation.Tools);
        if (arguments?.Documents is { } documents)
        {
            all[ConversationPreparation.Documents] = Objects(documents, ConversationPreparation.Documents);
        }

        return (arguments?.Template is { } asked ? Named(asked) : this).Render(all);
    }

    /// <summary>Renders a request: an object whose members, "messages" among them, are the template's variables.</summary>
    /// <param name="request">
    /// {"messages": [...], "add_generation_prompt"?, "continue_final_message"?, "chat_template"? (the name of one), "tools"?,
    /// "documents"?, any other variable}.
    /// </param>
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

        try
        {
            return RenderRequest(request, messages);
        }
        catch (JinjaException e)
        {
            throw new InputException($"The request cannot be rendered: {e.Message}", e);
        }
    }

    private static OrderedDictionary<string, object?> Value(ConversationMessage message) => ConversationPreparation.Message(
        message.Fields is { } fields
            ? Readable(() => TemplateValues.Members(fields).ToArray())
            : [new("role", message.Role), new(ConversationPreparation.Content, message.Content)]);

    private static object? Objects(JsonElement list, string field)
    {
        ConversationPreparation.RequireObjects(list, field);
        return Readable(() => TemplateValues.FromJson(list));
    }

    private static void AddMembers(Dictionary<string, object?> variables, JsonElement members)
    {
        foreach ((string name, object? value) in Readable(() => TemplateValues.Members(members).ToArray()))
        {
            ConversationPreparation.RequireVariable(name);
            variables[name] = value;
        }
    }

    private static T Readable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JinjaException e)
        {
            throw new InputException($"The row cannot be rendered: {e.Message}", e);
        }
    }

    private string RenderRequest(JsonElement request, JsonElement messages)
    {
        Dictionary<string, object?> all = NewVariables(null, false);
        foreach ((string name, object? value) in TemplateValues.Members(request)) all[name] = value;
        OrderedDictionary<string, object?>[] conversation = ConversationPreparation.ReadMessages(messages);
        foreach (string field in (string[])[ConversationPreparation.Tools, ConversationPreparation.Documents])
        {
            if (request.TryGetProperty(field, out JsonElement list)) ConversationPreparation.RequireObjects(list, field);
        }

        all[ConversationPreparation.Messages] = conversation;
        all.Remove(ConversationPreparation.ContinueFinalMessage);
        all.Remove(ConversationPreparation.ChatTemplateName);
        ChatTemplate template = Asked(request);
        if (!ConversationPreparation.IsOn(request, ConversationPreparation.ContinueFinalMessage)) return template.Render(all);
        if (ConversationPreparation.IsOn(request, ConversationPreparation.AddGenerationPrompt))
        {
            throw new InputException(
                $"'{ConversationPreparation.ContinueFinalMessage}' goes on with the last message and "
                + $"'{ConversationPreparation.AddGenerationPrompt}' begins a new one; expected one of the two.");
        }

        messages[conversation.Length - 1].TryGetProperty(ConversationPreparation.Content, out JsonElement content);
        string text = ConversationPreparation.MarkEnd(conversation[^1], content);
        return ConversationPreparation.CutAtMark(template.Render(all), text);
    }

    /// <summary>The template that a request names; this one where it names none.</summary>
    private ChatTemplate Asked(JsonElement request)
    {
        if (!request.TryGetProperty(ConversationPreparation.ChatTemplateName, out JsonElement name)) return this;
        return name.ValueKind switch
        {
            JsonValueKind.Null => this,
            JsonValueKind.String => Named(name.GetString()!),
            _ => throw new InputException(
                $"The field '{ConversationPreparation.ChatTemplateName}' must be a template's name and is {Kind(name)}."),
        };
    }

    private string Render(Dictionary<string, object?> variables)
    {
        JinjaTemplate template = _templates.Of(_chosen, hasTools: variables[ConversationPreparation.Tools] is not null);
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
        [ConversationPreparation.Messages] = messages,
        [ConversationPreparation.Tools] = null,
        [ConversationPreparation.Documents] = null,
        [ConversationPreparation.AddGenerationPrompt] = addGenerationPrompt,
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
