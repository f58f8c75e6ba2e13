using Innate.Server.Access;
using Innate.Server.Completions;
using Innate.Server.Hosting;
using Innate.Server.Http;
using Innate.Server.Metrics;
using Innate.Server.Operations;
using Innate.Server.Pooling;
using Innate.Server.Requests;
using Innate.Server.Rewards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Server;

/// <summary>Every route, in the order in which a reader would want them.</summary>
public static class InnateEndpoints
{
    /// <summary>
    /// Maps the server's routes under <paramref name="endpoints"/>, the root or a group of its own such as <c>/innate</c>. The
    /// services come from <see
    /// cref="InnateServices.AddInnateServer(Microsoft.Extensions.DependencyInjection.IServiceCollection, ServerOptions)"/>.
    /// </summary>
    /// <param name="endpoints">An app, or a group of its routes.</param>
    /// <returns>
    /// All routes, for further conventions: <c>RequireAuthorization()</c> puts every one of them, <c>/health</c> too, behind the
    /// app's own authentication.
    /// </returns>
    /// <exception cref="InputException">The services were not added.</exception>
    public static IEndpointConventionBuilder MapInnate(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ServerOptions options = endpoints.ServiceProvider.GetService<ServerOptions>() ?? throw new InputException(
            "MapInnate: expected the server's services, found none; call builder.Services.AddInnateServer before Build.");
        RouteGroupBuilder all = endpoints.MapGroup("").WithGroupName(OpenApiDescription.Name);
        all.WithRequestTimeout(InnateServices.TimeoutPolicy);
        RouteGroupBuilder keyed = all.MapGroup("");
        keyed.AddEndpointFilter(new AccessFilter(needsKey: true));
        MapRewards(keyed.MapGroup(""));
        MapCompletions(keyed.MapGroup(""));
        MapTokens(keyed.MapGroup(""));
        MapOperations(keyed.MapGroup(""), options.Metrics);
        all.Get(AccessRules.OpenPath, "Whether the process lives; needs no key.", isWork: false, Health.Live)
            .WithTags("operations").AddEndpointFilter(new AccessFilter(needsKey: false));
        return all;
    }

    private static void MapRewards(RouteGroupBuilder routes)
    {
        routes.Post<RewardsRequest>(
            "/v1/rewards", "Rewards of one row as innate score takes it, or of {\"rows\": [...]}.", RewardsEndpoint.Handle)
            .WithTags("rewards");
        RouteGroupBuilder trainers = routes.MapGroup("").WithTags("trainers");
        trainers.Post<OpenRlhfRequest>("/get_reward", "OpenRLHF's remote reward model.", OpenRlhf.Handle);
        trainers.Post<SlimeRequest>("/slime", "slime's remote_rm: the reply is the number.", SimpleTrainers.Slime);
        trainers.Post<LlamaFactoryRequest>(
            "/llama-factory", "LLaMA-Factory's reward model over an API.", SimpleTrainers.LlamaFactory);
        RouteGroupBuilder vllm = routes.MapGroup("").WithTags("vllm");
        vllm.Post<ClassifyRequest>(
            "/classify", "The reward as a one-label classifier's answer; verl's reward workers.", ClassifyEndpoints.Classify);
        vllm.Post<PoolingRequest>("/pooling", "The reward of a text, or of each of its tokens.", ClassifyEndpoints.Pooling);
        routes.Post<EmbeddingsRequest>(
            "/v1/embeddings", "The reward as the last number of an embedding; verl's SGLang route.", EmbeddingsEndpoint.Handle)
            .WithTags("sglang");
        foreach (string path in (string[])["/score", "/v1/score"])
        {
            vllm.Post<ScoreRequest>(path, "Rewards of pairs of prompt and response.", ScoreEndpoints.Score);
        }

        foreach (string path in (string[])["/rerank", "/v1/rerank", "/v2/rerank"])
        {
            vllm.Post<RerankRequest>(path, "Responses to a prompt, best first.", ScoreEndpoints.Rerank);
        }
    }

    private static void MapCompletions(RouteGroupBuilder routes)
    {
        RouteGroupBuilder openAi = routes.MapGroup("").WithTags("openai");
        openAi.Post<CompletionsRequest>(
            "/v1/completions", "Text after a prompt, and a prompt's own log-probabilities.", CompletionsEndpoint.Handle);
        openAi.Post<ChatRequest>("/v1/chat/completions", "An assistant's message.", ChatEndpoint.Handle);
        openAi.Post<ResponsesRequest>("/v1/responses", "An assistant's message, in the newer API.", ResponsesEndpoint.Handle);
        openAi.Get("/v1/models", "The model that is served.", isWork: true, TokenizerEndpoints.Models);
        RouteGroupBuilder sglang = routes.MapGroup("").WithTags("sglang");
        sglang.Post<GenerateRequest>("/generate", "Text after a prompt, with log-probabilities.", SglangEndpoint.Handle);
        sglang.Post<UpdateWeightsRequest>("/update_weights_from_disk", "Reads the weights again.", Reload.Sglang);
    }

    private static void MapTokens(RouteGroupBuilder routes)
    {
        routes.WithTags("tokens");
        routes.Get(
            "/tokenizer_info", "The tokenizer's special tokens and the chat template.", isWork: true, TokenizerEndpoints.Info);
        routes.Post<TokenizeRequest>("/tokenize", "A text's ids.", TokenizerEndpoints.Tokenize);
        routes.Post<DetokenizeRequest>("/detokenize", "The text of ids.", TokenizerEndpoints.Detokenize);
    }

    private static void MapOperations(RouteGroupBuilder routes, bool metrics)
    {
        routes.WithTags("operations");
        routes.Get("/", "The page.", isWork: false, Page.Handle);
        routes.Get("/v1/status", "Load, model and rewards, as the page shows them.", isWork: false, Status.Handle);
        routes.Get("/ready", "Whether requests are taken.", isWork: false, Health.Ready);
        routes.Get("/openapi.json", "This description.", isWork: false, OpenApiDescription.Handle);
        routes.MapPost("/v1/reload", (HttpContext http, ServerState server) => RequestPipeline.Run(http, server, Reload.Handle))
            .WithSummary("Reads the model's files again, while the old ones go on answering.")
            .WithMetadata(new RouteMark(IsWork: false));
        if (metrics) MetricsExport.Map(routes);
    }

    // The body is read inside the pipeline, which answers what is wrong with it; any content type is taken for JSON.
    private static RouteHandlerBuilder Post<TRequest>(
        this RouteGroupBuilder routes, string path, string summary, Func<Call, TRequest, Task> handle)
        where TRequest : RequestBody => routes
            .MapPost(path, (HttpContext http, ServerState server) =>
                RequestPipeline.Run(http, server, async call => await handle(call, await call.Read<TRequest>())))
            .Accepts<TRequest>("application/json", "*/*")
            .Produces(StatusCodes.Status200OK)
            .Produces(StatusCodes.Status400BadRequest)
            .Produces(StatusCodes.Status429TooManyRequests)
            .WithSummary(summary)
            .WithMetadata(new RouteMark(IsWork: true));

    private static RouteHandlerBuilder Get(
        this RouteGroupBuilder routes, string path, string summary, bool isWork, Func<Call, Task> handle) => routes
            .MapMethods(
                path, [HttpMethods.Get, HttpMethods.Head],
                (HttpContext http, ServerState server) => RequestPipeline.Run(http, server, handle))
            .WithSummary(summary)
            .WithMetadata(new RouteMark(isWork));
}
