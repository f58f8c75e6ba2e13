using System.Text;
using Innate.Text.ToolCalls;

namespace Innate.Environments.Tools;

/// <summary>Tools in words, as the template of Hermes and Qwen writes them, for templates that take none. Pure.</summary>
internal static class ToolWords
{
    /// <summary>What may be called, and how.</summary>
    public static string Describe(IReadOnlyList<ToolDefinition> tools)
    {
        StringBuilder text = new("You may call functions. They are:\n<tools>\n");
        foreach (ToolDefinition tool in tools) text.Append(tool.ToNode().ToJsonString()).Append('\n');
        return text.Append("</tools>\nFor each call write\n<tool_call>\n{\"name\": NAME, \"arguments\": OBJECT}\n</tool_call>")
            .ToString();
    }

    /// <summary>What they answered.</summary>
    public static string Answer(IReadOnlyList<string> answers) =>
        string.Join('\n', answers.Select(a => $"<tool_response>\n{a}\n</tool_response>"));
}
