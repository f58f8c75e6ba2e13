using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Rows;
using Innate.Runs;
using Innate.Scoring;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate rank</c>: one prompt, several responses, a ranking.</summary>
internal static class RankCommand
{
    private const string Description = """
        Rank responses to one prompt, best first, each token coloured (--colour-by), so that a slip stands out.

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
        RankOptions options = new();
        Command command = new("rank", Description);
        options.AddTo(command);
        command.Add(options.Columns);
        command.SetAction(parsed =>
        {
            options.Check(parsed);
            ulong seed = parsed.GetValue(options.Sampling.Seed);
            ModelSource source = options.Model.Source(parsed, io, note: true);
            ScorerSettings scorer = options.Scorer.Settings(
                parsed, options.Model, source, io, seed, parsed.GetValue(options.Sample)) with
            {
                Guided = options.Guidance.Of(parsed),
            };
            if (parsed.GetValue(options.Tokens)) scorer.Expression?.RequireTokens();
            SampleSettings? sample = parsed.GetValue(options.Sample)
                ? options.Sampling.Settings(parsed, options.Model, parsed.GetValue(options.BestOf))
                : null;
            return parsed.GetValue(options.Input) is { } rows
                ? BestOf(parsed, options, rows, source, scorer, sample, io)
                : Rank(parsed, options, source, scorer, sample, io);
        });
        return command;
    }

    private static int BestOf(
        ParseResult parsed, RankOptions options, string rows, ModelSource source, ScorerSettings scorer, SampleSettings? sample,
        CliIo io)
    {
        CandidateSettings settings = new()
        {
            Input = io.Input(rows, parsed.GetValue(options.Columns)),
            Output = io.OutputTo(parsed.GetValue(options.Output)!),
            Model = source,
            Scorer = scorer,
            Sample = sample,
            Format = options.Model.Format(parsed),
        };
        using RunView view = new(io, quiet: false);
        return view.Finish(
            new BestOfRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation), "have no best response");
    }

    private static int Rank(
        ParseResult parsed, RankOptions options, ModelSource source, ScorerSettings scorer, SampleSettings? sample, CliIo io)
    {
        string[] responses = [.. parsed.GetValue(options.Response) ?? [], .. ReadResponses(parsed.GetValue(options.File), io)];
        if (sample is not null && responses.Length > 0)
        {
            throw new InputException("--sample: expected none beside --response and --responses-file, found both.");
        }

        if (sample is null && responses.Length == 0)
        {
            throw new InputException(
                "--response: expected responses (--response TEXT, once for each, --responses-file FILE, or --sample to sample "
                + "them), found none.");
        }

        RankSettings settings = new()
        {
            Prompt = parsed.GetValue(options.Prompt)!,
            Responses = responses,
            Sample = sample,
            Model = source,
            Scorer = scorer,
            Format = options.Model.Format(parsed),
        };
        Ranking ranking = new RankRun(settings) { OpenModel = io.OpenSource }.Execute(cancellation: io.Cancellation);
        int top = parsed.IsGiven(options.Top) || sample is null ? parsed.GetValue(options.Top) : 1;
        return RankingOutput.Write(
            ranking, scorer, top, parsed.GetValue(options.Json), parsed.GetValue(options.Tokens), quiet: false, io,
            options.TokenColour(parsed));
    }

    private static List<string> ReadResponses(string? path, CliIo io)
    {
        List<string> responses = [];
        if (path is null) return responses;
        if (path != "-" && !File.Exists(path)) throw new InputException($"--responses-file: expected a file, found no {path}.");
        using RowInput input = RowInput.Open(io.Input(path));
        while (input.Lines.ReadNext() is { } line)
        {
            try
            {
                responses.Add(RowJson.Guard(() => RowJson.ParseTextOr(line, "response")));
            }
            catch (InputException e)
            {
                throw new InputException($"{path}, line {line.Number}: {e.Message}.", e);
            }
        }

        return responses;
    }
}
