using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Judges;
using Innate.Rewards;
using Innate.Rows.Shards;
using Innate.Runs;
using Innate.Scoring;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate judge</c>: the model is asked in words which responses are good.</summary>
internal static class JudgeCommand
{
    private const string Description = """
        Judge responses by asking the model in words.

        verifier: Yes against No. pointwise: the expected grade. pairwise: A against B, in both orders, abstaining where they
        disagree. genrm: Yes among all tokens. genrm-cot: the same after critiques. reasongrm: pairs, by likely paths of
        reasoning. These read the probabilities of labels. thinkprm: a verdict a step, and a decision. spct: principles,
        critiques, a list of scores; judgements vote. rewardanything: scores and a ranking by --principle. These write, held to
        a format where the model runs here; a reply that cannot be read is left out and counted (docs/judges.md).
        Rows in and out are those of `innate score`; each also gets "judge": labels, probabilities, preferences, replies, and
        "label_mass", the probability that the model says a label at all.

        Examples:
          innate judge --kind verifier --prompt "What is 47 + 85?" --response "132" --response "122"
          innate judge --kind pairwise --in pairs.jsonl --out judged.jsonl
          innate judge --model DIR --kind pointwise --principle "Be brief." --in rows.jsonl
          innate judge --model DIR --kind verifier --reasoning-tokens 200 --votes 8 --in rows.jsonl
          innate judge --model DIR --kind rewardanything --principle be-brief.txt --in rows.jsonl
          innate judge --engine http://a:8000 --model DIR --kind pairwise --in pairs.jsonl
          innate judge --model DIR --kind spct --votes 16 --meta self-certainty --in rows.jsonl
          innate judge --kind pairwise --show-prompt > mine.txt
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        JudgeChoice choice = new("--kind", "verifier");
        ProfileChoice profile = new();
        Option<string?> prompt = Opt.Text(
            "--prompt", "TEXT", "The prompt: one user message; with --response, in place of rows [off: --in]");
        Option<string[]> response = Opt.Many(
            "--response", "TEXT", "A response to --prompt; repeat the option for each [off: --in]");
        RowLoop rows = new();
        Option<bool> resume = RowLoop.Resume();
        Option<ulong> seed = Opt.Seed("--seed", "Decides the reasoning: one seed, one output");
        Option<bool> json = Opt.Flag("--json",
            "With --prompt: one JSON object {\"ranking\": [...], \"judge\"} [off: a view for people]");
        Option<bool> show = Opt.Flag("--show-prompt",
            "Print the prompt file that the judge would use, a start for one's own [off: judge]");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress and no summary on stderr [off: show them]");

        Option<string?> columns = Opt.Columns();
        ShardChoice shards = new();
        Command command = new("judge", Description);
        choice.AddTo(command);
        command.Add(profile.Profile);
        command.Add(prompt);
        command.Add(response);
        rows.AddTo(command);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        foreach (Option option in (Option[])[model.Raw, model.Template, seed, json, show, quiet]) command.Add(option);
        command.Add(columns);
        command.Add(resume);
        command.Add(shards.Shard);
        command.SetAction(parsed =>
        {
            JudgeSettings judge = choice.Settings(parsed, parsed.GetValue(seed))!;
            if (profile.Of(parsed, "--principle") is { } own) judge = judge with { Principle = own.Profile.Prefers };
            bool isQuiet = parsed.GetValue(quiet);
            if (parsed.GetValue(show)) return Show(judge, model.Open(parsed, io), io);
            string? question = parsed.GetValue(prompt);
            string[] responses = parsed.GetValue(response) ?? [];
            Check(parsed, question, responses, [rows.Input, rows.Output, resume, shards.Shard], json);
            RowShard? shard = shards.Of(parsed);
            ModelSource source = model.Source(parsed, io, note: !isQuiet);
            if (judge.Meta is null) EngineOptions.RequireNoLogits(source);
            if (question is not null)
            {
                RankSettings one = new()
                {
                    Prompt = question,
                    Responses = responses,
                    Model = source,
                    Scorer = new ScorerSettings { Judge = judge },
                    Format = model.Format(parsed),
                };
                Ranking ranking = new RankRun(one) { OpenModel = io.OpenSource }.Execute(cancellation: io.Cancellation);
                return RankingOutput.Write(
                    ranking, one.Scorer, top: 0, parsed.GetValue(json), tokens: false, isQuiet, io);
            }

            JudgeRunSettings settings = new()
            {
                Input = ShardChoice.Input(io.Input(parsed.GetValue(rows.Input)!, parsed.GetValue(columns)), shard),
                Output = io.OutputTo(ShardChoice.Output(parsed.GetValue(rows.Output)!, shard)),
                Model = source,
                Judge = judge,
                Format = model.Format(parsed),
                Resume = parsed.GetValue(resume),
            };
            using RunView view = new(io, isQuiet);
            return view.Finish(
                new JudgeRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation), "could not be judged");
        });
        return command;
    }

    private static int Show(JudgeSettings judge, ModelSession session, CliIo io)
    {
        using (session)
        {
            using StreamWriter text = io.TextOutput();
            text.Write(NamedJudge.PromptText(judge, session));
            return ExitCodes.Success;
        }
    }

    private static void Check(ParseResult parsed, string? question, string[] responses, Option[] ofRows, Option<bool> json)
    {
        if ((question is null) != (responses.Length == 0))
        {
            throw new InputException(
                "--prompt: expected --prompt TEXT and --response TEXT together, found one without the other.");
        }

        if (question is not null && ofRows.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle)
        {
            throw new InputException($"{idle.Name}: expected none beside --prompt, found one.");
        }

        if (question is null && parsed.GetValue(json))
        {
            throw new InputException("--json: expected --prompt beside it (rows are always JSON lines), found none.");
        }
    }
}
