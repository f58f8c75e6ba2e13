using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Rewards;
using Innate.Server.Scheduling;

namespace Innate.Server.Pooling;

/// <summary>
/// <c>POST /classify</c> and <c>/pooling</c> as vLLM has them, which verl's reward workers call: the reward as a one-label
/// classifier's answer. <c>use_activation: false</c> gives the reward itself.
/// </summary>
internal static class ClassifyEndpoints
{
    public static async Task Classify(Call call, ClassifyRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, out bool whole);
        (TraceQuery[] queries, Func<int, string> place) = PoolingInput.Read(call, request, settings, whole);
        (double[] rewards, _, _) = await Trainers.Score(call, queries, settings, place);
        await call.Json(w =>
        {
            PoolingInput.WriteHead(w, call, "classify");
            w.WriteStartArray("data");
            for (int i = 0; i < rewards.Length; i++)
            {
                w.WriteStartObject();
                w.WriteNumber("index", i);
                w.WriteString("label", "LABEL_0");
                Replies.Numbers(w, "probs", [request.Activates ? PoolingInput.Activate(call, rewards[i]) : rewards[i]]);
                w.WriteNumber("num_classes", 1);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            PoolingInput.WriteEnd(w, call, queries, settings.Formula);
        });
    }

    public static async Task Pooling(Call call, PoolingRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, out bool whole);
        string task = request.Task ?? "classify";
        if (task is not ("classify" or "score" or "token_classify"))
        {
            throw new InputException($"\"task\": expected classify, score or token_classify, found '{task}'");
        }

        PoolingEncoding encoding = PoolingFormats.Parse(request.EncodingFormat);
        bool tokens = task == "token_classify";
        if (tokens && call.Model.IsClassifier)
        {
            throw new InputException(
                "\"task\": token_classify needs a reward of each token, and a classifier gives one number a response");
        }

        (TraceQuery[] queries, Func<int, string> place) = PoolingInput.Read(call, request, settings, whole);
        (_, ScoredResponse[] results, _) = await Trainers.Score(call, queries, settings, place);
        await call.Json(w =>
        {
            PoolingInput.WriteHead(w, call, "pool");
            w.WriteStartArray("data");
            for (int i = 0; i < results.Length; i++)
            {
                RewardResult reward = results[i].Reward;
                double[] values = tokens ? reward.PerToken : [reward.Value];
                if (request.Activates) values = [.. values.Select(v => PoolingInput.Activate(call, v))];
                w.WriteStartObject();
                w.WriteNumber("index", i);
                w.WriteString("object", "pooling");
                PoolingFormats.Write(w, "data", values, encoding, nested: tokens);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            PoolingInput.WriteEnd(w, call, queries, settings.Formula);
        });
    }
}
