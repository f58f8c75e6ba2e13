using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Foundation;

/// <summary>
/// A program of the user's that is begun by the shell and speaks JSON lines: it reads one object a line and answers with lines.
/// Its stderr is the user's. It is begun when it is first spoken to, and again after <see cref="Stop"/>.
/// </summary>
/// <param name="run">What the shell runs.</param>
/// <param name="patience">How long it has to end by itself once its input is closed.</param>
internal sealed class LineProgram(string run, TimeSpan patience) : IDisposable
{
    private const int ShortLength = 120;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Process? _process;

    private Process Begun => _process ??= Start();

    /// <summary>What it reads.</summary>
    public StreamWriter Input => Begun.StandardInput;

    /// <summary>What it answers.</summary>
    public StreamReader Output => Begun.StandardOutput;

    /// <summary>How it ended, for a sentence that goes on; empty where it has not.</summary>
    public string ExitCode => Begun.WaitForExit(TimeSpan.FromSeconds(1))
        ? FormattableString.Invariant($" with exit code {Begun.ExitCode}") : "";

    /// <summary>An object as the line that it reads.</summary>
    public static string Line(JsonObject asked) => asked.ToJsonString(Plain) + "\n";

    /// <summary>Whether an exception says that it could not be begun, or has broken off.</summary>
    public static bool IsBreak(Exception e) =>
        e is IOException or Win32Exception or AggregateException { InnerException: IOException };

    /// <summary>As much of a line as a sentence holds.</summary>
    public static string Short(string line) => line.Length > ShortLength ? line[..ShortLength] + " ..." : line;

    /// <summary>Ends it with all that it has begun.</summary>
    public void Stop()
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

    /// <summary>Lets it end by itself, and then ends it.</summary>
    public void Dispose()
    {
        if (_process is null) return;
        try
        {
            // A program that reads to the end of its input ends by itself.
            _process.StandardInput.Close();
            _process.WaitForExit(patience);
        }
        catch (IOException)
        {
            // It has ended already, with lines unread.
        }

        Stop();
    }

    private Process Start()
    {
        (string shell, string flag) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        return Process.Start(new ProcessStartInfo(shell, [flag, run])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        })!;
    }
}
