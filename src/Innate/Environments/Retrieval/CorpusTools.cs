using System.Text.Json;
using Innate.Environments.Tools;
using Innate.Text.ToolCalls;

namespace Innate.Environments.Retrieval;

/// <summary>A local corpus as a tool, <c>search(query)</c>.</summary>
internal sealed class CorpusTools(Corpus corpus, int top) : IToolBox
{
    private static readonly ToolDefinition Search = ToolDefinition.OfTexts(
        "search", "Finds texts that a query's words stand in, best first.", ("query", "Words to look for."));

    /// <inheritdoc/>
    public IReadOnlyList<ToolDefinition> Begin() => [Search];

    /// <inheritdoc/>
    public ToolAnswer Call(ToolCall call)
    {
        if (!call.Arguments.TryGetProperty("query", out JsonElement query) || query.ValueKind != JsonValueKind.String)
        {
            return new ToolAnswer("search needs the argument query, a text.") { IsError = true };
        }

        string[] found = corpus.Find(query.GetString()!, top);
        return new ToolAnswer(found.Length == 0 ? "Nothing was found." : string.Join('\n', found));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
