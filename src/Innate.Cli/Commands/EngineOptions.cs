using System.CommandLine;
using Innate.Engines;

namespace Innate.Cli.Commands;

/// <summary>The options that name a model which runs elsewhere.</summary>
internal sealed class EngineOptions
{
    private readonly Option<string?> _address = Opt.Text(
        "--engine", "URL",
        "A running vLLM, SGLang or `innate serve` computes, such as http://127.0.0.1:8000; --model then only has the tokenizer's "
        + "files [off: the model runs here]");

    private readonly Option<string?> _kind = Opt.Text(
        "--engine-kind", "NAME", $"What the engine is: {string.Join(", ", EngineNames.All)} [off: what it says of itself]");

    private readonly Option<string?> _keyEnv = Opt.Text(
        "--engine-key-env", "NAME", "The environment variable with the engine's key [off: no key]");

    private readonly Option<int> _requests = Opt.Whole(
        "--engine-requests", "Requests under way at once; the results do not depend on it", 8, 1, "a whole number of at least 1");

    public void AddTo(Command command)
    {
        command.Add(_address);
        command.Add(_kind);
        command.Add(_keyEnv);
        command.Add(_requests);
    }

    /// <summary>The engine that the options name; null: none.</summary>
    /// <exception cref="InputException">No address, kind or key of that name; or an option that needs --engine.</exception>
    public EngineSettings? Read(ParseResult parsed)
    {
        string? address = parsed.GetResult(_address) is null ? null : parsed.GetValue(_address);
        if (address is null)
        {
            foreach (Option option in (Option[])[_kind, _keyEnv, _requests])
            {
                if (parsed.IsGiven(option))
                {
                    throw new InputException($"{option.Name} needs --engine URL.");
                }
            }

            return null;
        }

        string? kind = parsed.GetValue(_kind);
        return new EngineSettings
        {
            Address = EngineSettings.ParseAddress(address),
            Kind = kind is null ? null : EngineNames.Find(kind) ?? throw new InputException(
                $"--engine-kind takes one of {string.Join(", ", EngineNames.All)}, not '{kind}'."),
            Key = parsed.GetValue(_keyEnv) is { } name ? KeyOf(name) : null,
            Requests = parsed.GetValue(_requests),
        };
    }

    private static string KeyOf(string name) =>
        Environment.GetEnvironmentVariable(name) is { } key && key.Trim().Length > 0
            ? key.Trim()
            : throw new InputException($"--engine-key-env: expected a key in the environment variable {name}, found none.");
}
