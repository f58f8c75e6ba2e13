namespace Innate.Audits.Edits;

/// <summary>The response begins with the prompt's last words.</summary>
internal static class PromptRepetition
{
    public static string Apply(string prompt, string response) => $"{prompt.Trim()}\n{response}";
}
