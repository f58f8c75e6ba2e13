using System.CommandLine;

namespace Innate.Cli.Commands;

/// <summary>The options of the audits of answers: <c>innate audit traps</c> and <c>innate audit cues</c>.</summary>
/// <param name="rows">What the rows hold.</param>
internal sealed class AnswerAuditOptions(string rows)
{
    private readonly Option<string?> _data = Opt.Text("--data", "FILE", rows + " [no default: it must be given]");
    private readonly Option<string?> _output = Opt.Text(
        "--out", "DIR", "The folder of the results; made where there is none [no default: it must be given]");

    public ModelOptions Model { get; } = new();

    public Option<string?> Columns { get; } = Opt.Columns();

    public Option<int?> Limit { get; } = Opt.OptionalWhole("--limit", "At most so many rows [default: all]");

    public Option<int> MaxTokens { get; } = Opt.Whole(
        "--max-tokens", "The most tokens of a sampled response", 256, 1, "a whole number of at least 1");

    public Option<int> Resamples { get; } = Opt.Whole(
        "--resamples", "Bootstrap resamples of the intervals", 4000, 1, "a whole number of at least 1");

    public Option<ulong> Seed { get; } = Opt.Seed("--seed", "Decides samples and resamples: one seed, one output");

    public Option<bool> Resume { get; } = Opt.Flag(
        "--resume", "Go on after the prompts that --out holds already [off: start anew]");

    public ShardChoice Shards { get; } = new();

    public Option<bool> Json { get; } = Opt.Flag("--json", "Print the results' JSON in place of the tables [off: tables]");

    public Option<bool> Quiet { get; } = Opt.Flag("--quiet", "No progress on stderr [off: show it]");

    public void AddTo(Command command, params ReadOnlySpan<Option> own)
    {
        foreach (Option option in (Option[])[_data, Columns, Limit, _output]) command.Add(option);
        Model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        foreach (Option option in own) command.Add(option);
        foreach (Option option in (Option[])[MaxTokens, Resamples, Seed, Resume, Shards.Shard, Json, Quiet]) command.Add(option);
        Model.AddFormatTo(command);
    }

    public string Data(ParseResult parsed) => parsed.GetValue(_data)
        ?? throw new InputException($"{_data.Name}: expected a file of rows, found none.");

    public string Output(ParseResult parsed) => parsed.GetValue(_output)
        ?? throw new InputException($"{_output.Name}: expected a folder for the results, found none.");

    /// <summary>Prints the results: the file of that name, or the tables.</summary>
    public void Print(ParseResult parsed, CliIo io, string file, string tables)
    {
        if (parsed.GetValue(Json))
        {
            io.Output.Write(File.ReadAllBytes(Path.Combine(Output(parsed), file)));
            return;
        }

        using StreamWriter text = io.TextOutput();
        text.Write(tables);
    }

    /// <summary>Refuses what says how a model answers where none is asked.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="why">When they would count.</param>
    /// <param name="forms">Whether chat templates are of no use either.</param>
    /// <exception cref="InputException">One is given.</exception>
    public void RequireNoModel(ParseResult parsed, string why, bool forms = true)
    {
        RequireNone(parsed, why, Model.Model, Model.Adapter, MaxTokens);
        if (forms) RequireNone(parsed, why, Model.Raw, Model.System, Model.Template, Model.ChatTemplate);
    }

    /// <summary>Refuses options that would do nothing.</summary>
    /// <exception cref="InputException">One is given.</exception>
    public static void RequireNone(ParseResult parsed, string why, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (parsed.IsGiven(option)) throw new InputException($"{option.Name}: expected none {why}, found one.");
        }
    }
}
