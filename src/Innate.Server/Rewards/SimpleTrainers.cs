using System.Text.Json;
using Innate.Models;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;

namespace Innate.Server.Rewards;

/// <summary>Two dialects without room: slime's <c>remote_rm</c> and LLaMA-Factory's <c>reward_model_type=api</c>.</summary>
internal static class SimpleTrainers
{
    /// <summary>
    /// <c>POST /slime</c>: <c>{"prompt", "response", "label"}</c> to the bare number, or with <c>?reward_key=NAME</c> to an
    /// object. The prompt is templated text, or messages.
    /// </summary>
    public static async Task Slime(Call call, SlimeRequest request)
    {
        RewardQuery parameters = RewardQuery.Parse(call.Http.Request.Query, takesRewardKey: true);
        RewardSettings settings = Trainers.Settings(call, parameters);
        string? key = parameters.RewardKey;
        JsonElement prompt = FieldChecks.Required(request.Prompt, "prompt");
        string response = FieldChecks.Required(request.Response, "response");
        TraceQuery query;
        if (prompt.ValueKind == JsonValueKind.Array)
        {
            Innate.Text.ChatFormat format = call.Model.Format(settings.Format);
            query = TraceQuery.Of(format, MessageParser.Parse(prompt, "prompt"), [response], call.Model.IsClassifier);
            call.Model.Limits.Require(query);
        }
        else
        {
            Trainers.RefuseFormat(call);
            query = Trainers.Encode(call, FieldChecks.Text(prompt, "prompt"), response);
        }

        (double[] rewards, _, _) = await Trainers.Score(call, [query], settings, _ => "response");
        await call.Value(w =>
        {
            if (string.IsNullOrEmpty(key))
            {
                w.WriteNumberValue(rewards[0]);
                return;
            }

            w.WriteStartObject();
            w.WriteNumber(key, rewards[0]);
            if (key != "fingerprint") call.Model.Fingerprint.Write(w, settings.Formula);
            w.WriteEndObject();
        });
    }

    /// <summary><c>POST /llama-factory</c>: <c>{"model", "messages": [templated text]}</c> to <c>{"scores": [x]}</c>.</summary>
    public static async Task LlamaFactory(Call call, LlamaFactoryRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, out bool whole);
        Trainers.RefuseFormat(call);
        string[] texts = FieldChecks.Required(request.Messages, "messages");
        FieldChecks.AtMost(call.Server.Options.MaxItems, texts.Length, "messages");
        TraceQuery[] queries = [.. texts.Select((t, i) => FieldChecks.At(Place(i), () => Trainers.OfText(call, t, whole)))];
        (double[] rewards, _, _) = await Trainers.Score(call, queries, settings, Place);
        await call.Json(w =>
        {
            Replies.Numbers(w, "scores", rewards);
            call.Model.Fingerprint.Write(w, settings.Formula);
        });

        static string Place(int index) => FieldChecks.Item("messages", index);
    }
}
