using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Environments;
using Innate.Rows;

namespace Innate.Runs.Worlds;

/// <summary>
/// Rows to learn from before play: shortest plans of episodes as conversations, <c>{"messages"}</c>, the world's words as the
/// user's and the plan's actions as the assistant's. Episodes that cannot be solved are left out and counted.
/// </summary>
/// <param name="world">The world, as <see cref="WorldChoice"/> reads it.</param>
/// <param name="seed">The first episode's seed.</param>
/// <param name="count">Episodes.</param>
/// <param name="output">The file.</param>
public sealed class PlanRun(string world, ulong seed, int count, RowLocation output) : Run<RowsResult>
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        using IEnvironment opened = WorldChoice.Parse(world).Open();
        if (opened is not IExactWorld exact)
        {
            throw new InputException("World", "a world whose plans are known, such as household", $"'{world}'");
        }

        int skipped = 0;
        using RowOutput rows = RowOutput.Open(output, resume: false, new RunHeader(() => [new("world", world)]));
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Conversation(exact, seed + (ulong)i) is not { } messages)
            {
                skipped++;
                continue;
            }

            rows.Write(Encoding.UTF8.GetBytes(new JsonObject { ["messages"] = messages }.ToJsonString(Plain) + "\n"));
        }

        rows.Complete();
        if (skipped > 0) events?.Report(new RunNote($"{skipped} of {count} episodes cannot be solved and were left out.", true));
        return new RowsResult(count - skipped, 0);
    }

    private static JsonArray? Conversation(IExactWorld world, ulong seed)
    {
        string said = world.Reset(seed).Observation;
        if (world.Plan() is not { } plan) return null;
        JsonArray messages = [];
        foreach (string action in plan)
        {
            messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = said });
            messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = action });
            said = world.Act(action).Observation;
        }

        return messages;
    }
}
