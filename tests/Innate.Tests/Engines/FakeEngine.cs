using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Engines;
using Innate.Generation;
using Innate.Models;
using Innate.Tests.Cli;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>A request as it came over the wire.</summary>
internal sealed record EngineCall(string Method, string Path, JsonNode? Body, string? Key);

/// <summary>An answer; a delay before it.</summary>
internal sealed record EngineAnswer(int Status, string Body, TimeSpan Delay = default,
    params (string Name, string Value)[] Headers);

/// <summary>
/// A small HTTP server on 127.0.0.1 that answers as vLLM, SGLang or `innate serve` do (protocols as their sources write them),
/// from the numbers of a <see cref="FakeModel"/>, and can be told to misbehave.
/// </summary>
internal sealed class FakeEngine : IDisposable
{
    public const string Model = "org/fake-7b";
    public const int Context = 48;

    /// <summary>No answer: the connection breaks, as where a process is killed.</summary>
    public static readonly EngineAnswer Death = new(0, "");

    private readonly HttpListener _listener;
    private readonly EngineKind _kind;
    private readonly FakeModel _model = new() { MaxPositions = Context };
    private int _posts;
    private int _atOnce;
    private int _mostAtOnce;

    public FakeEngine(EngineKind kind)
    {
        _kind = kind;
        (_listener, Address) = Listen();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>The longest path that it says it takes, and one more.</summary>
    public int MaxModelLength { get; init; } = Context;

    /// <summary>The name of the model that it says it serves.</summary>
    public string Served { get; init; } = Model;

    public ConcurrentQueue<EngineCall> Calls { get; } = new();

    public EngineCall[] Posts => [.. Calls.Where(c => c.Method == "POST")];

    /// <summary>The most requests that were under way at once.</summary>
    public int MostAtOnce => _mostAtOnce;

    /// <summary>
    /// What to answer instead; gets the request, and for a POST its number from 0 (a GET: -1). Null: the right answer.
    /// </summary>
    public Func<EngineCall, int, EngineAnswer?>? Instead { get; set; }

    /// <summary>Changes a right answer.</summary>
    public Func<JsonNode, JsonNode>? Change { get; set; }

    public EngineSettings Settings => new() { Address = Address, FirstPause = TimeSpan.FromMilliseconds(1) };

    public void Dispose() => _listener.Close();

    /// <summary>The right answer to a POST.</summary>
    public JsonNode Answer(EngineCall call) => (_kind, call.Path) switch
    {
        (EngineKind.Vllm, "/v1/completions") => Completion(call.Body!),
        (EngineKind.Sglang, "/generate") => Generate(call.Body!),
        (EngineKind.Innate, "/v1/rewards") => Rewards(call.Body!),
        (EngineKind.Innate, "/v1/completions") => Completion(call.Body!),
        _ => throw new InvalidOperationException($"{_kind} has no route {call.Path}"),
    };

    public TokenTrace Trace(int[] prompt, int[] response) => _model.Trace([new TraceQuery(prompt, [response])])[0][0];

    private static (HttpListener, Uri) Listen()
    {
        while (true)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            int port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            try
            {
                listener.Start();
                return (listener, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
            }
            catch (HttpListenerException)
            {
                listener.Close(); // Another took the port meanwhile.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => HandleAsync(context));
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        int now = Interlocked.Increment(ref _atOnce);
        for (int most = _mostAtOnce; now > most && Interlocked.CompareExchange(ref _mostAtOnce, now, most) != most;)
        {
            most = _mostAtOnce;
        }

        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            string text = await reader.ReadToEndAsync();
            var call = new EngineCall(
                context.Request.HttpMethod, context.Request.Url!.AbsolutePath, text.Length == 0 ? null : JsonNode.Parse(text),
                context.Request.Headers["Authorization"]);
            Calls.Enqueue(call);
            EngineAnswer answer;
            try
            {
                answer = Instead?.Invoke(call, call.Method == "POST" ? Interlocked.Increment(ref _posts) - 1 : -1)
                    ?? (call.Method == "GET" ? Say(call.Path) : new EngineAnswer(200, Changed(Answer(call)).ToJsonString()));
            }
            catch (Exception e) when (e is not ObjectDisposedException)
            {
                // A test's mistake is told, not waited for.
                answer = new EngineAnswer(400, new JsonObject { ["error"] = e.Message }.ToJsonString());
            }

            if (answer.Delay == TimeSpan.MaxValue) await Task.Delay(Timeout.Infinite);
            else if (answer.Delay > TimeSpan.Zero) await Task.Delay(answer.Delay);
            if (answer == Death)
            {
                context.Response.Abort();
                return;
            }

            context.Response.StatusCode = answer.Status;
            foreach ((string name, string value) in answer.Headers) context.Response.Headers[name] = value;
            byte[] body = Encoding.UTF8.GetBytes(answer.Body);
            Interlocked.Decrement(ref _atOnce);
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client went away.
        }
    }

    private JsonNode Changed(JsonNode answer) => Change?.Invoke(answer) ?? answer;

    private EngineAnswer Say(string path) => path == "/v1/models"
        ? new EngineAnswer(200, $$"""
            {"object":"list","data":[{"id":"{{Served}}","object":"model","owned_by":"{{EngineNames.NameOf(_kind)}}",
             "root":"{{Model}}",
             "parent":null,"max_model_len":{{MaxModelLength}}}]}
            """)
        : new EngineAnswer(404, """{"detail":"Not Found"}""");

    private JsonObject Completion(JsonNode body)
    {
        int[] prompt = Ids(body["prompt"]!);
        GeneratedResponse drawn = _model.Generate([prompt], 1, new SamplingOptions())[0][0];
        JsonNode? promptLogProbs = null;
        if (body["prompt_logprobs"] is not null)
        {
            TokenTrace trace = Trace(prompt[..1], prompt[1..]);
            promptLogProbs = new JsonArray([null, .. trace.Tokens.Select((id, h) => (JsonNode)new JsonObject
            {
                [id.ToString(CultureInfo.InvariantCulture)] = new JsonObject
                {
                    ["logprob"] = trace.LogProbability[h], ["rank"] = 1, ["decoded_token"] = "x",
                },
            })]);
        }

        return new JsonObject
        {
            ["id"] = "cmpl-1", ["object"] = "text_completion", ["model"] = Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0, ["text"] = "x", ["finish_reason"] = "length", ["stop_reason"] = null,
                ["logprobs"] = new JsonObject { ["token_logprobs"] = Numbers(drawn.LogProbabilities),
                    ["tokens"] = new JsonArray("a", "b") },
                ["prompt_logprobs"] = promptLogProbs,
                ["token_ids"] = Numbers(drawn.TokenIds),
            }),
        };
    }

    private JsonObject Generate(JsonNode body)
    {
        int[] ids = Ids(body["input_ids"]!);
        int most = body["sampling_params"]!["max_new_tokens"]!.GetValue<int>();
        GeneratedResponse? drawn = most == 0 ? null : _model.Generate([ids], 1, new SamplingOptions())[0][0];
        var meta = new JsonObject
        {
            ["prompt_tokens"] = ids.Length,
            ["finish_reason"] = new JsonObject { ["type"] = "length", ["length"] = most },
            ["weight_version"] = "default",
        };
        if (body["return_logprob"]?.GetValue<bool>() == true)
        {
            int start = body["logprob_start_len"]!.GetValue<int>();
            TokenTrace trace = Trace(ids[..1], ids[1..]);
            meta["input_token_logprobs"] = new JsonArray(
                [.. Enumerable.Range(start, ids.Length - start).Select(i => new JsonArray(
                    i == start ? null : trace.LogProbability[i - 1], ids[i], null))]);
        }

        return new JsonObject { ["text"] = "x", ["output_ids"] = Numbers(drawn?.TokenIds ?? []), ["meta_info"] = meta };
    }

    private JsonObject Rewards(JsonNode body) => new()
    {
        ["rows"] = new JsonArray([.. body["rows"]!.AsArray().Select(row =>
        {
            int[] prompt = Ids(row!["prompt_ids"]!);
            TokenTrace[] traces = [.. row["responses_ids"]!.AsArray().Select(r => Trace(prompt, Ids(r!)))];
            return (JsonNode)new JsonObject
            {
                ["rewards"] = Numbers(traces.Select(_ => 0.0)),
                ["traces"] = new JsonArray([.. traces.Select(t => new JsonObject
                {
                    ["tokens"] = Numbers(t.Tokens), ["q"] = Numbers(t.Q), ["v"] = Numbers(t.V),
                    ["logprob"] = Numbers(t.LogProbability), ["entropy"] = Numbers(t.Entropy),
                    ["self_certainty"] = Numbers(Enumerable.Range(0, t.Length).Select(t.SelfCertainty)),
                })]),
            };
        })]),
    };

    private static int[] Ids(JsonNode node) => [.. node.AsArray().Select(n => n!.GetValue<int>())];

    private static JsonArray Numbers<T>(IEnumerable<T> numbers) => new([.. numbers.Select(n => (JsonNode)JsonValue.Create(n)!)]);
}
