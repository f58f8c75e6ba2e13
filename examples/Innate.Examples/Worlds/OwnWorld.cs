using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Environments;

namespace Examples;

/// <summary>
/// A world of your own in C#: a number to be guessed. As a class it can be handed to the library; as a program that speaks JSON
/// lines it can be handed to the command:
/// <code>innate play --world 'command:dotnet run --project examples/Innate.Examples -- world'</code>
/// </summary>
public sealed class OwnWorld : IEnvironment
{
    private const int Highest = 20;
    private int _number, _steps;

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        (_number, _steps) = ((int)(seed * 7 % Highest) + 1, 0);
        return new EnvironmentStep($"Guess a number from 1 to {Highest}.");
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        bool isDone = ++_steps == 8;
        if (!int.TryParse(action, out int guess)) return new EnvironmentStep("Nothing happens.", 0, isDone) { IsValid = false };
        bool isSolved = guess == _number;
        string said = isSolved ? "Yes." : guess < _number ? "Higher." : "Lower.";
        return new EnvironmentStep(said, isSolved ? 1 : 0, isDone || isSolved) { IsSolved = isSolved };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Answers a line of JSON with a line of JSON until the input ends.</summary>
    public static void Run(TextReader input, TextWriter output)
    {
        using OwnWorld world = new();
        while (input.ReadLine() is { } line)
        {
            using JsonDocument asked = JsonDocument.Parse(line);
            EnvironmentStep step = asked.RootElement.TryGetProperty("reset", out JsonElement seed)
                ? world.Reset(seed.GetUInt64())
                : world.Act(asked.RootElement.GetProperty("act").GetString()!);
            output.WriteLine(new JsonObject
            {
                ["observation"] = step.Observation, ["reward"] = step.Reward, ["done"] = step.IsDone,
                ["solved"] = step.IsSolved, ["valid"] = step.IsValid,
            }.ToJsonString());
            output.Flush();
        }
    }
}
