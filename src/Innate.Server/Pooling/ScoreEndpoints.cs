using Innate.Models;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Requests;
using Innate.Server.Rewards;
using Innate.Text;

namespace Innate.Server.Pooling;

/// <summary>
/// <c>POST /score</c> and <c>/rerank</c> as vLLM has them: the first text is the prompt, the second the response to it, both as
/// in a row of <c>innate score</c>; the score is the reward.
/// </summary>
internal static class ScoreEndpoints
{
    public static async Task Score(Call call, ScoreRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, request.Model);
        (string firstName, string[] first, string secondName, string[] second) = PairOf(request);
        bool activate = ActivatesOf(request);
        if (first.Length != 1 && first.Length != second.Length)
        {
            throw new InputException(
                $"\"{firstName}\" holds {first.Length} texts and \"{secondName}\" {second.Length}; expected one, or as many");
        }

        TraceQuery[] queries = Encode(call, settings, first, second, secondName);
        double[] rewards = await Rewards(call, settings, first, second, queries, secondName);
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

    public static async Task Rerank(Call call, RerankRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, request.Model);
        string query = FieldChecks.Required(request.Query, "query");
        string[] documents = FieldChecks.Required(request.Documents, "documents");
        int top = FieldChecks.Whole(request.TopN, "top_n", 0, int.MaxValue) is > 0 and int n
            ? Math.Min(n, documents.Length)
            : documents.Length;
        TraceQuery[] queries = Encode(call, settings, [query], documents, "documents");
        double[] rewards = await Rewards(call, settings, [query], documents, queries, "documents");
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

    // A profile reads prompts anew, under its words; the responses to one prompt are one row, which z compares.
    private static async Task<double[]> Rewards(
        Call call, RewardSettings settings, string[] first, string[] second, TraceQuery[] queries, string place)
    {
        if (settings.Expression is null)
        {
            return (await Trainers.Score(call, queries, settings, i => FieldChecks.Item(place, i))).Rewards;
        }

        PreparedRow[] rows = first.Length == 1
            ? queries.Length == 0 ? [] : [Prepared(first[0], second, [.. queries.Select(q => q.Responses[0])], queries[0])]
            : [.. second.Select((s, i) => Prepared(first[i], [s], queries[i].Responses, queries[i]))];
        IReadOnlyList<RowScores> scores = await ExpressionRewards.Score(call, settings, rows);
        if (scores.ToList().FindIndex(s => s.Scored is null) is >= 0 and int bad)
        {
            // The responses to one prompt are one row: what is wrong with it is not one response's alone.
            throw new InputException($"\"{(first.Length == 1 ? place : FieldChecks.Item(place, bad))}\": {scores[bad].Error}");
        }

        return [.. scores.SelectMany(s => s.Scored!.Select(r => r.Reward.Value))];
    }

    private static PreparedRow Prepared(string prompt, string[] texts, IReadOnlyList<int[]> responses, TraceQuery query) =>
        new(1, 0)
        {
            Row = new Row(
                1, default, new RowPrompt { Text = prompt }, [.. texts.Select(t => new RowResponse(t, null))],
                ResponseShape.Many),
            Encoded = new EncodedRow(new TraceQuery(query.Prompt, responses)),
        };

    // One pair of the four must be whole, and nothing of the others may be there.
    private static (string FirstName, string[] First, string SecondName, string[] Second) PairOf(ScoreRequest request)
    {
        (string FirstName, string[]? First, string SecondName, string[]? Second)[] pairs =
        [
            ("queries", request.Queries, "documents", request.Documents), ("queries", request.Queries, "items", request.Items),
            ("text_1", request.Text1, "text_2", request.Text2), ("data_1", request.Data1, "data_2", request.Data2),
        ];
        (string FirstName, string[]? First, string SecondName, string[]? Second)[] given =
            [.. pairs.Where(p => p.First is not null && p.Second is not null)];
        if (given.Length != 1)
        {
            throw new InputException(
                $"expected one pair of {string.Join(", ", pairs.Select(p => $"\"{p.FirstName}\" and \"{p.SecondName}\""))}");
        }

        foreach ((string firstName, string[]? first, string secondName, string[]? second) in pairs)
        {
            if (first is not null && firstName != given[0].FirstName) throw FieldChecks.NotUnderstood(firstName);
            if (second is not null && secondName != given[0].SecondName) throw FieldChecks.NotUnderstood(secondName);
        }

        return (given[0].FirstName, given[0].First!, given[0].SecondName, given[0].Second!);
    }

    private static bool ActivatesOf(ScoreRequest request)
    {
        if (request.UseActivation is { } activates) return activates && (request.Activation ?? true) && (request.Softmax ?? true);
        if (request.Activation is not null) throw FieldChecks.NotUnderstood("activation");
        return request.Softmax is null ? false : throw FieldChecks.NotUnderstood("softmax");
    }

    private static TraceQuery[] Encode(Call call, RewardSettings settings, string[] first, string[] second, string place)
    {
        FieldChecks.AtMost(call.Server.Options.MaxItems, second.Length, place);
        ChatFormat format = call.Model.Format(settings.Format);
        return [.. second.Select((response, i) => FieldChecks.At(FieldChecks.Item(place, i), () =>
        {
            TraceQuery query = TraceQuery.Of(format, first[first.Length == 1 ? 0 : i], [response], call.Model.IsClassifier);
            call.Model.Limits.Require(query);
            return query;
        }))];
    }
}
