using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>
/// Another <c>innate serve</c>: <c>/v1/rewards</c> with traces, a whole group in one request. Numbers cross as the shortest text
/// that reads back to the same float64, so a trace has the bits that it has over there.
/// </summary>
internal sealed class InnateDialect : IEngineDialect
{
    public TraceParts Parts => TraceParts.All;

    public bool TakesGroups => true;

    public bool DrawsTempered => false;

    public EngineRequest AskTraces(string model, TraceQuery query, double alpha) => new("v1/rewards", EngineJson.Object(w =>
    {
        w.WriteString("reward", "endogenous");
        w.WriteNumber("alpha", alpha);
        w.WriteBoolean("traces", true);
        w.WriteStartArray("rows");
        w.WriteStartObject();
        EngineJson.WriteIds(w, "prompt_ids", query.Prompt);
        w.WriteStartArray("responses_ids");
        foreach (int[] response in query.Responses) EngineJson.WriteIds(w, null, response);
        w.WriteEndArray();
        w.WriteEndObject();
        w.WriteEndArray();
    }));

    public TokenTrace[] ReadTraces(Reply reply, TraceQuery query, double alpha)
    {
        Reply row = reply["rows"].OfLength(1)[0];
        if (row.Find("error") is { } error) throw new InputException($"{reply.Source}: {error.Text().TrimEnd('.')}.");
        Reply traces = row["traces"].OfLength(query.Responses.Count);
        return [.. query.Responses.Select((response, i) => ReadTrace(traces[i], response, alpha))];
    }

    public EngineRequest AskResponse(string model, int[] prompt, SamplingOptions options, int seed) => new(
        "v1/completions", EngineJson.Object(w => VllmDialect.WriteResponseRequest(w, model, prompt, options, seed)));

    public GeneratedResponse ReadResponse(Reply reply) => VllmDialect.ReadChoice(reply["choices"].OfLength(1)[0]);

    private static TokenTrace ReadTrace(Reply trace, int[] response, double alpha)
    {
        Reply tokens = trace["tokens"].OfLength(response.Length);
        for (int h = 0; h < response.Length; h++) tokens[h].RequireId(response[h]);
        Reply sent = trace["logprob"].OfLength(response.Length);
        double[] logProbs = [.. Enumerable.Range(0, sent.Length).Select(h => sent[h].LogProbability())];
        double[] q = Numbers("q"), certainties = Numbers("self_certainty");
        return new TokenTrace
        {
            Tokens = response,
            Q = q,
            V = Numbers("v"),
            LogProbability = logProbs,
            Entropy = Numbers("entropy"),
            MeanLogit = [.. certainties.Select((certainty, h) => MeanLogit(q[h] - logProbs[h], certainty))],
            Alpha = alpha,
        };

        double[] Numbers(string name)
        {
            Reply list = trace[name].OfLength(response.Length);
            return [.. Enumerable.Range(0, list.Length).Select(h => list[h].Number())];
        }
    }

    /// <summary>
    /// The mean logit m of a token whose self-certainty, logsumexp - m, was sent: one that gives back the very same bits.
    /// </summary>
    private static double MeanLogit(double logSumExp, double certainty)
    {
        double m = logSumExp - certainty, above = Math.BitIncrement(m), below = Math.BitDecrement(m);
        return logSumExp - m == certainty ? m : logSumExp - above == certainty ? above : logSumExp - below == certainty ? below
            : m;
    }
}
