using System.Text.Json;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary>What a request of <c>/v1/responses</c> asks for, checked.</summary>
/// <param name="Prompt">The conversation's ids, up to where the assistant begins.</param>
/// <param name="Sampling">How it is continued.</param>
/// <param name="Request">The request, of which the reply repeats what it said.</param>
internal sealed record ResponsesPlan(int[] Prompt, SamplingRequest Sampling, ResponsesRequest Request)
{
    /// <exception cref="InputException">A field is missing, out of range or not supported.</exception>
    /// <exception cref="UnknownModelException">It names another model.</exception>
    public static ResponsesPlan Of(Call call, ResponsesRequest request)
    {
        ModelNames.RequireText(call, request.Model);
        RefuseBeyondText(request);
        List<ConversationMessage> messages =
            ResponsesInput.Read(FieldChecks.Required(request.Input, "input"), request.Instructions);
        ChatFormat format = call.Model.Format(new ChatFormatOptions { Raw = call.Model.Raw });
        int most = FieldChecks.Whole(request.MaxOutputTokens, "max_output_tokens", 1, int.MaxValue) ?? int.MaxValue;
        if (FieldChecks.Whole(request.N, "n", 1, 1) is not null) request = request with { N = null };
        SamplingRequest sampling = SamplingRequest.Of(request, call.Model, most, likeliest: null);
        return new ResponsesPlan(format.EncodePrompt(messages, null).Ids, sampling, request);
    }

    private static void RefuseBeyondText(ResponsesRequest request)
    {
        const string Kept = "nothing is kept here: send the whole conversation as \"input\"";
        const string Tools = "no tools are called here; /v1/chat/completions takes them";
        FieldChecks.Unsupported(request.Store, "store", Kept, "false");
        FieldChecks.Unsupported(request.PreviousResponseId, "previous_response_id", Kept);
        FieldChecks.Unsupported(request.Conversation, "conversation", Kept);
        FieldChecks.Unsupported(request.Background, "background", Kept, "false");
        FieldChecks.Unsupported(request.Tools, "tools", Tools, "[]");
        FieldChecks.Unsupported(request.ToolChoice, "tool_choice", Tools, "auto", "none");
        FieldChecks.Unsupported(request.MaxToolCalls, "max_tool_calls", Tools, "0");
        FieldChecks.Unsupported(request.Prompt, "prompt", "there are no prompts kept here; send \"input\"");
        FieldChecks.Unsupported(request.Include, "include", "nothing is told beside the text", "[]");
        FieldChecks.Unsupported(
            request.TopLogprobs, "top_logprobs", "log-probabilities are told by /v1/chat/completions", "0");
        FieldChecks.Unsupported(request.Truncation, "truncation", "a conversation is read whole or not at all", "disabled");
        FieldChecks.Unsupported(request.StreamOptions, "stream_options", "a stream has no options here", "{}");
        RefuseFields(request.Text, "text", "only plain text is written", [("format", "{\"type\":\"text\"}")]);
        RefuseFields(request.Reasoning, "reasoning", "how much a model reasons is up to it", []);
    }

    // An object passes if all its fields are null, or ask for what is done anyway.
    private static void RefuseFields(JsonElement? value, string field, string reason, (string Name, string Harmless)[] known)
    {
        if (value is not { } given) return;
        if (given.ValueKind != JsonValueKind.Object) throw FieldChecks.Wrong(field, "an object", given);
        foreach (JsonProperty property in given.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null))
        {
            string? harmless = known.FirstOrDefault(k => k.Name == property.Name).Harmless;
            using JsonDocument? document = harmless is null ? null : JsonDocument.Parse(harmless);
            if (document is null || !JsonElement.DeepEquals(document.RootElement, property.Value))
            {
                throw new InputException($"\"{field}.{property.Name}\": {reason}");
            }
        }
    }
}
