using System.Text.Json;
using Innate.Server.Scheduling;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Http;

/// <summary>What an exception is to the client: a status and one sentence.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">The sentence, without a full stop.</param>
internal sealed record Fault(int Status, string Message)
{
    /// <summary>OpenAI's word for it, and the field at fault, where its clients look for them; null: the status alone.</summary>
    public (string Code, string Field)? Named { get; init; }

    /// <summary>The request took longer than it may.</summary>
    public static Fault TimedOut { get; } = new(StatusCodes.Status504GatewayTimeout, "the request's time is over");

    public static Fault Of(Exception exception, ServerOptions options) => exception switch
    {
        UnknownModelException unknown => new(StatusCodes.Status404NotFound, unknown.Message.TrimEnd('.'))
        {
            Named = ("model_not_found", "model"),
        },
        InputException input => new(StatusCodes.Status400BadRequest, Sentence(input)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {options.MaxBodyBytes} bytes"),
        BadHttpRequestException bad => new(bad.StatusCode, "the request is not HTTP as expected"),
        QueueFullException full => new(StatusCodes.Status429TooManyRequests, full.Message),
        StoppingException stopping => new(StatusCodes.Status503ServiceUnavailable, stopping.Message),
        OperationCanceledException => TimedOut,
        _ => new(StatusCodes.Status500InternalServerError, "the server failed; its log says how"),
    };

    /// <summary>The message, settings named by their JSON path.</summary>
    public static string Sentence(InputException exception) =>
        exception.MessageFor(name => $"\"{JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}\"").TrimEnd('.');
}
