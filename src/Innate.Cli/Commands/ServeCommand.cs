using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Innate.Server;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate serve</c>: the HTTP server.</summary>
internal static class ServeCommand
{
    private const string KeyVariable = "INNATE_API_KEY";

    private const string Description = """
        Serve rewards over HTTP: to trainers (TRL, verl, OpenRLHF, slime, LLaMA-Factory), to evaluators and OpenAI clients, and to
        people, with a page at /.

        Prints one line with the address when it is ready. SIGTERM or Ctrl-C: what was accepted is answered, then it ends with 0;
        a second one ends it at once. TLS by Kestrel's settings (see docs/serving.md).

        Examples:
          innate serve
          innate serve --model DIR --urls http://0.0.0.0:8080 --api-key KEY
          curl http://127.0.0.1:8080/v1/rewards -d '{"prompt":"What is 47 + 85?","responses":["132","122"]}'
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        Option<string?> urls = Opt.Text(
            "--urls", "URL", "Where to listen, separated by semicolons; port 0: a free one", "http://127.0.0.1:8080");
        Option<string[]> keys = new("--api-key")
        {
            Description = $"Every request but /health must bear this key; repeatable [off: {KeyVariable}, or no key]",
            HelpName = "KEY",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string?> reference = Opt.Text("--reference", "DIR", "The reference model of the implicit reward [off: none]");
        Option<string?> profiles = Opt.Text(
            "--profiles", "DIR", "Profiles, each offered as a model by its name; read again when they change [off: none]");
        Option<string?> name = Opt.Text("--name", "NAME", "What replies call the model [default: its folder's name]");
        Option<int> queue = Opt.Whole(
            "--queue", "Responses that may wait; a request above is answered with 429", 4096, 1, "a whole number of at least 1");
        Option<int> slots = Opt.Whole(
            "--slots", "Responses that are sampled at the same time", 64, 1, "a whole number of at least 1");
        Option<int> prefix = Opt.Whole(
            "--prefix-cache", "MiB of keys and values that are kept of prompts, for others that begin alike; 0: none", 256, 0,
            "a whole number of at least 0");
        Option<int> body = Opt.Whole("--max-body", "The largest request, in MiB", 32, 1, "a whole number of at least 1");
        Option<int> deadline = Opt.Whole("--deadline", "The most seconds of a request", 600, 1, "a whole number of at least 1");
        Option<int> drain = Opt.Whole(
            "--drain", "The most seconds that accepted requests get when the server stops", 60, 0,
            "a whole number of at least 0");

        Command command = new("serve", Description);
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        command.Add(model.Raw);
        foreach (Option option in (Option[])[urls, keys, reference, profiles, name, queue, slots, prefix, body, deadline, drain])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            (string folder, string? adapter) = Folder(parsed, model, io);
            ServerOptions options = new()
            {
                Folder = folder,
                Adapter = adapter,
                Name = parsed.GetValue(name),
                Reference = parsed.GetValue(reference) is { } other ? Checkpoints.Hub.ModelFolder.Resolve(other) : null,
                Profiles = parsed.GetValue(profiles),
                Urls = parsed.GetValue(urls)!,
                ApiKeys = Keys(parsed.GetValue(keys)),
                Raw = parsed.GetValue(model.Raw),
                Threads = parsed.GetValue(model.Threads) is > 0 and int threads ? threads : null,
                Compute = model.ComputeOf(parsed),
                Quantize = model.QuantizeOf(parsed),
                LlamaCpp = model.Engine.ReadLlamaCpp(parsed),
                QueueCapacity = parsed.GetValue(queue),
                GenerationSlots = parsed.GetValue(slots),
                PrefixCacheBytes = (long)parsed.GetValue(prefix) << 20,
                MaxBodyBytes = (long)parsed.GetValue(body) << 20,
                Deadline = TimeSpan.FromSeconds(parsed.GetValue(deadline)),
                DrainTime = TimeSpan.FromSeconds(parsed.GetValue(drain)),
            };
            io.SavesWhenStopped = true;
            return Run(options, io).GetAwaiter().GetResult();
        });
        return command;
    }

    private static (string Folder, string? Adapter) Folder(ParseResult parsed, ModelOptions model, CliIo io)
    {
        // The session checks the names, and loads nothing.
        using ModelSession session = model.Open(parsed, io, note: true);
        return (session.Folder, session.Adapter);
    }

    private static string[] Keys(string[]? given)
    {
        if (given is { Length: > 0 })
        {
            return given.All(k => k.Trim().Length > 0)
                ? given
                : throw new InputException("--api-key: expected a key, found nothing.");
        }

        // A variable that is there and empty is a mistake of whoever meant to close the server.
        return Environment.GetEnvironmentVariable(KeyVariable) switch
        {
            null => [],
            var key when key.Trim().Length > 0 => [key],
            _ => throw new InputException($"{KeyVariable}: expected a key, or no such variable, found an empty one."),
        };
    }

    private static async Task<int> Run(ServerOptions options, CliIo io)
    {
        await using RewardServer server = await RewardServer.Start(options, io.Error.WriteLine, io.Cancellation);
        if (options.ApiKeys.Count == 0 && server.Addresses.FirstOrDefault(a => !new Uri(a).IsLoopback) is { } open)
        {
            await io.Error.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture,
                    $"innate: {open} answers whoever reaches it: --api-key KEY asks for a key."));
        }

        await using StreamWriter output = io.TextOutput();
        await output.WriteLineAsync($"Serving {server.ModelName} at {string.Join(", ", server.Addresses)}");
        await output.FlushAsync();
        try
        {
            await Task.Delay(Timeout.Infinite, io.Cancellation);
        }
        catch (OperationCanceledException)
        {
            await server.Stop();
        }

        return ExitCodes.Success;
    }
}
