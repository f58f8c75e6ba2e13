using Innate.Generation;
using Innate.Server.Http;
using Innate.Server.Models;

namespace Innate.Server.Completions;

/// <summary>
/// <c>POST /v1/responses</c> for plain text: what <c>/v1/chat/completions</c> says, in the newer API's words. Nothing is kept:
/// a reply cannot be asked for again or gone on from.
/// </summary>
internal static class ResponsesEndpoint
{
    public static async Task Handle(Call call, ResponsesRequest request)
    {
        ResponsesPlan plan = ResponsesPlan.Of(call, request);
        ResponsesReply reply = new(call, plan);
        if (request.Stream ?? false)
        {
            await new ResponsesStream(call, plan, reply).Run();
            return;
        }

        GeneratedResponse response = (await Completion.Run(call, [plan.Prompt], plan.Sampling, likeliest: null))[0].Responses[0];
        SampledText sampled = new(call.Model, plan.Prompt, plan.Sampling);
        string text = sampled.All(response).Text;
        await call.Json(w =>
        {
            reply.WriteEnded(w, text, sampled.Finish(response.FinishReason), response.TokenIds.Length);
            call.Model.Fingerprint.Write(w, null);
        });
    }
}
