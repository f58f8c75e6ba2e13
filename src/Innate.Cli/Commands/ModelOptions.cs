using System.CommandLine;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary>The options that name a model and how text becomes its tokens.</summary>
internal sealed class ModelOptions
{
    private const string Meaning = "The model: a Hugging Face folder, or a hub name (org/name) that `innate pull` fetched";
    private const string Inside = "innate-tiny, the small arithmetic model inside";

    public Option<string?> Model { get; } = Opt.Text("--model", "DIR", $"{Meaning} [default: {Inside}]");

    public Option<string?> Adapter { get; } = Opt.Text(
        "--adapter", "DIR",
        "Low-rank adapters on the model: a PEFT folder, such as `innate train --lora-rank` writes [off: none]");

    public Option<int> Threads { get; } = Opt.Whole(
        "--threads", "Threads to compute with; 0: one a core. The results are the same bits for any number", 0, 0,
        "a whole number of at least 0");

    public Option<string?> Compute { get; } = Opt.Text(
        "--compute", "MODE",
        "What products with weights are formed in: exact (float32), or int8 (integers, with activations rounded to 8 bits): "
        + "faster, a little less exact, the same bits on every machine",
        "exact");

    public Option<string?> Quantize { get; } = Opt.Text(
        "--quantize", "TYPE",
        "With --compute int8: what weights that are not quantised are rounded to, q8_0 or q4_1 "
        + "[default: q8_0; a file's own blocks stay as they are]");

    public Option<bool> Raw { get; } = Opt.Flag(
        "--raw",
        "No chat template: the prompt with the tokenizer's own special tokens, the response with none and no end token "
        + "[off: the template renders the prompt and its end-of-turn token ends the response]");

    public Option<string?> System { get; } = Opt.Text(
        "--system", "TEXT", "A system prompt; replaces the system message of \"messages\" [off: none is added]");

    public Option<string[]> Template { get; } = Opt.Many(
        "--template", "KEY=VALUE", "A variable for the chat template, such as enable_thinking=false; repeatable [off: none]");

    public Option<string?> ChatTemplate { get; } = Opt.Text(
        "--chat-template", "NAME",
        "Which of the model's chat templates, by its name [off: the default one, or the one for tools where tools are given]");

    public EngineOptions Engine { get; } = new();

    public void AddModelTo(
        Command command, bool threads = true, bool adapter = false, Engines engine = Engines.None, bool computes = true)
    {
        command.Add(Model);
        if (adapter)
        {
            Model.Description = $"{Meaning} [default: the one that --adapter names, else {Inside}]";
            command.Add(Adapter);
        }

        if (threads)
        {
            command.Add(Threads);
            // Where it can only be exact, another mode is refused with the reason.
            Compute.Hidden = Quantize.Hidden = !computes;
            command.Add(Compute);
            command.Add(Quantize);
        }

        if (engine != Engines.None) Engine.AddTo(command, engine);
    }

    public void AddFormatTo(Command command)
    {
        command.Add(Raw);
        command.Add(System);
        command.Add(Template);
        command.Add(ChatTemplate);
    }

    /// <summary>The model that is meant.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="io">Where a person is told of a doubt.</param>
    /// <param name="note">Whether a person at a terminal is told that the model inside answers.</param>
    public ModelSource Source(ParseResult parsed, CliIo io, bool note)
    {
        ModelSource source = Named(parsed);
        return source.Engine is not null || source.LlamaCpp is not null ? source : OrInside(source, io, note);
    }

    /// <summary>The model that is trained here; an engine runs another one beside it.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="io">Where a person is told of a doubt.</param>
    public ModelSource Trained(ParseResult parsed, CliIo io) =>
        OrInside(Named(parsed) with { LlamaCpp = null }, io, note: false);

    /// <summary>Another model of the same command, run in the same way; null: none is named.</summary>
    public ModelSource? Other(ParseResult parsed, string? name) => name is null ? null : Run(parsed) with { Model = name };

    private ModelSource Named(ParseResult parsed) => Run(parsed) with
    {
        Model = parsed.GetValue(Model),
        Adapter = parsed.GetResult(Adapter) is null ? null : parsed.GetValue(Adapter),
        Engine = Engine.Read(parsed),
    };

    private static ModelSource OrInside(ModelSource source, CliIo io, bool note)
    {
        if (source.Model is not null) return source;
        if (source.Adapter is { } adapter && !Directory.Exists(adapter))
        {
            throw new InputException(nameof(source.Adapter), "a folder of adapters", $"no folder {adapter}");
        }

        (string folder, string? doubt) = DefaultModel.For(source.Adapter);
        if (doubt is not null) io.Error.WriteLine($"innate: {doubt}");
        else if (note && source.Adapter is null && io.ErrorIsTerminal)
        {
            io.Error.WriteLine($"innate: no --model: {EmbeddedModel.Name} answers, the small arithmetic model inside.");
        }

        return source with { Model = folder };
    }

    // How a model is run, whichever it is.
    private ModelSource Run(ParseResult parsed) => new()
    {
        Threads = parsed.GetResult(Threads) is not null && parsed.GetValue(Threads) is > 0 and int threads ? threads : null,
        Compute = ComputeOf(parsed),
        Quantize = QuantizeOf(parsed),
        LlamaCpp = Engine.ReadLlamaCpp(parsed),
    };

    /// <summary>What products are formed in.</summary>
    public ComputeMode ComputeOf(ParseResult parsed)
    {
        string? name = parsed.GetResult(Compute) is null ? "exact" : parsed.GetValue(Compute);
        return name switch
        {
            "exact" => ComputeMode.Exact,
            "int8" => ComputeMode.Int8,
            _ => throw new InputException(nameof(Compute), "exact or int8", $"'{name}'"),
        };
    }

    /// <summary>What weights are rounded to; null: nothing is said.</summary>
    public ElementType? QuantizeOf(ParseResult parsed)
    {
        if (parsed.GetResult(Quantize) is null || parsed.GetValue(Quantize) is not { } name) return null;
        return name.ToLowerInvariant() switch
        {
            "q8_0" => ElementType.Q8_0,
            "q4_1" => ElementType.Q4_1,
            _ => throw new InputException(nameof(Quantize), "q8_0 or q4_1", $"'{name}'"),
        };
    }

    /// <summary>Opens the model that is meant.</summary>
    public ModelSession Open(ParseResult parsed, CliIo io, bool note = false) =>
        io.OpenSource(Source(parsed, io, note), io.Cancellation);

    /// <summary>How text becomes tokens.</summary>
    public ChatFormatOptions Format(ParseResult parsed)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (string pair in parsed.GetValue(Template) ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new InputException("Template", "KEY=VALUE", $"'{pair}'");
            variables[pair[..equals]] = pair[(equals + 1)..];
        }

        return new ChatFormatOptions
        {
            Raw = parsed.GetValue(Raw),
            System = parsed.GetValue(System),
            Variables = variables,
            ChatTemplate = parsed.GetValue(ChatTemplate),
        };
    }
}
