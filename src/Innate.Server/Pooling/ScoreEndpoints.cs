using Innate.Models;
using Innate.Server.Http;
using Innate.Server.Rewards;
using Innate.Text;
using Innate.Traces;

namespace Innate.Server.Pooling;

/// <summary>
/// <c>POST /score</c> and <c>/rerank</c> as vLLM has them: the first text is the prompt, the second the response to it, both as in a
/// row of <c>innate score</c>; the score is the reward.
/// </summary>
internal static class ScoreEndpoints
{
    private static readonly (string First, string Second)[] Pairs =
        [("queries", "documents"), ("queries", "items"), ("text_1", "text_2"), ("data_1", "data_2")];

    public static async Task Score(Call call)
    {
        RewardSettings settings = Trainers.Settings(call);
        Fields fields = await call.ReadFields();
        (string First, string Second)[] given = [.. Pairs.Where(p => fields.Has(p.First) && fields.Has(p.Second))];
        if (given.Length != 1)
        {
            throw new InputException($"expected one pair of {string.Join(", ", Pairs.Select(p => $"\"{p.First}\" and \"{p.Second}\""))}");
        }

        string[] first = fields.Texts(given[0].First)!, second = fields.Texts(given[0].Second)!;
        fields.Ignore("model", "user", "priority", "request_id");
        bool activate = fields.Has("use_activation") && PoolingInput.UseActivation(fields);
        fields.Finish();
        if (first.Length != 1 && first.Length != second.Length)
        {
            throw new InputException(
                $"\"{given[0].First}\" holds {first.Length} texts and \"{given[0].Second}\" {second.Length}; expected one, or as many");
        }

        TraceQuery[] queries = Encode(call, settings, first, second, given[0].Second);
        (double[] rewards, _) = await Trainers.Score(call, queries, settings);
        await call.Json(w =>
        {
            PoolingInput.WriteHead(w, call, "score");
            w.WriteStartArray("data");
            for (int i = 0; i < rewards.Length; i++)
            {
                w.WriteStartObject();
                w.WriteNumber("index", i);
                w.WriteString("object", "score");
                w.WriteNumber("score", activate ? PoolingInput.Activate(call, rewards[i]) : rewards[i]);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            PoolingInput.WriteEnd(w, call, queries, settings.Formula);
        });
    }

    public static async Task Rerank(Call call)
    {
        RewardSettings settings = Trainers.Settings(call);
        Fields fields = await call.ReadFields();
        string query = Fields.AsText(fields.Required("query"), "query");
        string[] documents = fields.Texts("documents") ?? throw new InputException("the field \"documents\" is missing");
        int top = fields.Whole("top_n", 0, int.MaxValue) is > 0 and int n ? Math.Min(n, documents.Length) : documents.Length;
        fields.Ignore("model", "user", "return_documents");
        fields.Finish();
        TraceQuery[] queries = Encode(call, settings, [query], documents, "documents");
        (double[] rewards, _) = await Trainers.Score(call, queries, settings);
        int[] order = [.. Enumerable.Range(0, rewards.Length).OrderByDescending(i => rewards[i]).Take(top)];
        await call.Json(w =>
        {
            PoolingInput.WriteHead(w, call, "rerank");
            w.WriteStartArray("results");
            foreach (int i in order)
            {
                w.WriteStartObject();
                w.WriteNumber("index", i);
                w.WriteStartObject("document");
                w.WriteString("text", documents[i]);
                w.WriteEndObject();
                w.WriteNumber("relevance_score", rewards[i]);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            PoolingInput.WriteEnd(w, call, queries, settings.Formula);
        });
    }

    private static TraceQuery[] Encode(Call call, RewardSettings settings, string[] first, string[] second, string place)
    {
        if (second.Length > call.Server.Options.MaxItems)
        {
            throw new InputException($"\"{place}\" holds {second.Length} texts; expected at most {call.Server.Options.MaxItems}");
        }

        ChatFormat format = call.Model.Format(settings.Format);
        return [.. second.Select((response, i) =>
        {
            try
            {
                TraceQuery query = new(format.EncodePrompt(first[first.Length == 1 ? 0 : i]), [format.EncodeResponse(response)]);
                call.Model.Limits.Require(query);
                return query;
            }
            catch (InputException e)
            {
                throw new InputException($"{place}[{i}]: {e.Message.TrimEnd('.')}", e);
            }
        })];
    }
}
