using System.Text.Json.Serialization;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>OpenAI's options of a stream. Others are not refused.</summary>
internal sealed record StreamOptions : RequestBody
{
    /// <summary>Whether it ends with the count of tokens.</summary>
    [JsonPropertyName("include_usage")]
    public bool? IncludeUsage { get; init; }
}
