using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Engines;
using Innate.Models;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>
/// A vLLM that serves a model of ours: its exact JSON for <c>prompt_logprobs</c>, float32 numbers, in <c>raw_logprobs</c> or
/// <c>raw_logits</c> mode, each off by a little that changes from request to request, as batching makes it there.
/// </summary>
internal sealed class VllmStandIn : IDisposable
{
    private readonly FakeEngine _engine;
    private readonly ModelSession _model;
    private readonly bool _logits;
    private readonly double _noise;
    private readonly Lock _lock = new();
    private readonly Random _random;

    public VllmStandIn(ModelSession model, bool logits, double noise = 0, string name = FakeEngine.Model)
    {
        // Two engines do not err alike.
        (_model, _logits, _noise, _random) = (model, logits, noise, new Random(logits ? 7 : 8));
        _engine = new FakeEngine(EngineKind.Vllm) { MaxModelLength = 2048, Served = name, Instead = Answer };
    }

    public Uri Address => _engine.Address;

    public int Asked => _engine.Posts.Length;

    /// <summary>The ids of each path that it was asked about.</summary>
    public string[] Paths => [.. _engine.Posts.Select(p => p.Body!["prompt"]!.ToJsonString())];

    public void Dispose() => _engine.Dispose();

    private EngineAnswer? Answer(EngineCall call, int number)
    {
        if (call is not { Method: "POST", Path: "/v1/completions" }) return null;
        int[] path = [.. call.Body!["prompt"]!.AsArray().Select(n => n!.GetValue<int>())];
        int likeliest = call.Body["prompt_logprobs"]!.GetValue<int>();
        lock (_lock)
        {
            TokenTrace trace = _model.TraceLikeliest([new TraceQuery(path[..1], [path[1..]])], Math.Max(likeliest, 1))[0][0];
            JsonArray places = [null];
            for (int h = 0; h < trace.Length; h++)
            {
                double shift = _logits ? trace.Q[h] - trace.LogProbability[h] : 0;
                JsonObject place = new() { [Id(path[h + 1])] = Token(trace.LogProbability[h] + shift, trace.Likeliest![h].Rank) };
                for (int i = 0; i < likeliest; i++)
                {
                    place[Id(trace.Likeliest[h].Ids[i])] ??= Token(trace.Likeliest[h].LogProbabilities[i] + shift, i + 1);
                }

                places.Add((JsonNode)place);
            }

            return new EngineAnswer(200, new JsonObject
            {
                ["id"] = "cmpl-1", ["object"] = "text_completion", ["created"] = 1, ["model"] = FakeEngine.Model,
                ["choices"] = new JsonArray(new JsonObject
                {
                    ["index"] = 0, ["text"] = "x", ["logprobs"] = null, ["finish_reason"] = "length", ["stop_reason"] = null,
                    ["prompt_logprobs"] = places,
                }),
            }.ToJsonString());
        }
    }

    private JsonObject Token(double value, int rank) => new()
    {
        ["logprob"] = (float)(value + (_noise * ((2 * _random.NextDouble()) - 1))), ["rank"] = rank, ["decoded_token"] = "x",
    };

    private static string Id(int id) => id.ToString(CultureInfo.InvariantCulture);
}
