namespace Innate.Server.Pooling;

/// <summary>vLLM's <c>/classify</c>.</summary>
internal sealed record ClassifyRequest : PoolingBody;
