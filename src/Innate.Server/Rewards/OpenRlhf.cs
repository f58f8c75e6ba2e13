using System.Text.Json;
using Innate.Models;
using Innate.Rewards;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Server.Scheduling;
using Innate.Text;

namespace Innate.Server.Rewards;

/// <summary>
/// <c>POST /get_reward</c>, OpenRLHF's <c>remote_url</c>: <c>{"query": [text], "prompts": [text], "labels": [...]}</c> to
/// <c>{"rewards": [x], "scores": [x in (0, 1)], "extra_logs": {name: [x]}}</c>.
/// <para>
/// Its traps: of several servers all but the first get empty lists, which are answered with empty lists. <c>query</c> was decoded
/// with its special tokens, so none is added; where it begins with the beginning-of-sequence token that the prompt's text
/// lacks, the token counts to the prompt. <c>scores</c> lie strictly inside (0, 1), or its dynamic filter drops the group.
/// <c>extra_logs</c> has the same keys in every reply.
/// </para>
/// </summary>
internal static class OpenRlhf
{
    public static async Task Handle(Call call, OpenRlhfRequest request)
    {
        RewardSettings settings = Trainers.Settings(call, out bool whole);
        Trainers.RefuseFormat(call);
        string[] texts = FieldChecks.Required(request.Query, "query");
        string[]? prompts = request.Prompts;
        Require(texts, prompts, call.Server.Options.MaxItems);
        TraceQuery[] queries = [.. texts.Select((text, i) => FieldChecks.At(
            FieldChecks.Item("query", i), () => Encode(call, text, prompts?[i], whole)))];
        (double[] rewards, _, ScoreResult[] results) = await Trainers.Score(
            call, queries, settings, i => FieldChecks.Item("query", i));
        await call.Json(w =>
        {
            Replies.Numbers(w, "rewards", rewards);
            Replies.Numbers(w, "scores", rewards.Select(Trainers.Squash));
            WriteLogs(w, queries, results, call.Model.IsClassifier);
            call.Model.Fingerprint.Write(w, settings.Formula);
        });
    }

    /// <summary>Cuts a prompt off a query; null where the query does not begin with it.</summary>
    /// <returns>The prompt as the query has it, and what follows.</returns>
    public static (string Prompt, string Response)? Split(string query, string prompt, string? beginning)
    {
        if (query.StartsWith(prompt, StringComparison.Ordinal)) return (prompt, query[prompt.Length..]);
        if (string.IsNullOrEmpty(beginning) || !query.StartsWith(beginning, StringComparison.Ordinal)) return null;

        // Some decoders put a space after the token.
        string rest = query[beginning.Length..];
        if (!rest.StartsWith(prompt, StringComparison.Ordinal) && rest.StartsWith(' ')) rest = rest[1..];
        return rest.StartsWith(prompt, StringComparison.Ordinal) ? (beginning + prompt, rest[prompt.Length..]) : null;
    }

    private static TraceQuery Encode(Call call, string text, string? prompt, bool whole)
    {
        if (call.Model.IsClassifier || prompt is null) return Trainers.OfText(call, text, whole);
        Tokenizer tokenizer = call.Model.RequireTokenizer();
        (string own, string response) = Split(text, prompt, tokenizer.BeginningOfSequence)
            ?? throw new InputException("it does not begin with its prompt");
        return Trainers.Encode(call, own, response);
    }

    private static void Require(string[] texts, string[]? prompts, int most)
    {
        FieldChecks.AtMost(most, texts.Length, "query");
        if (prompts is not null && prompts.Length != texts.Length)
        {
            throw new InputException($"\"prompts\" holds {prompts.Length} texts, but \"query\" {texts.Length}; expected as many");
        }
    }

    private static void WriteLogs(Utf8JsonWriter w, TraceQuery[] queries, ScoreResult[] results, bool isClassifier)
    {
        w.WriteStartObject("extra_logs");
        Replies.Numbers(w, "response_tokens", queries.Select(q => (double)q.Responses[0].Length));
        if (!isClassifier)
        {
            Replies.Numbers(w, "log_likelihood", results.Select(r => LogLikelihood.Sum(r.Traces[0]).Value));
            Replies.Numbers(w, "mean_log_likelihood", results.Select(r => LogLikelihood.Mean(r.Traces[0]).Value));
            Replies.Numbers(w, "entropy", results.Select(r => r.Traces[0].Entropy.Average()));
        }

        w.WriteEndObject();
    }
}
