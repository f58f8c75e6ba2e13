namespace Innate.Text;

/// <summary>
/// The one convention by which a conversation becomes token ids. Chat: prompt = the template rendered with
/// <c>add_generation_prompt</c>, encoded with no special tokens of the tokenizer's own (the template writes those that it
/// wants); response = the ids that follow the prompt's in the encoding of prompt, response and end of turn together. Raw: see
/// <see cref="ChatFormatOptions.Raw"/>.
/// </summary>
public sealed class ChatFormat
{
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate? _template;
    private readonly ChatFormatOptions _options;
    private readonly string _source;
    private TurnClosing? _closing;

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

    private ChatFormat(ChatFormat other, ChatFormatOptions options) =>
        (_tokenizer, _template, _options, _source, _closing) =
            (other._tokenizer, other._template, options, other._source, other._closing);

    /// <summary>The same with another system prompt.</summary>
    /// <exception cref="InputException">Raw mode, which has none.</exception>
    internal ChatFormat WithSystem(string system) => IsRaw
        ? throw new InputException("Raw", "off with a profile, whose words are a system prompt", "on")
        : new ChatFormat(this, _options with { System = system });

    /// <summary>The same for a process reward model, whose head judges a response's steps; or for another model.</summary>
    /// <param name="steps">Where it wants responses cut; null: it is none.</param>
    public ChatFormat Judging(StepSplit? steps) =>
        steps == JudgedSteps ? this : new ChatFormat(this, _options with { JudgedSteps = steps });

    /// <summary>The model's tokenizer.</summary>
    internal Tokenizer Tokenizer => _tokenizer;

    /// <summary>Whether the template is bypassed.</summary>
    public bool IsRaw => _template is null;

    /// <summary>Whether responses are read by a head that judges steps.</summary>
    internal bool JudgesSteps => JudgedSteps is not null;

    /// <summary>Where that head wants them cut; null: there is none.</summary>
    internal StepSplit? JudgedSteps => _options.JudgedSteps;

    /// <summary>A response's steps, as that head reads them.</summary>
    internal string[] StepsOf(string response) => StepText.Split(response, JudgedSteps ?? StepSplit.Paragraphs);

    /// <summary>
    /// The last id of every chat response: the first added token, special or not, that the template writes after an assistant
    /// message, or the tokenizer's end-of-sequence token where the template writes none; null in raw mode, which has none.
    /// </summary>
    /// <exception cref="InputException">Neither exists.</exception>
    public int? EndOfTurnId => Closing?.EndId;

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
    /// <param name="arguments">What the template is given beside it; null: nothing.</param>
    /// <exception cref="InputException">Raw mode, or the template refuses the messages.</exception>
    public string RenderPrompt(IReadOnlyList<ConversationMessage> messages, TemplateArguments? arguments = null) =>
        Render(messages, addGenerationPrompt: true, arguments);

    /// <summary>
    /// The whole conversation as the template writes it, the response as an assistant message, no generation prompt.
    /// </summary>
    /// <param name="messages">The conversation before the response.</param>
    /// <param name="response">The assistant's message.</param>
    /// <param name="arguments">What the template is given beside them; null: nothing.</param>
    /// <exception cref="InputException">Raw mode, or the template refuses the messages.</exception>
    public string RenderConversation(
        IReadOnlyList<ConversationMessage> messages, string response, TemplateArguments? arguments = null) =>
        Render([.. messages, new ConversationMessage("assistant", response)], addGenerationPrompt: false, arguments);

    /// <summary>The prompt as the model reads it.</summary>
    /// <param name="prompt">One user message, or in raw mode the text itself.</param>
    /// <param name="arguments">What the template is given beside it; null: nothing.</param>
    /// <exception cref="InputException">The template refuses it, or raw mode is given what only a template can use.</exception>
    public EncodedPrompt EncodePrompt(string prompt, TemplateArguments? arguments = null)
    {
        if (!IsRaw) return EncodePrompt([new ConversationMessage("user", prompt)], arguments);
        RequireNone(arguments);
        return new EncodedPrompt(prompt, _tokenizer.EncodeBeginning(prompt)) { HasBeginning = true };
    }

    /// <summary>The prompt as the model reads it.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="arguments">What the template is given beside it; null: nothing.</param>
    /// <exception cref="InputException">Raw mode, or the template refuses the messages.</exception>
    public EncodedPrompt EncodePrompt(IReadOnlyList<ConversationMessage> messages, TemplateArguments? arguments = null)
    {
        string text = RenderPrompt(messages, arguments);
        return new EncodedPrompt(text, _tokenizer.Encode(text));
    }

    /// <summary>A prompt of which only the ids are known.</summary>
    /// <param name="ids">The prompt's ids, which stay as they are.</param>
    public EncodedPrompt PromptOf(int[] ids) => new(_tokenizer.Decode(ids), ids);

    /// <summary>
    /// The response as the model reads it: the ids that follow the prompt's in the encoding of both, the end of the turn included
    /// unless raw.
    /// </summary>
    /// <param name="prompt">What it answers.</param>
    /// <param name="text">The response's text.</param>
    /// <exception cref="InputException">
    /// The text is empty: an end token alone would be a score of nothing that was said.
    /// </exception>
    public EncodedResponse EncodeResponse(EncodedPrompt prompt, string text)
    {
        if (text.Length == 0) throw NothingToScore();
        (int[] ids, bool straddles) = prompt.Continue(_tokenizer, TurnOf(text));
        if (EndOfTurnId is not int end) return ids.Length > 0 ? new EncodedResponse(ids, straddles) : throw NothingToScore();
        if (ids.Length == 0 || ids[^1] != end) ids = [.. ids, end];
        return ids.Length > 1 ? new EncodedResponse(ids, straddles) : throw NothingToScore();
    }

    /// <summary>
    /// The words of an assistant's message as the template writes them: its content, or where it holds more than text what stands
    /// between the prompt and the end of the turn.
    /// </summary>
    /// <param name="prompt">What it answers.</param>
    /// <param name="messages">The conversation that the prompt was made of.</param>
    /// <param name="response">The message.</param>
    /// <param name="arguments">What the template is given beside them; null: nothing.</param>
    /// <exception cref="InputException">The template writes the finished conversation otherwise than the prompt.</exception>
    internal string WordsOf(
        EncodedPrompt prompt, IReadOnlyList<ConversationMessage> messages, ConversationMessage response,
        TemplateArguments? arguments)
    {
        if (response.Fields is null) return response.Content;
        string whole = Render([.. messages, response], addGenerationPrompt: false, arguments);
        if (!whole.StartsWith(prompt.Text, StringComparison.Ordinal))
        {
            throw new InputException(
                "expected a chat template that writes the finished conversation as the prompt and what follows, found one that "
                + "writes the prompt otherwise: an assistant's message with more than text cannot be encoded");
        }

        string words = whole[prompt.Text.Length..];
        TurnClosing closing = Closing!;
        string close = closing.Trail + closing.EndText;
        int end = close.Length == 0 ? -1 : words.LastIndexOf(close, StringComparison.Ordinal);
        words = end < 0 ? words.TrimEnd() : words[..end];
        return words.StartsWith(closing.Lead, StringComparison.Ordinal) ? words[closing.Lead.Length..] : words;
    }

    /// <summary>All that the template writes for an assistant's turn after the generation prompt, up to its end.</summary>
    internal string TurnOf(string words) =>
        Closing is { } closing ? closing.Lead + words + closing.Trail + closing.EndText : words;

    /// <summary>
    /// The ids of a whole conversation as a trained reward model reads it: the template's own rendering, its own tail included,
    /// without a generation prompt.
    /// </summary>
    /// <param name="messages">The conversation before the response.</param>
    /// <param name="response">The assistant's message.</param>
    /// <param name="arguments">What the template is given beside them; null: nothing.</param>
    /// <exception cref="InputException">The response is empty, raw mode, or the template refuses the messages.</exception>
    public int[] EncodeConversation(
        IReadOnlyList<ConversationMessage> messages, string response, TemplateArguments? arguments = null) =>
        response.Length == 0
            ? throw NothingToScore()
            : EncodeConversation(messages, new ConversationMessage("assistant", response), arguments);

    /// <inheritdoc cref="EncodeConversation(IReadOnlyList{ConversationMessage}, string, TemplateArguments?)"/>
    internal int[] EncodeConversation(
        IReadOnlyList<ConversationMessage> messages, ConversationMessage response, TemplateArguments? arguments) =>
        _tokenizer.Encode(Render([.. messages, response], addGenerationPrompt: false, arguments));

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

    /// <summary>What the template writes around an assistant's words; null in raw mode.</summary>
    internal TurnClosing? Closing => IsRaw
        ? null
        : _closing ??= TurnClosing.Find((messages, open) => Render(messages, open), _tokenizer, _source);

    private string Render(
        IReadOnlyList<ConversationMessage> messages, bool addGenerationPrompt, TemplateArguments? arguments = null)
    {
        if (_template is null)
        {
            throw new InputException("\"messages\" need the chat template, which raw encoding bypasses: give \"prompt\".");
        }

        return _template.Render(
            WithSystem(messages, arguments?.System ?? _options.System), addGenerationPrompt, _options.Variables, arguments);
    }

    private static IReadOnlyList<ConversationMessage> WithSystem(IReadOnlyList<ConversationMessage> messages, string? system)
    {
        if (system is null) return messages;
        IEnumerable<ConversationMessage> rest = messages is [{ Role: "system" }, ..] ? messages.Skip(1) : messages;
        return [new ConversationMessage("system", system), .. rest];
    }

    private static void RequireNone(TemplateArguments? arguments)
    {
        if (arguments is null or { IsEmpty: true }) return;
        string field = arguments.Tools is not null ? "tools"
            : arguments.Documents is not null ? "documents"
            : arguments.System is not null ? "system"
            : arguments.Template is not null ? "chat_template"
            : "chat_template_kwargs";
        throw new InputException($"\"{field}\": expected none beside raw encoding, which bypasses the chat template");
    }

    private static InputException NothingToScore() =>
        new("the response is empty; expected text, for there is nothing to score");
}
