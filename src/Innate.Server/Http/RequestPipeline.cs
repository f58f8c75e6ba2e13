using System.Globalization;
using Innate.Server.Hosting;
using Innate.Server.Logging;
using Innate.Server.Models;
using Innate.Server.Scheduling;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Innate.Server.Http;

/// <summary>
/// What surrounds every handler: the model that the request is answered with, its time, and what an error looks like. No reply
/// holds more of an error than one sentence.
/// </summary>
internal static class RequestPipeline
{
    public static async Task Run(HttpContext http, ServerState server, Func<Call, Task> handle)
    {
        RequestDeadline? deadline = null;
        try
        {
            deadline = RequestDeadline.Start(http, server.Options.Deadline, server.Drained);
            using ModelLease lease = server.Models.Lease();
            Replies.SetHeaders(http, server.Knows(http) ? lease.Model.Fingerprint : null);
            await handle(new Call(http, server, lease, deadline.Token));
        }
        catch (Exception e) when (IsGone(http, e))
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (OperationCanceledException) when (server.Drained.IsCancellationRequested)
        {
            await Answer(http, server, new StoppingException());
        }
        catch (OperationCanceledException) when (deadline is { IsOver: false })
        {
            // ASP.NET's request timeout is over: its middleware answers, once the handler has let go of everything.
            if (http.Response.HasStarted) http.Abort();
            throw;
        }
#pragma warning disable CA1031 // the outermost frame of a request: whatever went wrong becomes one sentence
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Answer(http, server, e);
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private static bool IsGone(HttpContext http, Exception e) =>
        e is ConnectionResetException
        || (e is OperationCanceledException && http.RequestAborted.IsCancellationRequested
            && http.Features.Get<IHttpRequestTimeoutFeature>() is not { RequestTimeoutToken.IsCancellationRequested: true });

    private static async Task Answer(HttpContext http, ServerState server, Exception e)
    {
        Fault fault = Fault.Of(e, server.Options);
        if (fault.Status == StatusCodes.Status500InternalServerError)
        {
            server.Log.RequestFailed(http.Request.Method, http.Request.Path, e);
        }

        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        if (e is QueueFullException { RetryAfterSeconds: var seconds })
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        try
        {
            await Replies.Error(
                http, fault.Status, fault.Message, server.Knows(http) ? server.CurrentFingerprint : null, fault.Named);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client did not wait for it.
        }
    }
}
