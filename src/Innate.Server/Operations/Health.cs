using Innate.Server.Http;
using Innate.Server.Scheduling;

namespace Innate.Server.Operations;

/// <summary><c>/health</c> and <c>/ready</c>.</summary>
internal static class Health
{
    public static Task Live(Call call) => call.Json(w => w.WriteString("status", "ok"));

    public static Task Ready(Call call) => call.Server.IsStopping
        ? throw new StoppingException()
        : call.Json(w =>
        {
            w.WriteString("status", "ready");
            w.WriteString("model", call.Model.Name);
        });
}
