using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
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
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Process? _process;

    /// <inheritdoc/>
    public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation) =>
        [.. groups.Select(g => Ask(g, cancellation))];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is null) return;
        try
        {
            // A program that reads to the end of its input ends by itself.
            _process.StandardInput.Close();
            _process.WaitForExit(TimeSpan.FromSeconds(2));
        }
        catch (IOException)
        {
            // It has ended already, with lines unread.
        }

        Stop();
    }

    private RewardReply Ask(IReadOnlyList<RewardQuery> group, CancellationToken cancellation)
    {
        try
        {
            Process process = _process ??= Start();

            // Writing and reading run together: a program that answers before it has read all would otherwise wait for us, and we
            // for it.
            Task writing = WriteAsync(process.StandardInput, group);
            Stopwatch watch = Stopwatch.StartNew();
            var rewards = new double?[group.Count];
            for (int i = 0; i < rewards.Length; i++)
            {
                Task<string?> reading = process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();
                TimeSpan left = timeout - watch.Elapsed;
                if (left < TimeSpan.Zero || !reading.Wait((int)Math.Min(left.TotalMilliseconds, int.MaxValue), cancellation))
                {
                    return Failed(FormattableString.Invariant($"gave no answer within {timeout.TotalSeconds} s"));
                }

                if (reading.Result is not { } line) return Failed($"ended{ExitCode(process)} before it had answered");
                if (!TryRead(line, out rewards[i]))
                {
                    return Failed($"expected a line with a number, {{\"reward\": number}} or null, found '{Short(line)}'");
                }
            }

            TimeSpan rest = timeout - watch.Elapsed;
            return writing.Wait((int)Math.Clamp(rest.TotalMilliseconds, 0, int.MaxValue), cancellation)
                ? RewardReply.Of(rewards)
                : Failed("answered without reading its input");
        }
        catch (Exception e) when (e is IOException or Win32Exception or AggregateException { InnerException: IOException })
        {
            return Failed((e.InnerException ?? e).Message);
        }
        catch (OperationCanceledException)
        {
            Stop();
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
            await input.WriteAsync(line.ToJsonString(Plain) + "\n").ConfigureAwait(false);
        }

        await input.FlushAsync().ConfigureAwait(false);
    }

    private Process Start()
    {
        (string shell, string flag) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        ProcessStartInfo start = new(shell, [flag, run])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        };
        return Process.Start(start)!;
    }

    private RewardReply Failed(string what)
    {
        Stop();
        return RewardReply.Failed($"the command '{run}' {what}");
    }

    private void Stop()
    {
        if (_process is not { } process) return;
        _process = null;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }

        process.Dispose();
    }

    private static string ExitCode(Process process) =>
        process.WaitForExit(TimeSpan.FromSeconds(1)) ? FormattableString.Invariant($" with exit code {process.ExitCode}") : "";

    private static string Short(string line) => line.Length > 120 ? line[..120] + " ..." : line;
}
