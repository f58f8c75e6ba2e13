using System.Globalization;
using System.Text.Json;
using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>
/// vLLM's <c>/v1/completions</c>. <c>prompt_logprobs: 0</c> gives each prompt token's own log-probability; they are those of the
/// raw logits at temperature 1, as long as the engine runs with its default <c>--logprobs-mode raw_logprobs</c>. It draws at
/// least one token, which is thrown away, so a path may be one token shorter than the context.
/// </summary>
internal sealed class VllmDialect : IEngineDialect
{
    private const string Path = "v1/completions";

    public TraceParts Parts => TraceParts.LogProbabilities;

    public bool TakesGroups => false;

    public bool DrawsTempered => false;

    public EngineRequest AskTraces(string model, TraceQuery query, double alpha) => AskPath(model, query, likeliest: 0);

    /// <summary>Asks about each token of prompt and response, and about the likeliest ones at its place.</summary>
    public static EngineRequest AskPath(string model, TraceQuery query, int likeliest) => new(Path, EngineJson.Object(w =>
    {
        w.WriteString("model", model);
        EngineJson.WriteIds(w, "prompt", query.Prompt.Concat(query.Responses[0]));
        w.WriteNumber("max_tokens", 1);
        w.WriteNumber("temperature", 0);
        w.WriteNumber("prompt_logprobs", likeliest);
    }));

    public TokenTrace[] ReadTraces(Reply reply, TraceQuery query, double alpha)
    {
        int[] response = query.Responses[0];
        Reply all = reply["choices"].OfLength(1)[0]["prompt_logprobs"].OfLength(query.Prompt.Length + response.Length);
        var logProbs = new double[response.Length];
        for (int h = 0; h < logProbs.Length; h++)
        {
            Reply token = all[query.Prompt.Length + h][response[h].ToString(CultureInfo.InvariantCulture)]["logprob"];
            logProbs[h] = TokenValues.OrNever(token.LogProbability());
        }

        return [TokenTrace.OfLogProbabilities(response, logProbs)];
    }

    public EngineRequest AskResponse(string model, int[] prompt, SamplingOptions options, int seed) =>
        new(Path, EngineJson.Object(w => WriteResponseRequest(w, model, prompt, options, seed)));

    public GeneratedResponse ReadResponse(Reply reply) => ReadChoice(reply["choices"].OfLength(1)[0]);

    /// <summary>The request for one response, which <c>innate serve</c> understands too.</summary>
    public static void WriteResponseRequest(Utf8JsonWriter w, string model, int[] prompt, SamplingOptions options, int seed)
    {
        w.WriteString("model", model);
        EngineJson.WriteIds(w, "prompt", prompt);
        w.WriteNumber("max_tokens", options.MaxTokens);
        EngineJson.WriteSampling(w, options);
        w.WriteNumber("seed", seed);
        w.WriteNumber("logprobs", 0);
        w.WriteBoolean("return_token_ids", true);
        w.WriteBoolean("include_stop_str_in_output", true);
    }

    /// <summary>One choice with its ids and their log-probabilities.</summary>
    public static GeneratedResponse ReadChoice(Reply choice)
    {
        Reply ids = choice.Find("token_ids")
            ?? throw choice.Expected("a member \"token_ids\", which vLLM gives from 0.10.2 on");
        Reply logProbs = choice["logprobs"]["token_logprobs"].OfLength(ids.Length);
        return new GeneratedResponse(
            [.. Enumerable.Range(0, ids.Length).Select(i => ids[i].Whole())],
            [.. Enumerable.Range(0, ids.Length).Select(i => logProbs[i].LogProbability())],
            EngineJson.ReadFinish(choice["finish_reason"]));
    }
}
