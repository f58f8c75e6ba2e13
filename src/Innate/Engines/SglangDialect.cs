using System.Text.Json;
using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>
/// SGLang's <c>/generate</c>. Log-probabilities are asked for from the prompt's last token on, so that the engine's prefix cache
/// serves the prompt; the first entry has none. What it draws carries the log-probabilities of the tempered distribution, so
/// those are asked for again, as a trace. Draws follow the seed only where the engine runs with
/// <c>--enable-deterministic-inference</c>.
/// </summary>
internal sealed class SglangDialect : IEngineDialect
{
    private const string Path = "generate";

    public TraceParts Parts => TraceParts.LogProbabilities;

    public bool TakesGroups => false;

    public bool DrawsTempered => true;

    public EngineRequest AskTraces(string model, TraceQuery query, double alpha) => new(Path, EngineJson.Object(w =>
    {
        EngineJson.WriteIds(w, "input_ids", query.Prompt.Concat(query.Responses[0]));
        w.WriteStartObject("sampling_params");
        w.WriteNumber("max_new_tokens", 0);
        w.WriteNumber("temperature", 0);
        w.WriteEndObject();
        w.WriteBoolean("return_logprob", true);
        w.WriteNumber("logprob_start_len", query.Prompt.Length - 1);
    }));

    public TokenTrace[] ReadTraces(Reply reply, TraceQuery query, double alpha)
    {
        int[] response = query.Responses[0];
        Reply all = reply["meta_info"]["input_token_logprobs"];

        // An engine may round the start down, never up: the response's tokens are the last.
        int first = all.Length - response.Length;
        if (first < 1) throw all.Expected($"at least {response.Length + 1} items, the first of them the prompt's");
        var logProbs = new double[response.Length];
        for (int h = 0; h < logProbs.Length; h++)
        {
            Reply entry = all[first + h];
            entry[1].RequireId(response[h]);
            logProbs[h] = entry[0].LogProbability();
        }

        return [TokenTrace.OfLogProbabilities(response, logProbs)];
    }

    public EngineRequest AskResponse(string model, int[] prompt, SamplingOptions options, int seed) =>
        new(Path, EngineJson.Object(w =>
    {
        EngineJson.WriteIds(w, "input_ids", prompt);
        w.WriteStartObject("sampling_params");
        w.WriteNumber("max_new_tokens", options.MaxTokens);
        EngineJson.WriteSampling(w, options);
        w.WriteNumber("sampling_seed", seed);
        w.WriteBoolean("no_stop_trim", true);
        w.WriteEndObject();
    }));

    public GeneratedResponse ReadResponse(Reply reply)
    {
        Reply output = reply["output_ids"];
        List<int> ids = [.. Enumerable.Range(0, output.Length).Select(i => output[i].Whole())];
        Reply finish = reply["meta_info"]["finish_reason"];

        // Some versions leave out the token that ended the response.
        if (finish.Find("matched") is { Value.ValueKind: JsonValueKind.Number } matched
            && (ids.Count == 0 || ids[^1] != matched.Whole()))
        {
            ids.Add(matched.Whole());
        }

        return new GeneratedResponse([.. ids], [], EngineJson.ReadFinish(finish["type"]));
    }
}
