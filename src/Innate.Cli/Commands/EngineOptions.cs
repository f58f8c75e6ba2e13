using System.CommandLine;
using Innate.Engines;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>Which engines a command takes in the place of this library's own computing.</summary>
internal enum Engines
{
    /// <summary>None.</summary>
    None,

    /// <summary>llama.cpp in this process.</summary>
    LlamaCpp,

    /// <summary>llama.cpp in this process, for the frozen model of training.</summary>
    LlamaCppRewards,

    /// <summary>llama.cpp in this process, and engines over HTTP.</summary>
    All,
}

/// <summary>The options that name an engine: one that runs elsewhere, or llama.cpp in this process.</summary>
internal sealed class EngineOptions
{
    private const string LlamaCpp = "llama.cpp";

    private readonly Option<string[]> _engine = Opt.Many(
        "--engine", "URL",
        "llama.cpp runs the GGUF file that --model names, in this process and on a graphics card where its native library is for "
        + "one; or a running vLLM, SGLang or `innate serve` computes, by its URL such as http://127.0.0.1:8000, and --model only "
        + "has the tokenizer's files; repeatable for several that serve one model: rows go to whichever is free, and one that "
        + "fails is left out [off: the model runs here]");

    private readonly Option<string[]> _logits = Opt.Many(
        "--engine-logits", "URL",
        "A second vLLM with the same model and --logprobs-mode raw_logits: with the log-probabilities of --engine it tells Q and "
        + "V, so that endogenous has any gamma; repeatable (docs/engines.md) [off: log-probabilities alone]");

    private readonly Option<string?> _kind = Opt.Text(
        "--engine-kind", "NAME",
        $"What the engine at the URL is: {string.Join(", ", EngineNames.All)} [off: what it says of itself]");

    private readonly Option<string?> _keyEnv = Opt.Text(
        "--engine-key-env", "NAME", "The environment variable with the engine's key [off: no key]");

    private readonly Option<int> _requests = Opt.Whole(
        "--engine-requests", "Requests under way at once at each engine; the results do not depend on it", 8, 1,
        "a whole number of at least 1");

    private readonly Option<int?> _gpuLayers = Opt.OptionalWhole(
        "--engine-gpu-layers",
        "Of llama.cpp: layers on the graphics card; 0: none [default: all, where its native library is for one]");

    private readonly Option<int> _context = Opt.Whole(
        "--engine-context",
        "Of llama.cpp: positions that are held at once; no path is longer, nor longer than the model's own context", 4096, 2,
        "a whole number of at least 2");

    private readonly Option<int> _batch = Opt.Whole(
        "--engine-batch", "Of llama.cpp: the most tokens of a pass", 512, 1,
        $"a whole number from 1 to {LlamaCppSettings.MostBatch}");

    private bool _takesUrls;

    public void AddTo(Command command, Engines engines)
    {
        _takesUrls = engines == Engines.All;
        if (!_takesUrls)
        {
            _engine.HelpName = LlamaCpp;
            string file = engines == Engines.LlamaCppRewards ? "--reward-model" : "--model";
            _engine.Description = $"llama.cpp runs the GGUF file that {file} names, in this process and on a graphics card where "
                + "its native library is for one [off: the model runs here]";
        }

        command.Add(_engine);
        if (_takesUrls)
        {
            foreach (Option option in OfUrls) command.Add(option);
        }

        foreach (Option option in OfLlamaCpp) command.Add(option);
    }

    private Option[] OfUrls => [_logits, _kind, _keyEnv, _requests];

    private Option[] OfLlamaCpp => [_gpuLayers, _context, _batch];

    /// <summary>llama.cpp's settings; null: it is not asked for.</summary>
    /// <exception cref="InputException">An option of another engine.</exception>
    public LlamaCppSettings? ReadLlamaCpp(ParseResult parsed)
    {
        if (NamesOf(parsed) is not [LlamaCpp])
        {
            RequireNone(parsed, OfLlamaCpp, LlamaCpp);
            return null;
        }

        RequireNone(parsed, OfUrls, "URL");
        return new LlamaCppSettings
        {
            GpuLayers = parsed.GetValue(_gpuLayers),
            Context = parsed.GetValue(_context),
            Batch = parsed.GetValue(_batch),
        };
    }

    /// <summary>The engine elsewhere; null: none.</summary>
    /// <exception cref="InputException">No address, kind or key of that name; or an option of another engine.</exception>
    public EngineSettings? Read(ParseResult parsed)
    {
        string[] addresses = NamesOf(parsed);
        if (addresses is [] or [LlamaCpp])
        {
            RequireNone(parsed, OfUrls, "URL");
            return null;
        }

        if (!_takesUrls)
        {
            throw new InputException(
                $"{_engine.Name}: expected llama.cpp, the one engine of this command, found '{string.Join(' ', addresses)}'.");
        }

        string? kind = parsed.GetValue(_kind);
        return new EngineSettings
        {
            Address = EngineSettings.ParseAddress(addresses[0]),
            Others = [.. addresses.Skip(1).Select(EngineSettings.ParseAddress)],
            Logits = [.. (parsed.GetValue(_logits) ?? []).Select(EngineSettings.ParseAddress)],
            Kind = kind is null ? null : EngineNames.Find(kind) ?? throw new InputException(
                $"--engine-kind takes one of {string.Join(", ", EngineNames.All)}, "
                + $"not '{kind}'{NearestName.Hint(kind, EngineNames.All)}."),
            Key = parsed.GetValue(_keyEnv) is { } name ? KeyOf(name) : null,
            Requests = parsed.GetValue(_requests),
        };
    }

    /// <summary>Refuses engines that tell logits where none are read.</summary>
    /// <exception cref="InputException">There are some.</exception>
    public static void RequireNoLogits(ModelSource model)
    {
        if (model.Engine is not { Logits.Count: > 0 }) return;
        throw new InputException("--engine-logits: expected none here, where nothing is rewarded by traces, found one.");
    }

    private string[] NamesOf(ParseResult parsed) => parsed.GetResult(_engine) is null ? [] : parsed.GetValue(_engine) ?? [];

    private static void RequireNone(ParseResult parsed, Option[] options, string engine)
    {
        foreach (Option option in options.Where(o => parsed.IsGiven(o)))
        {
            throw new InputException($"{option.Name} needs --engine {engine}.");
        }
    }

    private static string KeyOf(string name) =>
        Environment.GetEnvironmentVariable(name) is { } key && key.Trim().Length > 0
            ? key.Trim()
            : throw new InputException($"--engine-key-env: expected a key in the environment variable {name}, found none.");
}
