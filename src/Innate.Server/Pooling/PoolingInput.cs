using System.Text.Json;
using Innate.Models;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Server.Rewards;
using Innate.Text;

namespace Innate.Server.Pooling;

/// <summary>
/// vLLM's <c>input</c> (a text, texts, ids, arrays of ids: templated already) or <c>messages</c> (a conversation that ends with
/// the response). For a language model the text is split where the assistant begins for the last time.
/// </summary>
internal static class PoolingInput
{
    /// <returns>The queries, and the path of each one's field by its index.</returns>
    public static (TraceQuery[] Queries, Func<int, string> Place) Read(
        Call call, InputBody request, RewardSettings settings, bool whole)
    {
        ModelNames.RefuseProfile(call, request.Model);
        bool special = request.AddSpecialTokens ?? false;
        FieldChecks.Unsupported(
            request.TruncatePromptTokens, "truncate_prompt_tokens", "a text is scored whole or not at all", "-1");
        FieldChecks.Unsupported(
            request.AddGenerationPrompt, "add_generation_prompt", "the conversation ends with the response", "false");
        if (request.Input is null == request.Messages is null)
        {
            throw new InputException("expected either \"input\" or \"messages\"");
        }

        if (request.Messages is { } messages) return ([OfMessages(call, messages, settings.Format)], _ => "messages");
        Trainers.RefuseFormat(call);
        JsonElement input = request.Input!.Value;
        if (input.ValueKind != JsonValueKind.Array) return Alone();
        int count = input.GetArrayLength();
        if (count == 0) throw new InputException("\"input\" is empty; expected at least one text");
        if (input[0].ValueKind == JsonValueKind.Number) return Alone();
        FieldChecks.AtMost(call.Server.Options.MaxItems, count, "input");
        return ([.. input.EnumerateArray().Select((v, i) => One(call, v, special, whole, Place(i)))], Place);

        (TraceQuery[] Queries, Func<int, string> Place) Alone() => ([One(call, input, special, whole, "input")], _ => "input");
        static string Place(int index) => FieldChecks.Item("input", index);
    }

    /// <summary>A reward in (0, 1): a classifier's logistic function, as vLLM gives; another reward's squashed value.</summary>
    public static double Activate(Call call, double reward) =>
        call.Model.JudgesSteps ? reward : call.Model.IsClassifier ? 1 / (1 + Math.Exp(-reward)) : Trainers.Squash(reward);

    /// <summary>The fields of all pooling replies.</summary>
    public static void WriteHead(Utf8JsonWriter w, Call call, string prefix)
    {
        w.WriteString("id", $"{prefix}-{Guid.NewGuid():N}");
        w.WriteString("object", "list");
        w.WriteNumber("created", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        w.WriteString("model", call.Model.Name);
    }

    /// <summary>And of their ends.</summary>
    public static void WriteEnd(Utf8JsonWriter w, Call call, IEnumerable<TraceQuery> queries, string formula)
    {
        Replies.Usage(w, queries.Sum(q => (long)q.TokenCount), 0);
        call.Model.Fingerprint.Write(w, formula);
    }

    private static TraceQuery One(Call call, JsonElement value, bool special, bool whole, string place)
    {
        if (value.ValueKind == JsonValueKind.String && !special)
        {
            return FieldChecks.At(place, () => Trainers.OfText(call, value.GetString()!, whole));
        }

        int[] ids = value.ValueKind switch
        {
            JsonValueKind.String => call.Model.RequireTokenizer().Encode(value.GetString()!, addSpecialTokens: true),
            JsonValueKind.Array => RowJson.Ids(value, place),
            _ => throw FieldChecks.Wrong(place, "a text or ids", value),
        };
        return FieldChecks.At(place, () => call.Model.IsClassifier
            ? Trainers.OfIds(call, ids, lastAlone: true)
            : Trainers.OfTurns(call, ids, whole));
    }

    private static TraceQuery OfMessages(Call call, JsonElement value, ChatFormatOptions options)
    {
        List<ConversationMessage> messages = Conversation.Read(value);
        if (messages is not [.., { Role: "assistant" } last] || messages.Count < 2)
        {
            throw new InputException("\"messages\": expected a conversation that ends with the assistant's response");
        }

        ChatFormat format = call.Model.Format(options);
        TraceQuery query = TraceQuery.Of(format, messages[..^1], [last.Content], call.Model.IsClassifier);
        call.Model.Limits.Require(query);
        return query;
    }
}
