using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Rewards;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs;
using Innate.Scoring.Expressions;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate score</c>: rows in, rewards out.</summary>
internal static class ScoreCommand
{
    private const string Description = """
        Score responses: JSON lines in, the same lines with their rewards out.

        In, one object a line; other fields are passed through:
          the prompt:    "prompt": "text" | "messages": [{"role","content"}...] | "prompt_ids": [ids]
          the responses: "response": "text" | "responses": ["text"...] | "chosen": "text", "rejected": "text"
                         | "response_ids": [ids] | "responses_ids": [[ids]...]
          beside them:   "system", "tools", "chat_template", "chat_template_kwargs", "spans"
          beside ids:    "allowed": [[start, end]...] (which ids may come), "group": N (tokens of a frame or an image's line,
                         told as "groups"), "null_prompt_ids" (docs/tokens.md)
        Public data passes as it is: preferences with whole conversations, OpenAI's messages, question and answer, prompt and
        completion, Alpaca, ShareGPT, HH-RLHF; as JSON lines, a JSON array, CSV or Parquet, also gzipped; --columns maps names.
        Out: "reward" (one response), "rewards" (several), "reward_chosen" and "reward_rejected" (a pair).
        Ids are used as they are: no template, no end token. A bad row becomes {"error", "line"} in its place, the rest
        goes on, and the exit code is 2. Blank lines are bad rows, except at the end of the input.

        Examples:
          echo '{"prompt":"What is 47 + 85?","chosen":"132","rejected":"122"}' | innate score
          innate score --model DIR --in rows.jsonl --dry-run
          innate score --model DIR --in rows.jsonl --out rewards.jsonl --resume
          innate score --model DIR --adapter run/final --in rows.jsonl --out rewards.jsonl
          innate score --model DIR --in images.jsonl --reward pmi --null-prompt-ids 7
          innate score --model DIR --in images.jsonl --cfg 3 --null-prompt-ids 7
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        RewardChoice reward = new();
        GuidanceChoice guidance = new();
        Option<string?> input = Opt.Text("--in", "FILE", "The rows; - is the pipe", "-");
        Option<string?> output = Opt.Text(
            "--out", "FILE", "The scored rows; - is the pipe. A file is written as FILE.partial until it is complete", "-");
        Option<string?> columns = Opt.Columns();
        Option<string?> part = Opt.Text(
            "--part", "PART",
            "What of a response is rewarded: all, answer (what follows </think>, with the thinking as context) or "
            + "thinking; a row's \"spans\": [[start, end]...] of characters count before it", "all");
        Option<bool> turns = Opt.Flag(
            "--turns", "A reward for each assistant turn of a conversation in \"messages\", in one pass [off: the last turn "
            + "alone]");
        Option<bool> tokens = Opt.Flag("--tokens", "Also write each response's trace, token by token [off: rewards only]");
        Option<string?> report = Opt.Text(
            "--report", "FILE", "Also a page: the first rows' responses coloured by their rewards, those with \"group\" as "
            + "pictures [off: none]");
        Option<bool> resume = RowLoop.Resume();
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");
        ForecastOptions forecast = new();
        ShardChoice shards = new();

        Command command = new("score", Description);
        command.Add(input);
        command.Add(output);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        reward.AddTo(command);
        guidance.AddTo(command);
        model.AddFormatTo(command);
        command.Add(columns);
        command.Add(part);
        command.Add(turns);
        command.Add(tokens);
        command.Add(report);
        command.Add(resume);
        command.Add(shards.Shard);
        forecast.AddTo(command);
        command.Add(quiet);
        command.SetAction(parsed =>
        {
            bool isQuiet = parsed.GetValue(quiet);
            RowShard? shard = shards.Of(parsed);
            ModelSource source = model.Source(parsed, io, note: !isQuiet);
            (RewardKind kind, RewardOptions parameters, RewardExpression? expression) = reward.Of(parsed, source, io);
            ScoreSettings settings = new()
            {
                Input = ShardChoice.Input(io.Input(parsed.GetValue(input)!, parsed.GetValue(columns)), shard),
                Output = io.OutputTo(ShardChoice.Output(parsed.GetValue(output)!, shard)),
                Model = source,
                Reward = kind,
                Options = parameters,
                Expression = expression,
                Reference = model.Other(parsed, parsed.GetValue(reward.Reference)),
                Guided = guidance.Of(parsed),
                Format = model.Format(parsed),
                Part = PartOf(parsed.GetValue(part)!),
                Turns = parsed.GetValue(turns),
                Tokens = parsed.GetValue(tokens),
                Report = parsed.GetValue(report) is { } page ? ShardChoice.Output(page, shard) : null,
                Resume = parsed.GetValue(resume),
            };
            ScoreRun run = new(settings) { OpenModel = io.OpenSource };
            if (forecast.Tell(parsed, io, () => run.Foretell(io.Cancellation))) return ExitCodes.Success;
            using RunView view = new(io, isQuiet);
            RowsResult result = run.Execute(view, io.Cancellation);
            return view.Finish(result, "could not be scored");
        });
        return command;
    }

    private static ResponsePart PartOf(string name) => name switch
    {
        "all" => ResponsePart.All,
        "answer" => ResponsePart.Answer,
        "thinking" => ResponsePart.Thinking,
        _ => throw new InputException("Part", "all, answer or thinking", $"'{name}'"),
    };
}
