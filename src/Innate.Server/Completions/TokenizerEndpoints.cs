using System.Text.Json;
using Innate.Rows;
using Innate.Scoring.Profiles;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary>
/// <c>/tokenizer_info</c>, <c>/tokenize</c>, <c>/detokenize</c>, <c>/v1/models</c>: what a client must know of the model's
/// tokens.
/// </summary>
internal static class TokenizerEndpoints
{
    public static Task Info(Call call)
    {
        Tokenizer tokenizer = call.Model.RequireTokenizer();
        return call.Json(w =>
        {
            w.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
            w.WriteString("bos_token", tokenizer.BeginningOfSequence);
            w.WriteString("eos_token", tokenizer.EndOfSequence);
            w.WriteString("pad_token", tokenizer.PaddingToken);
            w.WriteString("unk_token", tokenizer.UnknownToken);
            w.WriteString("chat_template", call.Model.Raw ? null : call.Model.Template?.Source);
            w.WriteNumber("vocab_size", tokenizer.VocabularySize);
            w.WriteNumber("model_max_length", call.Model.Limits.MaxPositions);
            call.Model.Fingerprint.Write(w, null);
        });
    }

    public static async Task Tokenize(Call call, TokenizeRequest request)
    {
        Tokenizer tokenizer = call.Model.RequireTokenizer();
        bool texts = request.ReturnTokenStrs ?? false;
        int[] ids = request.Messages is { } messages
            ? tokenizer.Encode(Render(call, request, messages))
            : EncodePrompt(tokenizer, request);
        await call.Json(w =>
        {
            w.WriteNumber("count", ids.Length);
            w.WriteNumber("max_model_len", call.Model.Limits.MaxPositions);
            Replies.Ids(w, "tokens", ids);
            if (!texts) return;
            w.WriteStartArray("token_strs");
            foreach (int id in ids) w.WriteStringValue(tokenizer.IdToToken(id));
            w.WriteEndArray();
        });
    }

    public static async Task Detokenize(Call call, DetokenizeRequest request)
    {
        JsonElement tokens = FieldChecks.Required(request.Tokens, "tokens");
        bool isEmpty = tokens.ValueKind == JsonValueKind.Array && tokens.GetArrayLength() == 0;
        int[] ids = isEmpty ? [] : RowJson.Ids(tokens, "tokens");
        int vocabulary = call.Model.Limits.VocabularySize;
        int wrong = Array.FindIndex(ids, id => id < 0 || id >= vocabulary);
        if (wrong >= 0)
        {
            throw new InputException(
                $"\"tokens[{wrong}]\": expected an id of the vocabulary of {vocabulary}, found {ids[wrong]}");
        }

        string text = call.Model.RequireTokenizer().Decode(ids);
        await call.Json(w => w.WriteString("prompt", text));
    }

    public static Task Models(Call call) => call.Json(w =>
    {
        w.WriteString("object", "list");
        w.WriteStartArray("data");
        WriteModel(w, call, call.Model.Name);
        foreach (RewardProfile profile in call.Server.Profiles.All) WriteModel(w, call, profile.Name);
        w.WriteEndArray();
        call.Model.Fingerprint.Write(w, null);
    });

    private static void WriteModel(Utf8JsonWriter w, Call call, string name)
    {
        w.WriteStartObject();
        w.WriteString("id", name);
        w.WriteString("object", "model");
        w.WriteNumber("created", call.Server.Started.ToUnixTimeSeconds());
        w.WriteString("owned_by", "innate");
        w.WriteNumber("max_model_len", call.Model.Limits.MaxPositions);
        w.WriteNumber("vocab_size", call.Model.Limits.VocabularySize);
        w.WriteEndObject();
    }

    private static string Render(Call call, TokenizeRequest request, JsonElement messages)
    {
        if (request.Prompt is not null) throw FieldChecks.NotUnderstood("prompt");
        if (request.AddSpecialTokens == true) throw new InputException("\"add_special_tokens\": a template writes its own");
        return call.Model.Template is { } template && !call.Model.Raw
            ? template.Render(Conversation.Read(messages), request.AddGenerationPrompt ?? true)
            : throw new InputException($"\"messages\" need a chat template, which {call.Model.Name} has not");
    }

    private static int[] EncodePrompt(Tokenizer tokenizer, TokenizeRequest request)
    {
        if (request.AddGenerationPrompt is not null) throw FieldChecks.NotUnderstood("add_generation_prompt");
        return tokenizer.Encode(FieldChecks.Required(request.Prompt, "prompt"), request.AddSpecialTokens ?? false);
    }
}
