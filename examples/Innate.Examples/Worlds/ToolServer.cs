using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Examples;

/// <summary>
/// Tools of your own in C#, for agents: a server that speaks the Model Context Protocol on its standard input and output.
/// <code>innate play --world 'tools,data=questions.jsonl:dotnet run --project examples/Innate.Examples -- tools'</code>
/// </summary>
public static class ToolServer
{
    /// <summary>Answers until the input ends.</summary>
    /// <param name="hasTools">Whether it lists any.</param>
    public static async Task RunAsync(bool hasTools)
    {
        McpServerOptions options = new()
        {
            ServerInfo = new Implementation { Name = "calculator", Version = "1" },
            ToolCollection = [],
        };
        foreach (McpServerTool tool in hasTools ? Tools() : []) options.ToolCollection.Add(tool);
        await using StdioServerTransport transport = new("calculator");
        await using McpServer server = McpServer.Create(transport, options);
        await server.RunAsync();
    }

    private static IEnumerable<McpServerTool> Tools()
    {
        yield return Tool("add", "Adds two numbers.", (double a, double b) => a + b);
        yield return Tool("divide", "Divides a by b.", (double a, double b) =>
            b == 0 ? throw new McpException("b is 0, and nothing is divided by it") : a / b);
        yield return Tool("wait", "Answers after so many seconds.", async (double seconds) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            return "done";
        });

        // What a crash looks like to those that wait for an answer.
        yield return Tool("crash", "Ends the server in the middle of the call.", () =>
        {
            Environment.Exit(3);
            return "";
        });
    }

    private static McpServerTool Tool(string name, string description, Delegate run) =>
        McpServerTool.Create(run, new McpServerToolCreateOptions { Name = name, Description = description });
}
