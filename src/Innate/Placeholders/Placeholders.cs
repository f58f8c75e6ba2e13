// Stand-ins for types that the template and hub branches bring: delete this file when they are merged.
#pragma warning disable
using System.Text.Json;
namespace Innate.Text
{
    public sealed record ChatMessage(string Role, string Content);
    public sealed class ChatTemplate
    {
        public static ChatTemplate? Load(string folder) => null;
        public string Source => "";
        public string Render(IReadOnlyList<ChatMessage> m, bool addGenerationPrompt = false, IReadOnlyDictionary<string, string>? variables = null) => "";
        public string Render(JsonElement request) => "";
    }
}
namespace Innate.Checkpoints.Hub
{
    public sealed record PullProgress(string File, long Bytes, long TotalBytes);
    public sealed class HubCache { public static HubCache FromEnvironment() => new(); public string Root => ""; public string? FindSnapshot(string r, string v = "main") => null; }
    public static class ModelFolder { public static string Resolve(string f, HubCache? cache = null) => f; }
    public sealed class HubClient { public Task<string> PullAsync(string repo, string revision, IProgress<PullProgress>? p, CancellationToken ct) => Task.FromResult(""); }
}
