using System.Text.Json;
using Innate.Models;
using Innate.Rows;
using Innate.Scoring;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Server.Scheduling;

namespace Innate.Server.Rewards;

/// <summary>
/// <c>POST /v1/rewards</c>: a row as <c>innate score</c> takes it, or <c>{"rows": [...]}</c>; the same rewards, to the bit. A
/// bad row is an error in its place.
/// </summary>
internal static class RewardsEndpoint
{
    private static readonly string[] RowFields =
        [
        "prompt", "messages", "prompt_ids", "response", "responses", "response_ids", "responses_ids", "chosen", "rejected",
            "system",
        "tools", "chat_template_kwargs", "spans", "completions", "steps", "reference",
    ];

    private static readonly string[] SettingFields = ["reward", "alpha", "gamma", "beta", "raw", "template", "traces"];

    // Fields that a reply has of its own; a row's fields of these names are not passed through.
    private static readonly string[] ReplyFields = ["group", "usage", "fingerprint", "error", "index"];

    public static async Task Handle(Call call, RewardsRequest request)
    {
        // Here parameters are in the body; elsewhere they are in the query string, so that they are easily put there.
        if (call.Http.Request.Query.Keys.FirstOrDefault() is { } misplaced) throw FieldChecks.NotUnderstood($"?{misplaced}=");
        RewardSettings settings = RewardSettings.Of(
            request.Parameters, call.Model, call.Server.Profiles, ModelNames.RequireReward(call, request.Model));
        bool traces = request.Traces ?? false;
        if (traces && call.Model.IsClassifier)
        {
            throw new InputException("\"traces\": a classifier gives one number a response and leaves no trace");
        }

        JsonElement? many = request.Rows;
        List<JsonElement> rows = many is null ? [call.Body] : Rows(many.Value, call.Server.Options.MaxItems);
        RowOutcome[] outcomes = await Score(call, rows, settings, traces, isAlone: many is null);
        if (many is null && outcomes[0].Error is { } error) throw new InputException(error);
        await call.Json(w =>
        {
            if (many is null)
            {
                Write(w, outcomes[0], traces);
            }
            else
            {
                w.WriteStartArray("rows");
                for (int i = 0; i < outcomes.Length; i++)
                {
                    w.WriteStartObject();
                    Write(w, outcomes[i], traces);
                    w.WriteEndObject();
                }

                w.WriteEndArray();
            }

            long prompt = outcomes.Sum(o => (long)(o.Query?.Prompt.Length ?? 0));
            Replies.Usage(w, prompt, outcomes.Sum(o => (long)(o.Query?.TokenCount ?? 0)) - prompt);
            call.Model.Fingerprint.Write(w, settings.Formula);
        });
    }

    private static List<JsonElement> Rows(JsonElement value, int most)
    {
        if (value.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong("rows", "an array of rows", value);
        int count = value.GetArrayLength();
        return count <= most
            ? [.. value.EnumerateArray()]
            : throw new InputException($"\"rows\" holds {count} rows; expected at most {most} in one request");
    }

    private static async Task<RowOutcome[]> Score(
        Call call, List<JsonElement> rows, RewardSettings settings, bool traces, bool isAlone)
    {
        RowEncoder encoder = new(
            () => call.Model.Format(settings.Format), call.Model.Limits,
            new RowEncoderOptions
            {
                WholeConversations = call.Model.IsClassifier,
                Reader = settings.Expression is not null ? null
                    : PolarRows.ReaderOf(settings.Kind, call.Model.Limits.MaxPositions),
            });
        RowOutcome[] outcomes = [.. rows.Select((row, i) => Prepare(call, encoder, row, i, traces, isAlone))];
        RowOutcome[] good = [.. outcomes.Where(o => o.Query is not null)];
        if (settings.Expression is not null)
        {
            await Evaluate(call, settings, good, traces);
            return outcomes;
        }

        ScoreResult?[] results = await ScoreEach(call, [.. good.Select(o => o.Query!)], settings, good);
        for (int i = 0; i < good.Length; i++)
        {
            if (results[i] is not { } result) continue;
            good[i].Scored = settings.Rewards(result, good[i].Encoded);
            good[i].Error = RowRewards.NotFinite(good[i].Scored!, traces);
        }

        return outcomes;
    }

    private static async Task Evaluate(
        Call call, RewardSettings settings, RowOutcome[] outcomes, bool traces)
    {
        PreparedRow[] rows =
            [.. outcomes.Select(o => new PreparedRow(o.Index + 1, 0) { Row = o.Row, Encoded = o.Encoded })];
        IReadOnlyList<RowScores> scores = await ExpressionRewards.Score(call, settings, rows, traces);
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i].Scored = scores[i].Scored;
            outcomes[i].Error = scores[i].Error ?? RowRewards.NotFinite(scores[i].Scored!, traces);
        }
    }

    private static async Task<ScoreResult?[]> ScoreEach(
        Call call, TraceQuery[] queries, RewardSettings settings, RowOutcome[] outcomes)
    {
        try
        {
            return await call.Score(queries, settings.Score);
        }
        catch (InputException) when (queries.Length > 1)
        {
            // A check before let something through: find out whose fault it is.
            var results = new ScoreResult?[queries.Length];
            for (int i = 0; i < results.Length; i++)
            {
                try
                {
                    results[i] = (await call.Score([queries[i]], settings.Score))[0];
                }
                catch (InputException e)
                {
                    outcomes[i].Error = e.Message;
                }
            }

            return results;
        }
    }

    private static RowOutcome Prepare(Call call, RowEncoder encoder, JsonElement element, int index, bool traces, bool isAlone)
    {
        RowOutcome outcome = new(index);
        try
        {
            Row row = RowParser.Parse(element, index + 1);
            if (!isAlone)
            {
                foreach (string setting in SettingFields)
                {
                    if (element.TryGetProperty(setting, out _))
                    {
                        throw new InputException($"the row has \"{setting}\", which is given once, beside \"rows\"");
                    }
                }
            }

            if (row.Responses.Count > call.Server.Options.MaxItems)
            {
                throw new InputException(
                    $"the row has {row.Responses.Count} responses; expected at most {call.Server.Options.MaxItems}");
            }

            EncodedRow encoded = encoder.EncodeRow(row);
            call.Model.Limits.Require(encoded.Query);
            outcome.Row = row;
            outcome.Encoded = encoded;
            outcome.Texts = traces && call.Model.Tokenizer is { } tokenizer ? encoded.TokenTexts(tokenizer) : null;
        }
        catch (InputException e)
        {
            outcome.Error = e.Message;
        }

        return outcome;
    }

    private static void Write(Utf8JsonWriter w, RowOutcome outcome, bool traces)
    {
        if (outcome.Error is { } error)
        {
            w.WriteString("error", error);
            w.WriteNumber("index", outcome.Index);
            return;
        }

        Row row = outcome.Row!;
        RowWriter.PassThrough(
            w, row.Fields, [.. RowFields, .. SettingFields, .. ReplyFields, .. RowRewards.Fields(row.Shape, traces),
            .. RowRewards.GroupFields(row.Shape, outcome.Scored!)]);
        RowRewards.Write(w, row.Shape, outcome.Scored!, outcome.Texts, traces, outcome.Encoded!.Straddles);
        if (row.Shape != ResponseShape.One) GroupResult.Write(w, [.. outcome.Scored!.Select(s => s.Reward.Value)]);
    }

    /// <summary>A row on its way.</summary>
    private sealed class RowOutcome(int index)
    {
        public int Index { get; } = index;

        public Row? Row { get; set; }

        public EncodedRow? Encoded { get; set; }

        public TraceQuery? Query => Encoded?.Query;

        public string[][]? Texts { get; set; }

        public ScoredResponse[]? Scored { get; set; }

        public string? Error { get; set; }
    }
}
