using System.Text.Json;

namespace Innate.Text.ToolCalls;

/// <summary>A call that a model wrote.</summary>
/// <param name="Name">The tool's name, whether there is such a tool or not.</param>
/// <param name="Arguments">A JSON object, as it was written.</param>
public sealed record ToolCall(string Name, JsonElement Arguments);

/// <summary>What a model wrote in its turn, read.</summary>
/// <param name="Content">The text around the calls; what looks like a call and is none stays in it.</param>
/// <param name="Calls">The calls, in order.</param>
/// <param name="Problems">A sentence for each place that begins like a call and is none; empty: all was understood.</param>
public sealed record ToolReply(string Content, IReadOnlyList<ToolCall> Calls, IReadOnlyList<string> Problems);
