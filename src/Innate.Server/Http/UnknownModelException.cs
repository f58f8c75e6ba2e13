namespace Innate.Server.Http;

/// <summary>A request names a model that is not served: 404, and OpenAI's code <c>model_not_found</c>.</summary>
/// <param name="refusal">Says so in a sentence.</param>
internal sealed class UnknownModelException(InputException refusal) : Exception(refusal.Message, refusal);
