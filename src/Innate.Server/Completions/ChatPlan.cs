using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Text;
using Innate.Text.ToolCalls;

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
    /// <summary>How the model writes calls of the request's tools; null: it has none to call.</summary>
    public ToolCallForm? Form { get; init; }

    /// <exception cref="InputException">A field is missing, out of range or not supported.</exception>
    public static ChatPlan Of(Call call, ChatRequest request)
    {
        ModelNames.RequireText(call, request.Model);
        List<ConversationMessage> messages = Conversation.Read(FieldChecks.Required(request.Messages, "messages"));
        ChatFormat format = call.Model.Format(
            new ChatFormatOptions { Raw = call.Model.Raw, Variables = request.ChatTemplateKwargs });
        bool logprobs = request.Logprobs ?? false;
        int? top = FieldChecks.Whole(request.TopLogprobs, "top_logprobs", 0, call.Server.Options.MaxLogProbabilities);
        if (top > 0 && !logprobs) throw new InputException("\"top_logprobs\" needs \"logprobs\": true");
        TemplateArguments? tools = ChatTools.Read(request);
        ToolCallForm? form = tools is null ? null : ToolTemplate.FormOf(format);
        FieldChecks.Unsupported(request.ResponseFormat, "response_format", "only text is supported", "{\"type\":\"text\"}");
        SamplingRequest sampling = SamplingRequest.Of(request, call.Model, MaxTokens(request), logprobs ? top ?? 0 : null);
        if (form is { } calls) sampling = sampling with { Kept = ToolCallParser.KeptIds(calls, call.Model.RequireTokenizer()) };
        return new ChatPlan(
            format.EncodePrompt(messages, tools).Ids,
            sampling, logprobs, top ?? 0,
            request.Stream ?? false, request.StreamOptions?.IncludeUsage ?? false)
        {
            Form = form,
        };
    }

    // A chat ends where the model ends it; at most, where the context does.
    private static int MaxTokens(ChatRequest request)
    {
        int? tokens = FieldChecks.Whole(request.MaxTokens, "max_tokens", 1, int.MaxValue);
        return FieldChecks.Whole(request.MaxCompletionTokens, "max_completion_tokens", 1, int.MaxValue) ?? tokens ?? int.MaxValue;
    }
}
