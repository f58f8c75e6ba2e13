using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.Models;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>
/// An <c>innate serve</c> that serves a model of ours: its JSON for traces. Remembers each path that it was asked about, and may
/// die.
/// </summary>
internal sealed class InnateStandIn : IDisposable
{
    private readonly FakeEngine _engine;
    private readonly ModelSession _model;

    public InnateStandIn(ModelSession model, string name = EmbeddedModel.Name)
    {
        _model = model;
        _engine = new FakeEngine(EngineKind.Innate) { MaxModelLength = 2048, Served = name, Instead = Answer };
    }

    public Uri Address => _engine.Address;

    /// <summary>How many answers it gives; after them connections break.</summary>
    public int Answers { get; set; } = int.MaxValue;

    /// <summary>What it answers where it says something else; null: traces.</summary>
    public Func<JsonNode, EngineAnswer?>? Instead { get; set; }

    /// <summary>Each prompt with a response and an alpha that was answered.</summary>
    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>Requests for traces, answered or not.</summary>
    public int Asked => _engine.Posts.Length;

    public void Dispose() => _engine.Dispose();

    private EngineAnswer? Answer(EngineCall call, int number)
    {
        if (call is not { Method: "POST", Path: "/v1/rewards" }) return null;
        if (number >= Answers) return FakeEngine.Death;
        if (Instead?.Invoke(call.Body!) is { } instead) return instead;
        JsonNode row = call.Body!["rows"]![0]!;
        int[] prompt = Ids(row["prompt_ids"]!);
        int[][] responses = [.. row["responses_ids"]!.AsArray().Select(r => Ids(r!))];
        double alpha = call.Body["alpha"]!.GetValue<double>();
        foreach (int[] response in responses)
        {
            Paths.Enqueue($"{string.Join(' ', prompt)} > {string.Join(' ', response)} @ {alpha}");
        }

        TokenTrace[] traces = _model.Traces.Trace([new TraceQuery(prompt, responses)], alpha)[0];
        return new EngineAnswer(200, new JsonObject
        {
            ["rows"] = new JsonArray(new JsonObject
            {
                ["rewards"] = Numbers(traces.Select(_ => 0.0)),
                ["traces"] = new JsonArray([.. traces.Select(t => new JsonObject
                {
                    ["tokens"] = Numbers(t.Tokens), ["q"] = Numbers(t.Q), ["v"] = Numbers(t.V),
                    ["logprob"] = Numbers(t.LogProbability), ["entropy"] = Numbers(t.Entropy),
                    ["self_certainty"] = Numbers(Enumerable.Range(0, t.Length).Select(t.SelfCertainty)),
                })]),
            }),
        }.ToJsonString());
    }

    private static int[] Ids(JsonNode node) => [.. node.AsArray().Select(n => n!.GetValue<int>())];

    private static JsonArray Numbers<T>(IEnumerable<T> numbers) => [.. numbers.Select(n => JsonValue.Create(n))];
}
