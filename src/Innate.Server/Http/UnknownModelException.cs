namespace Innate.Server.Http;

/// <summary>A request names a model that is not served: 404, and OpenAI's code <c>model_not_found</c>.</summary>
internal sealed class UnknownModelException(string message) : Exception(message);
