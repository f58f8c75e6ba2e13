using System.Text;
using Innate.Models;
using Innate.Server;
using Innate.Server.Completions;
using Innate.Server.Hosting;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Pooling;
using Innate.Server.Requests;
using Innate.Server.Rewards;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Bench.Fuzzing;

/// <summary>
/// Bodies of the server's requests, after a line with the path. Each goes through its handler to the written reply; only the
/// model behind is made up, so that an input costs no more than its reading.
/// </summary>
internal static class BodyTarget
{
    private static readonly (string Path, string Body, Func<Call, Task> Handle)[] Routes =
    [
        ("/v1/rewards",
            """
            {"prompt":"q","responses":["a","b"],"reward":"endogenous","alpha":1,"gamma":0.9,"beta":0,"traces":true,
            "id":7}
            """,
            By<RewardsRequest>(RewardsEndpoint.Handle)),
        ("/v1/rewards",
            """
            {"rows":[{"messages":[{"role":"user","content":"q"}],"response":"a"},{"prompt_ids":[1,2],
            "response_ids":[3]},{"prompt":"p","chosen":"a","rejected":"b"}],"template":{"x":"1"},"system":"s"}
            """,
            By<RewardsRequest>(RewardsEndpoint.Handle)),
        ("/get_reward",
            """
            {"query":["<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>"],
            "prompts":["<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n"],"labels":["x"]}
            """,
            By<OpenRlhfRequest>(OpenRlhf.Handle)),
        ("/slime", """{"prompt":"q","response":"a","label":"x"}""", By<SlimeRequest>(SimpleTrainers.Slime)),
        ("/llama-factory", """{"model":"m","messages":["<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na"]}""",
            By<LlamaFactoryRequest>(SimpleTrainers.LlamaFactory)),
        ("/classify",
            """
            {"model":"m","input":["<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na"],"use_activation":false}
            """,
            By<ClassifyRequest>(ClassifyEndpoints.Classify)),
        ("/pooling",
            """
            {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"a"}]}],
            "task":"token_classify"}
            """,
            By<PoolingRequest>(ClassifyEndpoints.Pooling)),
        ("/v1/embeddings",
            """
            {"model":"m","input":["<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na"],"encoding_format":"base64"}
            """,
            By<EmbeddingsRequest>(EmbeddingsEndpoint.Handle)),
        ("/v1/responses",
            """
            {"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]}],
            "instructions":"s","max_output_tokens":4,"text":{"format":{"type":"text"}},"store":false,"tools":[]}
            """,
            By<ResponsesRequest>(ResponsesEndpoint.Handle)),
        ("/score", """{"queries":"q","documents":["a","b"],"use_activation":true}""", By<ScoreRequest>(ScoreEndpoints.Score)),
        ("/rerank",
            """
            {"query":"q","documents":["a","b"],"top_n":1,"return_documents":true}
            """, By<RerankRequest>(ScoreEndpoints.Rerank)),
        ("/v1/completions",
            """
            {"prompt":["q",[1,2]],"max_tokens":0,"echo":true,"logprobs":2,"n":1,"stop":["x"],"temperature":0.5,
            "seed":1,"stream":false}
            """,
            By<CompletionsRequest>(CompletionsEndpoint.Handle)),
        ("/v1/chat/completions",
            """
            {"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}],"max_tokens":4,
            "logprobs":true,"top_logprobs":2,"chat_template_kwargs":{"a":true},
            "stream_options":{"include_usage":true},"stop_token_ids":[1],"logit_bias":{"5":1}}
            """,
            By<ChatRequest>(ChatEndpoint.Handle)),
        ("/generate",
            """
            {"text":"q","sampling_params":{"max_new_tokens":0,"temperature":0,"stop":["a"],"n":1},
            "return_logprob":true,"logprob_start_len":0,"top_logprobs_num":2,"return_text_in_logprobs":true}
            """,
            By<GenerateRequest>(SglangEndpoint.Handle)),
        ("/tokenize",
            """
            {"prompt":"q 😀","add_special_tokens":true,"return_token_strs":true}
            """, By<TokenizeRequest>(TokenizerEndpoints.Tokenize)),
        ("/tokenize", """{"messages":[{"role":"user","content":"q"}],"add_generation_prompt":true}""",
            By<TokenizeRequest>(TokenizerEndpoints.Tokenize)),
        ("/detokenize", """{"tokens":[1,2,258]}""", By<DetokenizeRequest>(TokenizerEndpoints.Detokenize)),
    ];

    public static FuzzTarget Open()
    {
        string folder = FuzzPlace.Fixture("chat-model");
        ServerOptions options = new() { Folder = folder };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddInnateServer(options, _ => Model(folder));
        WebApplication app = builder.Build();
        ServerState server = app.Services.GetRequiredService<ServerState>();
        byte[][] corpus = [.. Routes.Select(r => Encoding.UTF8.GetBytes($"{r.Path}\n{r.Body}"))];
        string[] words =
        [
            .. Routes.SelectMany(r => r.Body.Split('"').Where((_, i) => i % 2 == 1)).Distinct(), "tools", "tool_calls",
            "developer",
            "max_completion_tokens", "response_ids", "reasoning_content", "implicit", "entropy", "mean-log-likelihood",
            "min_p", "top_k",
            "top_p", "presence_penalty", "repetition_penalty", "best_of", "input_ids", "prompt_logprobs", "ignore_eos",
            "bad_words",
            "<|im_end|>", "<|im_start|>assistant\n", "\\ud800", "text_1", "text_2", "data_1", "items", "truncate_prompt_tokens",
        ];
        return new FuzzTarget(corpus, words, input => Answer(app.Services, server, input).GetAwaiter().GetResult(), IsJson: true);
    }

    private static async Task Answer(IServiceProvider services, ServerState server, byte[] input)
    {
        int end = Math.Max(0, Array.IndexOf(input, (byte)'\n'));
        string path = Encoding.UTF8.GetString(input, 0, end);
        Func<Call, Task> handle = (Array.Find(Routes, r => r.Path == path) is { Handle: { } found } ? found : Routes[0].Handle)!;
        OwnedResponse response = new();
        DefaultHttpContext http = new() { RequestServices = services };
        http.Features.Set<IHttpResponseFeature>(response);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        http.Request.Body = new MemoryStream(input, end, input.Length - end);
        http.Request.ContentLength = input.Length - end;
        try
        {
            using ModelLease lease = server.Models.Lease();
            await handle(new Call(http, server, lease, CancellationToken.None));
        }
        catch (UnknownModelException e)
        {
            // A refusal with a status of its own.
            throw e.InnerException!;
        }
        finally
        {
            await response.Complete();
        }
    }

    private static Func<Call, Task> By<T>(Func<Call, T, Task> handle)
        where T : RequestBody => async call => await handle(call, await call.Read<T>());

    private static ServedModel Model(string folder) => new()
    {
        Name = "m",
        Folder = folder,
        Traces = new MadeUpTraces(),
        Tokenizer = Tokenizer.Load(folder),
        Template = ChatTemplate.Load(folder),
        Fingerprint = new ModelFingerprint("w", "t", "c"),
    };

    // Without a server nobody tells a response that it is over: the request's share of memory would never be given back.
    private sealed class OwnedResponse : HttpResponseFeature
    {
        private readonly List<(Func<object, Task> Call, object State)> _owned = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => _owned.Add((callback, state));

        public async Task Complete()
        {
            foreach ((Func<object, Task> call, object state) in _owned) await call(state);
        }
    }

    private sealed class MadeUpTraces : ITraceSource
    {
        public int VocabularySize => 288;

        public int MaxPositions => 512;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
            [.. queries.Select(q => q.Responses.Select(r => Of(r, alpha)).ToArray())];

        private static TokenTrace Of(int[] tokens, double alpha) => new()
        {
            Tokens = tokens,
            Q = [.. tokens.Select(t => t / 100.0)],
            V = [.. tokens.Select(_ => 3.0)],
            LogProbability = [.. tokens.Select(t => (t / 100.0) - 3)],
            Entropy = [.. tokens.Select(_ => 1.0)],
            MeanLogit = [.. tokens.Select(_ => 0.0)],
            Alpha = alpha,
        };
    }
}
