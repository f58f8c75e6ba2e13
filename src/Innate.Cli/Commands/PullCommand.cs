using System.CommandLine;
using System.Globalization;
using Innate.Checkpoints.Hub;

namespace Innate.Cli.Commands;

/// <summary><c>innate pull</c>: fetch a model into the hub's cache.</summary>
internal static class PullCommand
{
    private const string Description = """
        Fetch a model from the hub into its cache, and print its folder.

        A file that is there already is not fetched again.

        Example:
          innate pull Qwen/Qwen3-0.6B
        """;

    public static Command Create(CliIo io)
    {
        Argument<string> repo = new("org/name") { Description = "The model's name on the hub" };
        Option<string?> revision = Opt.Text("--revision", "R", "A branch, tag or commit", "main");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");
        Command command = new("pull", Description);
        command.Add(repo);
        command.Add(revision);
        command.Add(quiet);
        command.SetAction(parsed =>
        {
            Reporter reporter = new(io, parsed.GetValue(quiet));
            using HubClient client = new();
            string folder;
            try
            {
                folder = client
                    .PullAsync(parsed.GetValue(repo)!, parsed.GetValue(revision)!, reporter, io.Cancellation)
                    .GetAwaiter()
                    .GetResult();
            }
            finally
            {
                reporter.Clear();
            }

            using StreamWriter output = io.TextOutput();
            output.WriteLine(folder);
            return ExitCodes.Success;
        });
        return command;
    }

    // Not Progress<T>, which reports from the thread pool, after the work is over at times.
    private sealed class Reporter(CliIo io, bool quiet) : IProgress<PullProgress>
    {
        private readonly Lock _lock = new();
        private readonly long _started = Environment.TickCount64;
        private long _last = long.MinValue;
        private bool _drawn;

        public void Report(PullProgress value)
        {
            if (quiet) return;
            lock (_lock)
            {
                long now = Environment.TickCount64 - _started;
                if (_last != long.MinValue && now - _last < (io.ErrorIsTerminal ? 200 : 3000)) return;
                _last = now;
                string text = Describe(value);
                if (io.ErrorIsTerminal) io.Error.Write("\r\e[K" + (text.Length < io.Width ? text : text[..(io.Width - 1)]));
                else io.Error.WriteLine(text);
                _drawn = io.ErrorIsTerminal;
            }
        }

        public void Clear()
        {
            lock (_lock)
            {
                if (_drawn) io.Error.Write("\r\e[K");
                _drawn = false;
            }
        }

        private static string Describe(PullProgress p)
        {
            string size = p.Size is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" of {bytes / 1e6:0.0}") : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{p.FileNumber}/{p.FileCount} {p.File}: {p.Received / 1e6:0.0}{size} MB");
        }
    }
}
