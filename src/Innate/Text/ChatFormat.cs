namespace Innate.Text;

/// <summary>How prompts and responses become token ids.</summary>
public sealed record ChatFormatOptions
{
    /// <summary>No template: the prompt with the tokenizer's own special tokens, the response with none, no end token.</summary>
    public bool Raw { get; init; }

    /// <summary>A system prompt; it replaces the system message that a conversation already begins with.</summary>
    public string? System { get; init; }

    /// <summary>Variables for the template, such as <c>enable_thinking</c> = <c>false</c>.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>Which of the model's chat templates, by its name; null: the default, or the one for tools.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>
    /// The template's name and the variables as "name=value" in the order of their names, for files that tell how a run was
    /// made.
    /// </summary>
    internal string DescribeVariables() => string.Join(
        ' ', (Variables ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key}={p.Value}")
            .Prepend(ChatTemplate is null ? null : $"{ConversationPreparation.ChatTemplateName}={ChatTemplate}")
            .OfType<string>());
}

/// <summary>
/// The one convention by which a conversation becomes token ids. Chat: prompt = the template rendered with
/// <c>add_generation_prompt</c>, encoded with no special tokens of the tokenizer's own (the template writes those that it
/// wants); response = its text encoded on its own, then the end-of-turn token. Raw: see <see cref="ChatFormatOptions.Raw"/>.
/// </summary>
public sealed class ChatFormat
{
    private const string Sentinel = "INNATESENTINEL";

    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate? _template;
    private readonly ChatFormatOptions _options;
    private readonly string _source;
    private int? _endOfTurn;

    /// <summary>A format of one tokenizer and template.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The model's chat template; null where it has none.</param>
    /// <param name="options">Chat or raw, system prompt, variables; null: chat with none.</param>
    /// <param name="source">What errors call the model: its folder.</param>
    /// <exception cref="InputException">
    /// There is no template and raw was not asked for, or options that exclude each other.
    /// </exception>
    public ChatFormat(Tokenizer tokenizer, ChatTemplate? template, ChatFormatOptions? options = null, string source = "the model")
    {
        _tokenizer = tokenizer;
        _options = options ?? new ChatFormatOptions();
        _template = _options.Raw ? null : template;
        _source = source;
        if (_options.Raw)
        {
            if (_options.System is not null)
            {
                throw new InputException(
                    nameof(_options.System), "none beside {Raw}, which bypasses the chat template", $"'{_options.System}'");
            }

            if (_options.ChatTemplate is not null)
            {
                throw new InputException(
                    nameof(_options.ChatTemplate), "none beside {Raw}, which bypasses the chat template",
                    $"'{_options.ChatTemplate}'");
            }

            if (_options.Variables is { Count: > 0 })
            {
                throw new InputException(
                    "Template", "no variables beside {Raw}, which bypasses the chat template", _options.DescribeVariables());
            }
        }
        else if (template is null)
        {
            throw new InputException("Raw",
                $"on, which encodes prompt and response as they are, for {source} has no chat template", "off");
        }

        foreach (string name in _options.Variables?.Keys ?? []) ConversationPreparation.RequireVariable(name);
        if (!_options.Raw && _options.ChatTemplate is { } chosen) _template = template!.Named(chosen);
    }

    /// <summary>Whether the template is bypassed.</summary>
    public bool IsRaw => _template is null;

    /// <summary>
    /// The last id of every chat response: the first special token that the template writes after an assistant message, or
    /// the tokenizer's end-of-sequence token where the template writes none; null in raw mode, which has none.
    /// </summary>
    /// <exception cref="InputException">Neither exists.</exception>
    public int? EndOfTurnId => IsRaw ? null : _endOfTurn ??= FindEndOfTurn();

    /// <summary>What the template writes to let the assistant begin; empty where it writes nothing, and in raw mode.</summary>
    public string GenerationPrompt
    {
        get
        {
            if (IsRaw) return "";
            ConversationMessage[] probe = [new("user", "INNATEPROBE")];
            string without = Render(probe, addGenerationPrompt: false), with = Render(probe, addGenerationPrompt: true);
            return with.StartsWith(without, StringComparison.Ordinal) ? with[without.Length..] : "";
        }
    }

    /// <summary>The text whose encoding is the prompt: the rendered template, or in raw mode the prompt itself.</summary>
    /// <param name="prompt">The user's message.</param>
    public string RenderPrompt(string prompt) => IsRaw ? prompt : RenderPrompt([new ConversationMessage("user", prompt)]);

    /// <summary>The text whose encoding is the prompt: the template rendered with a generation prompt.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <exception cref="InputException">Raw mode, or the template refuses the messages.</exception>
    public string RenderPrompt(IReadOnlyList<ConversationMessage> messages) => Render(messages, addGenerationPrompt: true);

    /// <summary>
    /// The whole conversation as the template writes it, the response as an assistant message, no generation prompt.
    /// </summary>
    /// <param name="messages">The conversation before the response.</param>
    /// <param name="response">The assistant's message.</param>
    /// <exception cref="InputException">Raw mode, or the template refuses the messages.</exception>
    public string RenderConversation(IReadOnlyList<ConversationMessage> messages, string response) =>
        Render([.. messages, new ConversationMessage("assistant", response)], addGenerationPrompt: false);

    /// <summary>The prompt's ids.</summary>
    /// <param name="prompt">One user message, or in raw mode the text itself.</param>
    public int[] EncodePrompt(string prompt) => _tokenizer.Encode(RenderPrompt(prompt), addSpecialTokens: IsRaw);

    /// <summary>The prompt's ids.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <exception cref="InputException">Raw mode, or the template refuses the messages.</exception>
    public int[] EncodePrompt(IReadOnlyList<ConversationMessage> messages) =>
        _tokenizer.Encode(RenderPrompt(messages), addSpecialTokens: false);

    /// <summary>The response's ids: its text encoded on its own and, unless raw, the end-of-turn token.</summary>
    /// <param name="text">The response's text.</param>
    /// <exception cref="InputException">
    /// The text is empty: an end token alone would be a score of nothing that was said.
    /// </exception>
    public int[] EncodeResponse(string text)
    {
        int[] ids = _tokenizer.Encode(text, addSpecialTokens: false);
        if (ids.Length == 0) throw new InputException("the response is empty; expected text, for there is nothing to score");
        return EndOfTurnId is int end ? [.. ids, end] : ids;
    }

    /// <summary>
    /// Whatever ends a turn ends a response: the end-of-turn token, the tokenizer's end-of-sequence token, and the config's.
    /// </summary>
    /// <param name="endOfSequenceIds">The config's.</param>
    public IReadOnlySet<int> StopIds(IEnumerable<int> endOfSequenceIds)
    {
        HashSet<int> ids = [.. endOfSequenceIds];
        if (_tokenizer.EndOfSequence is { } eos && _tokenizer.TokenToId(eos) is int id) ids.Add(id);
        if (EndOfTurnId is int end) ids.Add(end);
        return ids;
    }

    private string Render(IReadOnlyList<ConversationMessage> messages, bool addGenerationPrompt)
    {
        if (_template is null)
        {
            throw new InputException("\"messages\" need the chat template, which raw encoding bypasses: give \"prompt\".");
        }

        return _template.Render(WithSystem(messages), addGenerationPrompt, _options.Variables);
    }

    private IReadOnlyList<ConversationMessage> WithSystem(IReadOnlyList<ConversationMessage> messages)
    {
        if (_options.System is not { } system) return messages;
        IEnumerable<ConversationMessage> rest = messages is [{ Role: "system" }, ..] ? messages.Skip(1) : messages;
        return [new ConversationMessage("system", system), .. rest];
    }

    // A probe: whatever the template writes between an assistant's words and the end of the conversation closes the turn.
    private int FindEndOfTurn()
    {
        string rendered = Probe([new ConversationMessage("user", "INNATEPROBE")])
            ?? Probe([new ConversationMessage("system", "INNATEPROBE"), new ConversationMessage("user", "INNATEPROBE")])
            ?? "";
        int at = rendered.LastIndexOf(Sentinel, StringComparison.Ordinal);
        if (at >= 0)
        {
            foreach (int id in _tokenizer.Encode(rendered[(at + Sentinel.Length)..], addSpecialTokens: false))
            {
                if (_tokenizer.IsSpecial(id)) return id;
            }
        }

        return _tokenizer.EndOfSequence is { } eos && _tokenizer.TokenToId(eos) is int eosId
            ? eosId
            : throw new InputException(
                $"{_source}: its chat template writes no special token after an assistant message and its tokenizer has no eos "
                + $"token, "
                + "so no token ends a response: encode it raw.");
    }

    // A template may refuse the probe for reasons that are no row's fault (it wants a system message, or no assistant).
    private string? Probe(IReadOnlyList<ConversationMessage> messages)
    {
        try
        {
            return RenderConversation(messages, Sentinel);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
