using Innate.Generation;
using Innate.Text;
using Microsoft.Extensions.AI;

namespace Innate.Extensions.AI;

/// <summary>
/// What Microsoft.Extensions.AI asks for, in this library's terms. What cannot be done is refused by name: an option that is
/// passed over would be an answer to another question.
/// </summary>
internal static class ChatRequest
{
    /// <summary>The conversation, the options' instructions first.</summary>
    /// <exception cref="InputException">No message, or one that holds more than text.</exception>
    public static IReadOnlyList<ConversationMessage> Messages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        List<ConversationMessage> all = [.. messages.Select((m, i) => new ConversationMessage(m.Role.Value, TextOf(m, i)))];
        if (all.Count == 0) throw new InputException("messages: expected at least one, found none.");
        if (options?.Instructions is { Length: > 0 } instructions) all.Insert(0, new ConversationMessage("system", instructions));
        return all;
    }

    /// <summary>How to draw.</summary>
    /// <param name="options">What is asked for; null: nothing.</param>
    /// <param name="defaults">What holds where nothing is asked for.</param>
    /// <param name="modelId">The model's own name: the only one that may be asked for.</param>
    /// <param name="tokenizer">Reads stop sequences.</param>
    /// <exception cref="InputException">An option that cannot be honoured.</exception>
    public static SamplingOptions Sampling(ChatOptions? options, SamplingOptions defaults, string modelId, Tokenizer tokenizer)
    {
        if (options is null) return defaults;
        RefuseWhatCannotBeDone(options, modelId);
        SamplingOptions asked = defaults with
        {
            Temperature = options.Temperature ?? defaults.Temperature,
            TopP = options.TopP ?? defaults.TopP,
            TopK = options.TopK ?? defaults.TopK,
            MaxTokens = options.MaxOutputTokens ?? defaults.MaxTokens,
            FrequencyPenalty = options.FrequencyPenalty ?? defaults.FrequencyPenalty,
            PresencePenalty = options.PresencePenalty ?? defaults.PresencePenalty,
            Seed = options.Seed is { } seed ? unchecked((ulong)seed) : defaults.Seed,
            StopTexts = options.StopSequences is { Count: > 0 } stops ? new StopTexts(tokenizer, [.. stops]) : defaults.StopTexts,
        };
        foreach ((string name, object? value) in options.AdditionalProperties ?? [])
        {
            asked = name switch
            {
                "min_p" => asked with { MinP = Number(name, value) },
                "repetition_penalty" => asked with { RepetitionPenalty = Number(name, value) },
                _ => throw Refused($"AdditionalProperties[\"{name}\"]", "expected min_p or repetition_penalty"),
            };
        }

        return asked;
    }

    private static void RefuseWhatCannotBeDone(ChatOptions options, string modelId)
    {
        if (options.ModelId is { } id && id != modelId) throw Refused("ModelId", $"expected {modelId} or none, found {id}");
        if (options.ResponseFormat is not (null or ChatResponseFormatText))
        {
            throw Refused("ResponseFormat", "the model writes plain text");
        }

        if (options.Tools is { Count: > 0 }) throw Refused("Tools", "the model calls none");
        if (options.ToolMode is RequiredChatToolMode) throw Refused("ToolMode", "the model calls no tools");
        if (options.ConversationId is not null) throw Refused("ConversationId", "no conversation is kept: send all messages");
        if (options.Reasoning is not null)
        {
            throw Refused("Reasoning", "a template's own variables, given with the chat format, control it");
        }

        if (options.RawRepresentationFactory is not null)
        {
            throw Refused("RawRepresentationFactory", "there is no other representation");
        }
    }

    private static string TextOf(ChatMessage message, int index)
    {
        foreach (AIContent content in message.Contents)
        {
            if (content is not TextContent)
            {
                throw new InputException(
                    $"messages[{index}]: expected text, found {content.GetType().Name}, which the model cannot read.");
            }
        }

        return message.Text;
    }

    private static double Number(string name, object? value) => value switch
    {
        double x => x,
        float x => x,
        int x => x,
        _ => throw Refused($"AdditionalProperties[\"{name}\"]", $"expected a number, found {value?.GetType().Name ?? "null"}"),
    };

    private static InputException Refused(string option, string why) => new($"ChatOptions.{option} cannot be honoured: {why}.");
}
