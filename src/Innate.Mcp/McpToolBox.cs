using System.Text.Json;
using Innate.Environments.Tools;
using Innate.Text.ToolCalls;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Innate.Mcp;

/// <summary>
/// The tools of a server that the shell runs, spoken with on its standard input and output; its stderr is the user's. A server
/// that is too slow, or dies in the middle of a call, is ended, and begun anew for the next episode.
/// </summary>
/// <param name="run">What the shell runs.</param>
/// <param name="timeout">How long a call's answer may take.</param>
/// <param name="patience">How long a server may take until it has told its tools.</param>
/// <param name="clock">What measures the patience; null: the system's time.</param>
internal sealed class McpToolBox(string run, TimeSpan timeout, TimeSpan patience, TimeProvider? clock = null) : IToolBox
{
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(1);

    private McpClient? _client;
    private IReadOnlyList<ToolDefinition> _tools = [];

    /// <inheritdoc/>
    public IReadOnlyList<ToolDefinition> Begin()
    {
        if (_client is { Completion.IsCompleted: false }) return _tools;
        End();
        try
        {
            using CancellationTokenSource limit = new(patience, Clock);
            _client = McpClient.CreateAsync(Transport(), Options(), cancellationToken: limit.Token).GetAwaiter().GetResult();
            IList<McpClientTool> listed =
                _client.ListToolsAsync(cancellationToken: limit.Token).AsTask().GetAwaiter().GetResult();
            _tools = [.. listed.Select(t => new ToolDefinition(t.Name, t.Description, t.JsonSchema.Clone()))];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            End();
            throw new InputException(
                $"the tool server '{run}': expected one that speaks the Model Context Protocol, found one that "
                + (e is OperationCanceledException
                    ? $"gave no answer within {Seconds(patience)}" : $"did not begin: {Short(e)}"), e);
        }

        if (_tools.Count > 0) return _tools;
        End();
        throw new InputException($"the tool server '{run}': expected one that lists at least one tool, found none");
    }

    /// <inheritdoc/>
    public ToolAnswer Call(ToolCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (_client is not { } client) throw new InvalidOperationException("No episode was begun.");
        using CancellationTokenSource limit = new(timeout);
        try
        {
            Dictionary<string, object?> arguments = call.Arguments.EnumerateObject()
                .GroupBy(p => p.Name, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => (object?)g.Last().Value, StringComparer.Ordinal);
            Task<CallToolResult> asked = client.CallToolAsync(call.Name, arguments, cancellationToken: limit.Token).AsTask();

            // What hangs is left behind: neither a dead server nor a deaf one holds the others up.
            int first = Task.WaitAny([asked, client.Completion], timeout + Shutdown);
            if (first < 0) return Failed($"gave no answer within {Seconds(timeout)}");
            if (!asked.IsCompleted) return Failed("ended in the middle of a call");
            return Read(asked.GetAwaiter().GetResult());
        }
        catch (OperationCanceledException)
        {
            return Failed($"gave no answer within {Seconds(timeout)}");
        }
        catch (McpException e) when (!client.Completion.IsCompleted)
        {
            // The server itself says that the call cannot be made.
            return new ToolAnswer(Short(e)) { IsError = true };
        }
        catch (JsonException)
        {
            return Failed("answered a call with what is no result of one");
        }
        catch (Exception e) when (e is McpException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return Failed("ended in the middle of a call");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private TimeProvider Clock => clock ?? TimeProvider.System;

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds} s");

    // The client would give up by itself after a minute, whatever the patience.
    private McpClientOptions Options() => new()
    {
        TimeProvider = Clock, InitializationTimeout = Timeout.InfiniteTimeSpan,
    };

    private StdioClientTransport Transport() => new(new StdioClientTransportOptions
    {
        Name = run,
        Command = OperatingSystem.IsWindows() ? "cmd.exe" : "/bin/sh",
        Arguments = [OperatingSystem.IsWindows() ? "/c" : "-c", run],
        ShutdownTimeout = Shutdown,
        StandardErrorLines = Console.Error.WriteLine,
    });

    private static ToolAnswer Read(CallToolResult result) => new(string.Join('\n', result.Content.Select(Text)))
    {
        IsError = result.IsError is true,
    };

    // What is no text is named: the model that reads it reads text alone.
    private static string Text(ContentBlock block) => block is TextContentBlock text ? text.Text : $"[{block.Type}]";

    // The names of types that JSON is read into are nobody's to know.
    private static string Short(Exception e) => e is JsonException or { InnerException: JsonException }
        ? "it answered in no form that is known" : e.Message.ReplaceLineEndings(" ").TrimEnd('.');

    private ToolAnswer Failed(string what)
    {
        End();
        return new ToolAnswer("") { Failure = $"the tool server '{run}' {what}" };
    }

    private void End()
    {
        if (_client is not { } client) return;
        (_client, _tools) = (null, []);
        try
        {
            client.DisposeAsync().AsTask().Wait(Shutdown * 3);
        }
        catch (Exception e) when (e is AggregateException or IOException)
        {
            // It has ended already.
        }
    }
}
