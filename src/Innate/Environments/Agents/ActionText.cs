namespace Innate.Environments.Agents;

/// <summary>The action in an agent's words, in the form "Thought: ... Action: ..." (arXiv 2506.23127) or bare.</summary>
internal static class ActionText
{
    private const string Label = "Action:";

    /// <summary>The first line after the last "Action:"; without one, the whole turn. Pure.</summary>
    /// <param name="said">What the agent wrote in its turn.</param>
    public static string Of(string said)
    {
        int at = said.LastIndexOf(Label, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return said.Trim();
        string rest = said[(at + Label.Length)..].Trim();
        int end = rest.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? rest : rest[..end].TrimEnd();
    }
}
