// Stand-ins for types that the template and hub branches bring: delete this file when they are merged.
#pragma warning disable
using System.Text.Json;
namespace Innate.Checkpoints.Hub
{
    public sealed record PullProgress(string File, long Bytes, long TotalBytes);
    public sealed class HubCache { public static HubCache FromEnvironment() => new(); public string Root => ""; public string? FindSnapshot(string r, string v = "main") => null; }
    public static class ModelFolder { public static string Resolve(string f, HubCache? cache = null) => f; }
    public sealed class HubClient { public Task<string> PullAsync(string repo, string revision, IProgress<PullProgress>? p, CancellationToken ct) => throw new InputException("pull: this build has no hub client yet"); }
}
