using Innate.Text.ToolCalls;

namespace Innate.Environments.Tools;

/// <summary>Parts of a turn that stand between tags, such as <c>&lt;answer&gt;...&lt;/answer&gt;</c>. Pure.</summary>
internal static class AnswerTags
{
    /// <summary>The tag of a final answer.</summary>
    public const string Answer = "answer";

    /// <summary>What stands between the last opening tag and its closing one, white space aside; null: nothing.</summary>
    /// <param name="text">A turn.</param>
    /// <param name="tag">The tag's name.</param>
    public static string? Last(string text, string tag)
    {
        string open = $"<{tag}>", close = $"</{tag}>";
        int end = text.LastIndexOf(close, StringComparison.Ordinal);
        if (end < 0) return null;
        int start = text.LastIndexOf(open, end, StringComparison.Ordinal);
        if (start < 0) return null;
        string inside = text[(start + open.Length)..end].Trim();
        return inside.Length > 0 ? inside : null;
    }

    /// <summary>A turn without the thoughts before it.</summary>
    public static string WithoutThought(string text) => text[ToolCallParser.ThoughtLength(text)..];
}
