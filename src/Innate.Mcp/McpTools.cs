using Innate.Environments.Tools;

namespace Innate.Mcp;

/// <summary>Tool servers that speak the Model Context Protocol, for the library's worlds.</summary>
public static class McpTools
{
    /// <summary>
    /// Lets worlds use such servers (<c>tools,data=FILE:RUN</c>); called once, at a program's start. It costs nothing: a server
    /// is begun with the first episode.
    /// </summary>
    public static void Use() => ToolServers.Mcp = (run, timeout) =>
        new McpToolBox(run, timeout, timeout > Patience ? timeout : Patience);

    // A server is often a script that is first fetched or compiled.
    private static TimeSpan Patience => TimeSpan.FromMinutes(2);
}
