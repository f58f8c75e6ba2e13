using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Environments.Processes;

/// <summary>
/// A world that is a program of the user's, begun by the shell: it reads one JSON object a line, <c>{"reset": SEED}</c> or
/// <c>{"act": "TEXT"}</c>, and answers each with a line, <c>{"observation": "TEXT", "reward": 0, "done": false, "solved": false,
/// "valid": true}</c>, of which the observation alone is needed. Its stderr is the user's. A program that answers something else,
/// is too slow, or ends breaks its episode off (<see cref="EnvironmentStep.Failure"/>), and is begun anew for the next one.
/// </summary>
/// <param name="run">What the shell runs.</param>
/// <param name="timeout">How long an answer may take.</param>
internal sealed class ProcessWorld(string run, TimeSpan timeout) : IEnvironment
{
    private static readonly string[] Known = ["observation", "reward", "done", "solved", "valid"];

    private readonly LineProgram _program = new(run, TimeSpan.FromSeconds(1));
    private bool _isPlaying;

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        EnvironmentStep first = Ask(new JsonObject { ["reset"] = seed });
        _isPlaying = first is { IsDone: false, Failure: null };
        return first;
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        if (!_isPlaying) throw new InvalidOperationException("The episode is over, or was never begun.");
        EnvironmentStep step = Ask(new JsonObject { ["act"] = action });
        _isPlaying = step is { IsDone: false, Failure: null };
        return step;
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    private EnvironmentStep Ask(JsonObject asked)
    {
        try
        {
            (StreamWriter input, StreamReader output) = (_program.Input, _program.Output);

            // A program that reads nothing must not hold us where its pipe is full.
            Task<string?> answer = Task.Run(async () =>
            {
                await input.WriteAsync(LineProgram.Line(asked)).ConfigureAwait(false);
                await input.FlushAsync().ConfigureAwait(false);
                return await output.ReadLineAsync().ConfigureAwait(false);
            });
            if (!answer.Wait(timeout))
            {
                return Failed(FormattableString.Invariant($"gave no answer within {timeout.TotalSeconds} s"));
            }

            return answer.Result is { } said ? Read(said) : Failed($"ended{_program.ExitCode} in the middle of an episode");
        }
        catch (Exception e) when (LineProgram.IsBreak(e))
        {
            return Failed($"broke off: {(e.InnerException ?? e).Message.TrimEnd('.')}");
        }
    }

    private EnvironmentStep Read(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.EnumerateObject().All(p => Known.Contains(p.Name, StringComparer.Ordinal))
                && root.TryGetProperty("observation", out JsonElement observation)
                && observation.ValueKind == JsonValueKind.String
                && Number(root) is { } reward && Flag(root, "done", false) is { } done
                && Flag(root, "solved", false) is { } solved && Flag(root, "valid", true) is { } valid && (done || !solved))
            {
                return new EnvironmentStep(observation.GetString()!, reward, done) { IsSolved = solved, IsValid = valid };
            }
        }
        catch (JsonException)
        {
            // Told below, with what was found.
        }

        return Failed(
            "answered something else: expected a line {\"observation\": text, \"reward\": number, \"done\": true or false, "
            + $"\"solved\": true only where done, \"valid\": true or false}}, found '{LineProgram.Short(line)}'");
    }

    private static double? Number(JsonElement root) => !root.TryGetProperty("reward", out JsonElement value) ? 0
        : value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble() : null;

    private static bool? Flag(JsonElement root, string name, bool fallback) =>
        !root.TryGetProperty(name, out JsonElement value) ? fallback : value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    private EnvironmentStep Failed(string what)
    {
        _program.Stop();
        return new EnvironmentStep("", IsDone: true) { Failure = $"the world '{run}' {what}" };
    }
}
