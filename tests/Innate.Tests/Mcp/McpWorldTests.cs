using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Environments.Tools;
using Innate.Generation;
using Innate.Mcp;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Environments.Agents;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Text.ToolCalls;

namespace Innate.Tests.Mcp;

/// <summary>Episodes against a real MCP server, a process of its own that speaks on stdio.</summary>
public sealed class McpWorldTests : IDisposable
{
    private static readonly string Server = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "Innate.Examples.dll")}' tools";

    private readonly Support.TemporaryFolder _folder = new();

    public McpWorldTests()
    {
        McpTools.Use();
        File.WriteAllText(_folder["q.jsonl"], "{\"question\":\"What is 47 + 85?\",\"answer\":132}\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_tools_are_listed_called_and_their_errors_shown_and_a_death_in_mid_call_fails_that_episode_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        using IEnvironment world = Open(""), other = Open("");
        Assert.Equal(["add", "crash", "divide", "wait"], world.Reset(0).Tools.Select(t => t.Name).Order());
        Assert.Equal("object", world.Reset(0).Tools[0].Parameters.GetProperty("type").GetString());
        other.Reset(0);
        Assert.Equal(["132"], world.Act(Call("add", "{\"a\":47,\"b\":85}")).Answers);
        Assert.Contains(
            "nothing is divided by it", world.Act(Call("divide", "{\"a\":1,\"b\":0}")).Answers[0], StringComparison.Ordinal);
        Assert.StartsWith("Error: ", world.Act(Call("add", "{\"a\":\"x\"}")).Answers[0], StringComparison.Ordinal);
        EnvironmentStep dead = world.Act(Call("crash", "{}"));
        Assert.Equal(($"the tool server '{Server}' ended in the middle of a call", true), (dead.Failure, dead.IsDone));

        // The others go on, and so does this one with its next episode, which a server begun anew serves.
        Assert.Equal(["3"], other.Act(Call("add", "{\"a\":1,\"b\":2}")).Answers);
        Assert.Null(world.Reset(1).Failure);
        Assert.Equal(["3"], world.Act(Call("add", "{\"a\":1,\"b\":2}")).Answers);
        Assert.True(world.Act("<answer>132</answer>").IsSolved);
    }

    [Fact]
    public void A_server_that_does_not_answer_in_time_fails_the_episode()
    {
        if (OperatingSystem.IsWindows()) return;
        using IEnvironment world = Open(",timeout=1");
        world.Reset(0);
        EnvironmentStep step = world.Act(Call("wait", "{\"seconds\":600}"));
        Assert.Equal($"the tool server '{Server}' gave no answer within 1 s", step.Failure);
    }

    [PythonFact]
    public void A_server_in_plain_python_is_one_too()
    {
        string script = Path.Combine(Places.Repository, "examples", "worlds", "calculator.py");
        using McpToolBox tools = new($"python3 '{script}'", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        Assert.Equal("add", Assert.Single(tools.Begin()).Name);
        using JsonDocument arguments = JsonDocument.Parse("{\"a\":47,\"b\":85}"), wrong = JsonDocument.Parse("{\"a\":1}");
        Assert.Equal(new ToolAnswer("132"), tools.Call(new ToolCall("add", arguments.RootElement)));
        ToolAnswer refused = tools.Call(new ToolCall("add", wrong.RootElement));
        Assert.Equal((true, null), (refused.IsError, refused.Failure));
    }

    [Fact]
    public void A_server_without_tools_one_that_speaks_something_else_and_none_at_all_are_refused_in_a_sentence()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach ((string run, string sentence) in new[]
        {
            ($"{Server} none", "expected one that lists at least one tool, found none"),
            ("/no/such/server 2>&1", "expected one that speaks the Model Context Protocol, found one that did not begin"),
        })
        {
            CliResult result = RealCli.Run(
                ["eval", "--world", $"tools,data={_folder["q.jsonl"]},in-words:{run}", "--episodes", "1"]);
            Assert.Equal(2, result.Code);
            Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        }

        using McpToolBox deaf = new("echo junk; sleep 60", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Assert.EndsWith(
            "expected one that speaks the Model Context Protocol, found one that gave no answer within 1 s",
            Assert.Throws<InputException>(() => deaf.Begin()).Message, StringComparison.Ordinal);
    }

    // In a clock that is sixty times as fast, for the client's own patience is a minute.
    [Fact]
    public void A_silent_server_is_given_the_time_that_was_set_and_the_sentence_says_so()
    {
        if (OperatingSystem.IsWindows()) return;
        using McpToolBox silent = new("sleep 60", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(150), new FastClock(60));
        Assert.Equal(
            "the tool server 'sleep 60': expected one that speaks the Model Context Protocol, found one that gave no answer "
            + "within 150 s",
            Assert.Throws<InputException>(() => silent.Begin()).Message);
    }

    [PythonFact]
    public void A_server_that_replies_junk_is_told_in_one_sentence_wherever_it_does()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(_folder["junk.py"], """
            import json, sys
            good = {
                "initialize": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                               "serverInfo": {"name": "junk", "version": "1"}},
                "tools/list": {"tools": [{"name": "add", "inputSchema": {"type": "object"}}]},
            }
            for line in sys.stdin:
                asked = json.loads(line)
                if asked.get("id") is None:
                    continue
                reply = {"error": {"code": -32601, "message": "no such method"}}
                if asked["method"] == sys.argv[1]:
                    reply = {"result": json.loads(sys.argv[2])}
                elif asked["method"] in good:
                    reply = {"result": good[asked["method"]]}
                print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **reply}), flush=True)
            """);
        string Run(string method, string result) => $"python3 '{_folder["junk.py"]}' {method} '{result}'";
        foreach ((string method, string result) in new[]
        {
            ("initialize", "7"), ("initialize", "{\"protocolVersion\":[]}"), ("tools/list", "[1]"),
            ("tools/list", "{\"tools\":[7]}"), ("tools/list", "{\"tools\":[{\"inputSchema\":{}}]}"),
        })
        {
            string run = Run(method, result);
            using McpToolBox junk = new(run, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
            Assert.Equal(
                $"the tool server '{run}': expected one that speaks the Model Context Protocol, found one that did not begin: it "
                + "answered in no form that is known",
                Assert.Throws<InputException>(() => junk.Begin()).Message);
        }

        foreach (string result in new[] { "7", "{\"content\":7}", "{\"content\":[{\"type\":3}]}" })
        {
            string run = Run("tools/call", result);
            using McpToolBox junk = new(run, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
            Assert.Equal("add", Assert.Single(junk.Begin()).Name);
            using JsonDocument arguments = JsonDocument.Parse("{}");
            Assert.Equal(
                $"the tool server '{run}' answered a call with what is no result of one",
                junk.Call(new ToolCall("add", arguments.RootElement)).Failure);
        }
    }

    [Fact]
    public void The_command_plays_it_and_a_crash_is_told_once_and_counts_no_reward()
    {
        if (OperatingSystem.IsWindows()) return;
        string world = $"tools,data={_folder["q.jsonl"]},in-words:{Server}";
        CliResult played = RealCli.Run(
            ["play", "--world", world], $"{Call("add", "{\"a\":47,\"b\":85}")}\n<answer>132</answer>\n");
        Assert.Equal(0, played.Code);
        Assert.Contains("<tool_response>\n132\n</tool_response>", played.Output, StringComparison.Ordinal);
        Assert.Contains("solved in 2 turns, reward 1", played.Output, StringComparison.Ordinal);
        played = RealCli.Run(["play", "--world", world], Call("crash", "{}") + "\n");
        Assert.Contains("ended in the middle of a call", played.Output + played.Error, StringComparison.Ordinal);

        // The model inside takes no tools by its template, and knows of none: its words are its answers.
        CliResult evaluated = RealCli.Run(
            ["eval", "--world", world, "--episodes", "2", "--turn-tokens", "6", "--json"]);
        Assert.Equal((0, 0), (evaluated.Code, (int)JsonNode.Parse(evaluated.Output)!["failed"]!));
        CliResult refused = RealCli.Run(
            ["eval", "--world", world.Replace(",in-words", "", StringComparison.Ordinal), "--episodes", "1"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains(
            "expected a chat template that takes them, found one that writes nothing of a tool that it is given", refused.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_death_in_mid_call_fails_one_episode_of_a_group_and_the_others_and_the_next_groups_are_played()
    {
        if (OperatingSystem.IsWindows()) return;
        using ModelSession session = ModelSession.Open(
            new ModelSource { Model = Path.Combine(Places.Repository, "models", "innate-tiny"), Threads = 1 });
        TurnFormat format = new(session.Format(new ChatFormatOptions()));
        int asked = 0;
        Saying player = new(session.Tokenizer, _ => asked++ == 0 ? Call("crash", "{}") : "<answer>132</answer>");
        Episode[][] groups = [.. new EpisodePlayer(
            () => Open(",in-words"), format, player, null, new EpisodeLimits { Turns = 2, Context = 4096, Together = 2 })
            .Play([0, 1], 2, new SamplingOptions { MaxTokens = 99, StopIds = [511] })];
        Assert.Equal([EpisodeEnd.Failed, EpisodeEnd.Done], groups[0].Select(e => e.End));
        Assert.Equal($"the tool server '{Server}' ended in the middle of a call", groups[0][0].Failure);
        Assert.Equal([0.0, 1], groups[0].Select(e => e.Reward));
        Assert.All(groups[1], e => Assert.True(e.IsSolved));
    }

    private static string Call(string name, string arguments) =>
        $"<tool_call>{{\"name\":\"{name}\",\"arguments\":{arguments}}}</tool_call>";

    private IEnvironment Open(string options) =>
        WorldChoice.Parse($"tools,data={_folder["q.jsonl"]}{options}:{Server}").Open();

    /// <summary>The system's clock, but timers are over in a fraction of their time.</summary>
    private sealed class FastClock(double times) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.Zero ? dueTime : dueTime / times, period);
    }
}
