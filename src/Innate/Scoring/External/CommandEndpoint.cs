using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Scoring.External;

/// <summary>
/// A program that rewards: begun once by the shell, it reads one JSON object a line, <c>{"prompt","response","label"}</c>, and
/// answers each, in order, with a line: a number, <c>{"reward": number}</c>, or null where it has none. Its stderr is the user's.
/// A program that ends, is too slow, or answers something else is ended, and begun anew for the next group.
/// </summary>
/// <param name="run">What the shell runs.</param>
/// <param name="timeout">How long a group may take.</param>
internal sealed class CommandEndpoint(string run, TimeSpan timeout) : IRewardEndpoint
{
    private readonly LineProgram _program = new(run, TimeSpan.FromSeconds(2));

    /// <inheritdoc/>
    public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation) =>
        [.. groups.Select(g => Ask(g, cancellation))];

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    private RewardReply Ask(IReadOnlyList<RewardQuery> group, CancellationToken cancellation)
    {
        try
        {
            (StreamWriter input, StreamReader output) = (_program.Input, _program.Output);

            // Writing and reading run together: a program that answers before it has read all would otherwise wait for us, and we
            // for it.
            Task writing = WriteAsync(input, group);
            Stopwatch watch = Stopwatch.StartNew();
            var rewards = new double?[group.Count];
            for (int i = 0; i < rewards.Length; i++)
            {
                Task<string?> reading = output.ReadLineAsync(CancellationToken.None).AsTask();
                TimeSpan left = timeout - watch.Elapsed;
                if (left < TimeSpan.Zero || !reading.Wait((int)Math.Min(left.TotalMilliseconds, int.MaxValue), cancellation))
                {
                    return Failed(FormattableString.Invariant($"gave no answer within {timeout.TotalSeconds} s"));
                }

                if (reading.Result is not { } line) return Failed($"ended{_program.ExitCode} before it had answered");
                if (!TryRead(line, out rewards[i]))
                {
                    return Failed(
                        $"expected a line with a number, {{\"reward\": number}} or null, found '{LineProgram.Short(line)}'");
                }
            }

            TimeSpan rest = timeout - watch.Elapsed;
            return writing.Wait((int)Math.Clamp(rest.TotalMilliseconds, 0, int.MaxValue), cancellation)
                ? RewardReply.Of(rewards)
                : Failed("answered without reading its input");
        }
        catch (Exception e) when (LineProgram.IsBreak(e))
        {
            return Failed((e.InnerException ?? e).Message);
        }
        catch (OperationCanceledException)
        {
            _program.Stop();
            throw;
        }
    }

    private static bool TryRead(string line, out double? reward)
    {
        reward = null;
        try
        {
            using JsonDocument json = RewardReply.Json(line);
            JsonElement root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? root.TryGetProperty("reward", out JsonElement value) && RewardReply.TryNumber(value, out reward)
                : RewardReply.TryNumber(root, out reward);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async Task WriteAsync(StreamWriter input, IReadOnlyList<RewardQuery> group)
    {
        foreach (RewardQuery query in group)
        {
            JsonObject line = new() { ["prompt"] = query.Prompt, ["response"] = query.Response, ["label"] = query.Label };
            await input.WriteAsync(LineProgram.Line(line)).ConfigureAwait(false);
        }

        await input.FlushAsync().ConfigureAwait(false);
    }

    private RewardReply Failed(string what)
    {
        _program.Stop();
        return RewardReply.Failed($"the command '{run}' {what}");
    }
}
