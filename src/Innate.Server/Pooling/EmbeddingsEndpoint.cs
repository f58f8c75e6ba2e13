using Innate.Models;
using Innate.Server.Http;
using Innate.Server.Requests;
using Innate.Server.Rewards;

namespace Innate.Server.Pooling;

/// <summary>
/// <c>POST /v1/embeddings</c> as SGLang answers it for a reward model: the last number of the embedding is the reward, which is
/// where verl's SGLang route looks for it (<c>data[-1].embedding[-1]</c>). Here it is the only number.
/// </summary>
internal static class EmbeddingsEndpoint
{
    public static async Task Handle(Call call, EmbeddingsRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, out bool whole);
        FieldChecks.Unsupported(request.Dimensions, "dimensions", "a reward is one number", "1");
        PoolingEncoding encoding = PoolingFormats.Parse(request.EncodingFormat);
        (TraceQuery[] queries, Func<int, string> place) = PoolingInput.Read(call, request, settings, whole);
        (double[] rewards, _, _) = await Trainers.Score(call, queries, settings, place);
        await call.Json(w =>
        {
            w.WriteString("object", "list");
            w.WriteStartArray("data");
            for (int i = 0; i < rewards.Length; i++)
            {
                w.WriteStartObject();
                w.WriteString("object", "embedding");
                PoolingFormats.Write(w, "embedding", [rewards[i]], encoding, nested: false);
                w.WriteNumber("index", i);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteString("model", call.Model.Name);
            PoolingInput.WriteEnd(w, call, queries, settings.Formula);
        });
    }
}
