using Innate.Server.Http;
using Innate.Server.Scheduling;
using Innate.Sessions;

namespace Innate.Server.Operations;

/// <summary><c>/health</c> and <c>/ready</c>.</summary>
internal static class Health
{
    // The trainers' files compare the version with their own. Who has no key is not told it.
    public static Task Live(Call call) => call.Json(w =>
    {
        w.WriteString("status", "ok");
        if (call.Server.Knows(call.Http)) w.WriteString("version", ModelFingerprint.Version);
    });

    public static Task Ready(Call call) => call.Server.IsStopping
        ? throw new StoppingException()
        : call.Json(w =>
        {
            w.WriteString("status", "ready");
            w.WriteString("model", call.Model.Name);
        });
}
