using System.CommandLine;
using Innate.Audits.Keys;
using Innate.Cli.Terminal;
using Innate.Runs.Auditing;
using Innate.Scoring;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate audit keys</c>: does a reward pay for nothing?</summary>
internal static class AuditKeysCommand
{
    private const string Description = """
        Put responses that say nothing to rewards and judges: " ", ":", "Solution", "Let us solve this step by step.", "解", and
        the prompt repeated.

        In, one object a line: a prompt with "chosen" and "rejected", or with "responses" and a flag for each in "correct",
        "is_correct", "labels" or "scores". Told of each key and scorer: how often it is called right (of verifiers, genrm,
        genrm-cot and thinkprm a score above 0.5, of a trained reward model above 0, of a process reward model above 0.5; others
        have no threshold), how often it beats a real wrong response, and how often a real right one, with 95 % intervals.
        Out: DIR/keys.json, DIR/keys.jsonl (one line a scorer and row), DIR/report.html.

        Examples:
          innate audit keys --data pairs.jsonl --reward-model run/final --out keys
          innate audit keys --data pairs.jsonl --model DIR --reward endogenous --judge verifier --judge pairwise --out keys
          innate audit keys --data pairs.jsonl --engine http://a:8000 --model DIR --judge verifier --out keys
          innate audit keys --data answers.jsonl --reward-model rm/final --reward-model prm/final --out keys --json
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        AuditScorerChoice scorers = new("the model's usual one, where no judge and no reward model is named");
        Option<string[]> rewardModels = Opt.Many(
            "--reward-model", "DIR",
            "A trained reward model, process reward model or language model, with its usual reward; repeatable [off: none]");
        Option<string?> data = Opt.Text(
            "--data", "FILE", "Rows with a prompt, right and wrong responses [no default: it must be given]");
        Option<string?> columns = Opt.Columns();
        Option<int?> limit = Opt.OptionalWhole("--limit", "At most so many rows [default: all]");
        Option<string?> output = Opt.Text(
            "--out", "DIR", "The folder of the results; made where there is none [no default: it must be given]");
        Option<ulong> seed = Opt.Seed("--seed", "Decides judges' reasoning");
        Option<bool> resume = Opt.Flag("--resume", "Go on after the rows that --out holds already [off: start anew]");
        ShardChoice shards = new();
        Option<bool> json = Opt.Flag("--json", "Print keys.json in place of the tables [off: tables]");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");
        Command command = new("keys", Description);
        foreach (Option option in (Option[])[data, columns, limit, output]) command.Add(option);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        scorers.AddTo(command);
        foreach (Option option in (Option[])[rewardModels, seed, resume, shards.Shard, json, quiet]) command.Add(option);
        model.AddFormatTo(command);
        command.SetAction(parsed =>
        {
            ModelSource source = model.Source(parsed, io, note: !parsed.GetValue(quiet));
            ScorerSettings[] named = scorers.Settings(parsed, model, source, io, parsed.GetValue(seed), fallback: null);
            ModelSource[] others = [.. (parsed.GetValue(rewardModels) ?? []).Select(m => model.Other(parsed, m)!)];
            bool isAsked = named.Length > 0 || others.Length == 0 || parsed.IsGiven(model.Model) || source.Engine is not null;
            if (named.Length == 0 && scorers.Idle.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle)
            {
                throw new InputException(
                    $"{idle.Name}: expected a {scorers.Rewards.Name} or a {scorers.Judges.Name} that reads it, found none.");
            }

            KeyAuditSettings settings = new()
            {
                Data = parsed.GetValue(data)
                    ?? throw new InputException($"{data.Name}: expected a file of rows, found none."),
                Columns = parsed.GetValue(columns),
                Limit = parsed.GetValue(limit),
                Output = parsed.GetValue(output)
                    ?? throw new InputException($"{output.Name}: expected a folder for the results, found none."),
                Resume = parsed.GetValue(resume),
                Shard = shards.WithoutTables(parsed, json),
                Model = isAsked ? source : null,
                Scorers = named,
                RewardModels = others,
                Format = model.Format(parsed),
            };
            using RunView view = new(io, parsed.GetValue(quiet));
            KeyResults results = new KeyAuditRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            view.Dispose();
            if (settings.Shard is not null) return ExitCodes.Success;
            if (parsed.GetValue(json))
            {
                io.Output.Write(File.ReadAllBytes(Path.Combine(settings.Output, "keys.json")));
                return ExitCodes.Success;
            }

            using StreamWriter text = io.TextOutput();
            text.Write(KeyAuditView.Render(results, io.Colours));
            return ExitCodes.Success;
        });
        return command;
    }
}
