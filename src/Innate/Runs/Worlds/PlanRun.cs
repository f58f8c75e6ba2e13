using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Environments;
using Innate.Rows;

namespace Innate.Runs.Worlds;

/// <summary>
/// Rows to learn from before play: plans of episodes as conversations, <c>{"messages"}</c>, the world's words as the user's and
/// the plan's actions as the assistant's. Episodes that cannot be solved, or not in so few steps, are left out and counted.
/// </summary>
/// <param name="world">The world, as <see cref="WorldChoice"/> reads it.</param>
/// <param name="seed">The first episode's seed.</param>
/// <param name="count">Episodes.</param>
/// <param name="output">The file.</param>
public sealed class PlanRun(string world, ulong seed, int count, RowLocation output) : Run<RowsResult>
{
    /// <summary>
    /// Whether the plans are those of a player who knows only what it was told, and has to look for things, in place of shortest
    /// ones, which know where everything is.
    /// </summary>
    public bool Expert { get; init; }

    /// <summary>Whether rows begin with the world's own words on its actions, as the system message.</summary>
    public bool Instructions { get; init; }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        WorldChoice choice = WorldChoice.Parse(world);
        string? instructions = Instructions ? choice.Instructions() : null;
        using IEnvironment opened = choice.Open();
        if (opened is not IExactWorld exact)
        {
            throw new InputException("World", "a world whose plans are known, such as household", $"'{world}'");
        }

        int skipped = 0;
        RunHeader header = new(() =>
        [
            new("world", world), new("plans", Expert ? "expert" : "shortest"),
            new("instructions", Instructions ? "told" : "not told"),
        ]);
        using RowOutput rows = RowOutput.Open(output, resume: false, header);
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Conversation(exact, seed + (ulong)i, instructions) is not { } messages)
            {
                skipped++;
                continue;
            }

            rows.Write(Encoding.UTF8.GetBytes(new JsonObject { ["messages"] = messages }.ToJsonString(Plain) + "\n"));
        }

        rows.Complete();
        if (skipped > 0)
        {
            events?.Report(new RunNote($"{skipped} of {count} episodes were left out: no plan within the world's steps.", true));
        }

        return new RowsResult(count - skipped, 0);
    }

    private JsonArray? Conversation(IExactWorld world, ulong seed, string? instructions)
    {
        string said = world.Reset(seed).Observation;
        if ((Expert ? world.ExpertPlan() : world.Plan()) is not { } plan || plan.Count > world.MaxSteps) return null;
        JsonArray messages = [];
        if (instructions is not null)
        {
            messages.Add((JsonNode)new JsonObject { ["role"] = "system", ["content"] = instructions });
        }

        foreach (string action in plan)
        {
            messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = said });
            messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = action });
            said = world.Act(action).Observation;
        }

        return messages;
    }
}
