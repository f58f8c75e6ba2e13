using Innate.Server.Http;
using Innate.Server.Requests;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary>What a request of <c>/v1/chat/completions</c> asks for, checked.</summary>
/// <param name="Prompt">The conversation's ids, up to where the assistant begins.</param>
/// <param name="Sampling">How it is continued.</param>
/// <param name="LogProbs">Whether the reply has log-probabilities.</param>
/// <param name="Top">Alternatives at each token.</param>
/// <param name="Stream">Whether the reply comes in pieces.</param>
/// <param name="StreamUsage">Whether a stream ends with the count of tokens.</param>
internal sealed record ChatPlan(int[] Prompt, SamplingRequest Sampling, bool LogProbs, int Top, bool Stream, bool StreamUsage)
{
    /// <exception cref="InputException">A field is missing, out of range or not supported.</exception>
    public static ChatPlan Of(Call call, ChatRequest request)
    {
        List<ConversationMessage> messages = Conversation.Read(FieldChecks.Required(request.Messages, "messages"));
        ChatFormat format = call.Model.Format(
            new ChatFormatOptions { Raw = call.Model.Raw, Variables = request.ChatTemplateKwargs });
        bool logprobs = request.Logprobs ?? false;
        int? top = FieldChecks.Whole(request.TopLogprobs, "top_logprobs", 0, call.Server.Options.MaxLogProbabilities);
        if (top > 0 && !logprobs) throw new InputException("\"top_logprobs\" needs \"logprobs\": true");
        FieldChecks.Unsupported(request.Tools, "tools", "tools are not supported", "[]");
        FieldChecks.Unsupported(request.ToolChoice, "tool_choice", "tools are not supported", "none", "auto");
        FieldChecks.Unsupported(request.ResponseFormat, "response_format", "only text is supported", "{\"type\":\"text\"}");
        SamplingRequest sampling = SamplingRequest.Of(request, call.Model, MaxTokens(request), logprobs ? top ?? 0 : null);
        return new ChatPlan(
            format.EncodePrompt(messages).Ids,
            sampling, logprobs, top ?? 0,
            request.Stream ?? false, request.StreamOptions?.IncludeUsage ?? false);
    }

    // A chat ends where the model ends it; at most, where the context does.
    private static int MaxTokens(ChatRequest request)
    {
        int? tokens = FieldChecks.Whole(request.MaxTokens, "max_tokens", 1, int.MaxValue);
        return FieldChecks.Whole(request.MaxCompletionTokens, "max_completion_tokens", 1, int.MaxValue) ?? tokens ?? int.MaxValue;
    }
}
