namespace Innate.Environments.Tools;

/// <summary>
/// The seam behind which tools come from elsewhere: the package Innate.Mcp puts itself there by <c>McpTools.Use()</c>.
/// </summary>
internal static class ToolServers
{
    /// <summary>
    /// Makes the tools of a server that speaks the Model Context Protocol on its standard input and output: what the shell runs,
    /// and how long an answer may take; null: such servers are refused by name.
    /// </summary>
    public static Func<string, TimeSpan, IToolBox>? Mcp { get; set; }
}
