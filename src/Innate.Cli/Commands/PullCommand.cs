using System.CommandLine;
using System.Globalization;
using Innate.Checkpoints.Hub;
using Innate.Data;

namespace Innate.Cli.Commands;

/// <summary><c>innate pull</c>: fetch a model or a dataset into the hub's cache.</summary>
internal static class PullCommand
{
    private const string Description = """
        Fetch a model or a dataset from the hub into its cache, and print its folder. Of a repository of GGUF files the type after
        a colon says which is meant; then the file's path is printed.

        A file that is there already is not fetched again. Where rows are read, a dataset's name then stands for them: org/name,
        or org/name#SUBSET/SPLIT for a part of it.

        Examples:
          innate pull Qwen/Qwen3-0.6B
          innate pull bartowski/SmolLM2-135M-Instruct-GGUF:Q4_K_M
          innate pull --dataset openai/gsm8k --subset main --split test
        """;

    public static Command Create(CliIo io)
    {
        Argument<string?> repo = new("org/name")
        {
            Description = "The model's name on the hub; org/name:TYPE for one of its GGUF files", Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> dataset = Opt.Text(
            "--dataset", "org/name", "A dataset's name on the hub, in a model's place [off: a model]");
        Option<string?> subset = Opt.Text(
            "--subset", "NAME", "One of the dataset's configs [default: all, or with --split the default]");
        Option<string?> split = Opt.Text("--split", "NAME", "One of the dataset's splits, such as train [default: all]");
        Option<string?> revision = Opt.Text("--revision", "R", "A branch, tag or commit", "main");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");
        Command command = new("pull", Description);
        command.Add(repo);
        command.Add(dataset);
        command.Add(subset);
        command.Add(split);
        command.Add(revision);
        command.Add(quiet);
        command.SetAction(parsed =>
        {
            string? model = parsed.GetValue(repo), data = parsed.GetValue(dataset), at = parsed.GetValue(revision);
            if (model is null == data is null)
            {
                throw new InputException("pull: expected a model's name or --dataset org/name, found "
                    + (model is null ? "neither." : "both."));
            }

            Option<string?>[] parts = [subset, split];
            if (data is null && parts.FirstOrDefault(o => parsed.GetValue(o) is not null) is { } part)
            {
                throw new InputException($"{part.Name}: expected --dataset beside it, found a model's name.");
            }

            Reporter reporter = new(io, parsed.GetValue(quiet));
            using HubClient client = new();
            string folder;
            try
            {
                Task<string> pull = data is null ? PullModel(client, model!, at!, reporter, io.Cancellation)
                    : client.PullDatasetAsync(
                        data, at!,
                        (files, readme) => DataFiles.Choose(
                            data, files, readme, parsed.GetValue(subset), parsed.GetValue(split)),
                        reporter, io.Cancellation);
                folder = pull.GetAwaiter().GetResult();
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

    private static Task<string> PullModel(
        HubClient client, string model, string revision, IProgress<PullProgress> progress, CancellationToken cancellation) =>
        model.LastIndexOf(':') is var colon and >= 0
            ? client.PullGgufAsync(model[..colon], model[(colon + 1)..], revision, progress, cancellation)
            : client.PullAsync(model, revision, progress, cancellation);

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
