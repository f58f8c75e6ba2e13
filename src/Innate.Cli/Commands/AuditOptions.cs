using System.CommandLine;
using Innate.Rewards;
using Innate.Rows.Shards;
using Innate.Runs.Auditing;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options of <c>innate audit</c>.</summary>
internal sealed class AuditOptions
{
    private readonly AuditScorerChoice _scorers = new("endogenous, where no judge is named");

    private readonly Option<string?> _after = Opt.Text(
        "--after", "DIR", "The model after training, which scores the same pairs; --model is the one before [off: one model]");

    private readonly Option<string?> _other = Opt.Text(
        "--other-model", "DIR", "Compare a sample of the model itself with one of this model [off: nothing is sampled]");

    private readonly Option<string[]> _edits = Opt.Many("--edit", "NAME", "An edit of the responses; repeatable [default: all]");

    private readonly Option<string?> _words = Opt.Text(
        "--words", "FILE",
        "Word lists of your own: {\"name\", \"first\", \"second\", \"pairs\": [[\"he\", \"she\"]...]} [default: those within]");

    private readonly Option<string?> _rmBench = Opt.Text(
        "--rm-bench", "DIR", "RM-Bench's folder: refusals and answers to harmful and harmless prompts [off: none]");

    private readonly Option<int> _resamples = Opt.Whole(
        "--resamples", "Bootstrap resamples of the intervals", 4000, 1, "a whole number of at least 1");

    private readonly Option<int> _maxTokens = Opt.Whole(
        "--max-tokens", "The most tokens of a sample or a continuation", 256, 1, "a whole number of at least 1");

    private readonly Option<string?> _data = Opt.Text(
        "--data", "FILE", "Rows with a prompt and responses; with --contamination a prompt and \"answer\" "
        + "[no default: it must be given]");

    private readonly Option<string?> _columns = Opt.Columns();
    private readonly Option<int?> _limit = Opt.OptionalWhole("--limit", "At most so many rows [default: all]");

    private readonly Option<string?> _output = Opt.Text(
        "--out", "DIR", "The folder of the results; made where there is none [no default: it must be given]");

    private readonly Option<ulong> _seed = Opt.Seed("--seed", "Decides samples, judges' reasoning and resamples");
    private readonly Option<bool> _resume = Opt.Flag(
        "--resume", "Go on after the prompts that --out holds already [off: start anew]");

    private readonly ShardChoice _shards = new();

    public Option<bool> Contamination { get; } = Opt.Flag(
        "--contamination", "Does the model know these questions? The first 40, 60, 80 % of each, gone on with [off: an audit]");

    public Option<bool> Json { get; } = Opt.Flag("--json", "Print audit.json in place of the tables [off: tables]");

    public Option<bool> Quiet { get; } = Opt.Flag("--quiet", "No progress on stderr [off: show it]");

    public void AddFirst(Command command)
    {
        foreach (Option option in (Option[])[_data, _columns, _limit, _output]) command.Add(option);
    }

    public void AddRest(Command command)
    {
        command.Add(_after);
        _scorers.AddTo(command);
        foreach (Option option in (Option[])
            [_edits, _other, _words, _rmBench, _maxTokens, _resamples, _seed, _resume, _shards.Shard, Contamination, Json, Quiet])
        {
            command.Add(option);
        }
    }

    /// <summary>What is audited.</summary>
    public AuditSettings Settings(ParseResult parsed, ModelOptions model, CliIo io)
    {
        RowShard? shard = _shards.WithoutTables(parsed, Json);
        ModelSource source = model.Source(parsed, io, note: !parsed.GetValue(Quiet));
        return new AuditSettings
        {
            Data = Data(parsed),
            Columns = parsed.GetValue(_columns),
            Limit = parsed.GetValue(_limit),
            Output = Output(parsed),
            Resume = parsed.GetValue(_resume),
            Shard = shard,
            Model = source,
            After = model.Other(parsed, parsed.GetValue(_after)),
            OtherModel = model.Other(parsed, parsed.GetValue(_other)),
            Scorers = _scorers.Settings(
                parsed, model, source, io, parsed.GetValue(_seed), RewardNames.NameOf(RewardKind.Endogenous)),
            Edits = parsed.GetValue(_edits) ?? [],
            Words = parsed.GetValue(_words),
            RmBench = parsed.GetValue(_rmBench),
            Format = model.Format(parsed),
            MaxTokens = parsed.GetValue(_maxTokens),
            Resamples = parsed.GetValue(_resamples),
            Seed = parsed.GetValue(_seed),
        };
    }

    /// <summary>Questions that the model may know.</summary>
    public ContaminationSettings Questions(ParseResult parsed, ModelOptions model, CliIo io)
    {
        Option? idle = ((Option[])
            [
                _after, .. _scorers.All, _edits, _other, _words, _rmBench, _resamples, _seed, _resume, _shards.Shard, Json,
            ]).FirstOrDefault(o => parsed.IsGiven(o));
        if (idle is not null)
        {
            throw new InputException($"{idle.Name}: expected none with {Contamination.Name}, found one.");
        }

        ModelSource source = model.Source(parsed, io, note: !parsed.GetValue(Quiet));
        EngineOptions.RequireNoLogits(source);
        return new ContaminationSettings
        {
            Data = Data(parsed),
            Columns = parsed.GetValue(_columns),
            Limit = parsed.GetValue(_limit),
            Output = Output(parsed),
            Model = source,
            MaxTokens = parsed.GetValue(_maxTokens),
        };
    }

    private string Data(ParseResult parsed) => parsed.GetValue(_data)
        ?? throw new InputException($"{_data.Name}: expected a file of rows, found none.");

    private string Output(ParseResult parsed) => parsed.GetValue(_output)
        ?? throw new InputException($"{_output.Name}: expected a folder for the results, found none.");
}
