using Innate.Text.ToolCalls;

namespace Innate.Environments.Tools;

/// <summary>Tools that an agent may call, one episode after another.</summary>
internal interface IToolBox : IDisposable
{
    /// <summary>An episode begins: what was broken is made anew.</summary>
    /// <returns>The tools, at least one.</returns>
    /// <exception cref="InputException">There are none, or nobody answers.</exception>
    IReadOnlyList<ToolDefinition> Begin();

    /// <summary>Calls one of them, and waits for its answer.</summary>
    /// <param name="call">Its name is one of the tools'.</param>
    ToolAnswer Call(ToolCall call);
}

/// <summary>What a tool answered.</summary>
/// <param name="Text">Its words; where it failed, what it says of that.</param>
internal sealed record ToolAnswer(string Text)
{
    /// <summary>Whether the tool itself says that it failed. The episode goes on.</summary>
    public bool IsError { get; init; }

    /// <summary>Why no tool can be called any more, in a sentence; null: they can. The episode has failed.</summary>
    public string? Failure { get; init; }
}
