using System.CommandLine;
using Innate.Cli.Judging;
using Innate.Cli.Rows;
using Innate.Cli.Scoring;
using Innate.Cli.Terminal;
using Innate.Judges;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Text;
using Innate.Traces;

namespace Innate.Cli.Commands;

/// <summary><c>innate rank</c>: one prompt, several responses, best first.</summary>
internal static class RankCommand
{
    private const string Description = """
        Rank responses to one prompt, best first, each token coloured by its reward.

        Responses are given, or sampled: --sample --best-of N draws N and keeps the best by a reward or a judge. With --in, a row
        a prompt: each line of output holds the best as "response", its "reward", "of" how many, and their "mean_reward".

        Examples:
          innate rank --prompt "What is 47 + 85?" --response "132" --response "122"
          innate rank --model DIR --prompt "Write a haiku." --responses-file haikus.jsonl --top 3 --json
          innate rank --prompt "What is 47 + 85?" --sample --best-of 16
          innate rank --judge verifier --sample --best-of 8 --in prompts.jsonl --out best.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        ScorerChoice scorer = new();
        SampleChoice sampling = new();
        Option<string?> prompt = Opt.Text("--prompt", "TEXT", "The prompt: one user message, or with --raw the text itself");
        Option<string[]> response = new("--response")
        {
            Description = "A response; repeat the option for each",
            HelpName = "TEXT",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string?> file = Opt.Text(
            "--responses-file", "FILE",
            "More responses: a JSON string or {\"response\": \"text\"} a line; - is the pipe [off: none]");
        Option<string?> input = Opt.Text(
            "--in", "FILE", "Rows with a prompt and \"responses\", or with --sample a prompt alone; - is the pipe [off: --prompt]");
        Option<string?> output = Opt.Text(
            "--out", "FILE", "With --in: the best responses; - is the pipe. A file is written as FILE.partial until it is complete", "-");
        Option<bool> sample = Opt.Flag("--sample", "Sample the responses from the model [off: they are given]");
        Option<int> bestOf = Opt.Whole("--best-of", "With --sample: how many to sample; the best is kept", 8, 1, "a whole number of at least 1");
        Option<int> top = Opt.Whole(
            "--top", "Show only the best N; 0: all, but of sampled ones the best alone", 0, 0, "a whole number of at least 0");
        Option<bool> json = Opt.Flag(
            "--json", "One JSON object {\"ranking\": [{\"index\", \"response\", \"reward\"}...]} [off: a view for people]");
        Option<bool> tokens = Opt.Flag("--tokens", "With --json: also each response's trace [off: rewards only]");

        Command command = new("rank", Description);
        foreach (Option option in (Option[])[prompt, response, file, input, output]) command.Add(option);
        model.AddModelTo(command, adapter: true, engine: true);
        scorer.AddTo(command);
        model.AddFormatTo(command);
        command.Add(sample);
        command.Add(bestOf);
        sampling.AddTo(command);
        foreach (Option option in (Option[])[top, json, tokens]) command.Add(option);
        command.SetAction(parsed =>
        {
            JudgeKind? judge = scorer.KindOfJudge(parsed);
            if (judge is null) _ = scorer.Reward.Kind(parsed);
            bool samples = parsed.GetValue(sample);
            if (!samples)
            {
                sampling.RequireNone(parsed, "--sample");
                if (Given(bestOf)) throw new InputException("--best-of counts sampled responses: add --sample.");
            }

            string? text = parsed.GetValue(prompt), rows = parsed.GetValue(input);
            if ((text is null) == (rows is null)) throw new InputException("rank takes either --prompt TEXT or --in FILE.");
            Option? idle = ((Option[])(rows is null ? [output] : [response, file, top, json, tokens])).FirstOrDefault(Given);
            if (idle is not null) throw new InputException($"{idle.Name} belongs to {(rows is null ? "--in" : "--prompt")}.");
            if (judge is not null && parsed.GetValue(tokens)) throw new InputException("--tokens has nothing to show for a judge, which leaves no trace of the responses.");
            string[] responses = [.. parsed.GetValue(response) ?? [], .. ReadResponses(parsed.GetValue(file), io)];
            if (samples && responses.Length > 0) throw new InputException("--sample takes the place of --response and --responses-file.");
            if (!samples && rows is null && responses.Length == 0)
            {
                throw new InputException(
                    "rank needs responses: --response TEXT, once for each, --responses-file FILE, or --sample to draw them.");
            }

            ChatFormatOptions options = model.Format(parsed);
            using RowInput? source = rows is null ? null : RowInput.Open(rows, io);
            using ModelSession session = model.Open(parsed, io, note: true);
            using ModelSession? reference = scorer.OpenReference(parsed, model, io);
            using ModelSession? policy = sampling.OpenPolicy(parsed, model, io);
            ulong seed = parsed.GetValue(sampling.Seed);
            CandidateSampler? sampler = samples ? sampling.Create(parsed, policy ?? session, options, parsed.GetValue(bestOf)) : null;
            if (source is not null)
            {
                ResponseScorer score = scorer.Create(parsed, seed, session, reference, options, samples);
                return BestOf.Run(source, parsed.GetValue(output)!, sampler, score, io);
            }

            if (sampler is not null) responses = Sampled(text!, sampler, io);
            int shown = Given(top) || !samples ? parsed.GetValue(top) : 1;
            if (judge is { } kind)
            {
                ScorerChoice.RequireNoSystem(options, samples);
                NamedJudge named = scorer.Judge.Create(parsed, kind, seed, session, options);
                return JudgeCommand.One(text!, responses, named, session, parsed.GetValue(json), shown, quiet: false, io);
            }

            RewardKind reward = scorer.Reward.Kind(parsed);
            RankedResponse[] ranking = Rank(
                text!, responses, session, reference, scorer.RewardFormat(parsed, options), reward, scorer.Reward.Options(parsed), io);
            if (shown > 0) ranking = ranking[..Math.Min(shown, ranking.Length)];
            if (parsed.GetValue(json))
            {
                io.Output.Write(Json(ranking, parsed.GetValue(tokens)));
            }
            else
            {
                using StreamWriter view = io.TextOutput();
                view.Write(new RankingView(io.Width, io.Colours).Render(reward, Title(session), ranking));
            }

            return ExitCodes.Success;

            bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };
        });
        return command;
    }

    private static RankedResponse[] Rank(
        string prompt, string[] responses, ModelSession session, ModelSession? reference, ChatFormatOptions options, RewardKind kind,
        RewardOptions reward, CliIo io)
    {
        ChatFormat format = session.Format(options);
        ScoreCommand.RequireKind(session, kind);
        if (reference is not null) ScoreCommand.RequireKind(reference, kind);
        TraceQuery query;
        try
        {
            query = new TraceQuery(format.EncodePrompt(prompt), [.. responses.Select(format.EncodeResponse)]);
            ScoreCommand.LimitsOf(session, reference).Require(query);
        }
        catch (InputException e)
        {
            throw new InputException($"--prompt, --response: {e.Message.TrimEnd('.')}.", e);
        }

        ScoredResponse[] scored = session.Scorer(reference, kind, reward).Score([query], io.Cancellation)[0];
        if (scored.Any(s => !double.IsFinite(s.Reward.Value)))
        {
            throw new InputException("A reward is not a finite number: are the model's weights damaged?");
        }

        return RankedResponse.Order(scored.Select((s, i) =>
            new RankedResponse(i, responses[i], s, session.Tokenizer.TokenTexts(query.Responses[i]))));
    }

    private static string[] Sampled(string prompt, CandidateSampler sampler, CliIo io)
    {
        Row row = new(1, default, new RowPrompt { Text = prompt }, [], ResponseShape.None);
        (Row? sampled, string? error) = sampler.Sample([row], io.Cancellation)[0];
        return sampled is null
            ? throw new InputException($"--prompt: {error!.TrimEnd('.')}.")
            : [.. sampled.Responses.Select(r => r.Text!)];
    }

    private static string Title(ModelSession session) => session.Adapter is null
        ? session.Title
        : $"{session.Title} with {Path.TrimEndingDirectorySeparator(session.Adapter)}";

    private static byte[] Json(RankedResponse[] ranking, bool withTrace) => RowWriter.Line(w =>
    {
        w.WriteStartArray("ranking");
        foreach (RankedResponse r in ranking)
        {
            w.WriteStartObject();
            w.WriteNumber("index", r.Index);
            w.WriteString("response", r.Response);
            w.WriteNumber("reward", r.Scored.Reward.Value);
            if (withTrace && r.Scored.Trace is not null) RowRewards.WriteTrace(w, "trace", r.Scored, r.Texts);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    private static List<string> ReadResponses(string? path, CliIo io)
    {
        List<string> responses = [];
        if (path is null) return responses;
        if (path != "-" && !File.Exists(path)) throw new InputException($"--responses-file: there is no file {path}.");
        using RowInput input = RowInput.Open(path, io);
        while (input.Lines.Next() is { } line)
        {
            try
            {
                responses.Add(RowParser.Guard(() => RowParser.ParseTextOr(line, "response")));
            }
            catch (InputException e)
            {
                throw new InputException($"{path}, line {line.Number}: {e.Message}.", e);
            }
        }

        return responses;
    }
}
