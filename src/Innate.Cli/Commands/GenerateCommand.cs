using System.CommandLine;
using System.Text.Json;
using Innate.Cli.Terminal;
using Innate.Generation;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary><c>innate generate</c>: sample from a model.</summary>
internal static class GenerateCommand
{
    private const string Description = """
        Sample responses from a model.

        One prompt streams to the terminal as it is sampled; rows give JSON lines. With --best-of the best of N answers by any
        reward or judge, with --search an answer that was searched step by step (docs/search.md).

        Examples:
          innate generate --prompt "What is 47 + 85?" --temperature 0
          innate generate --model DIR --prompt "Tell me a story." --temperature 0.7 --top-p 0.9
          innate generate --model DIR --in prompts.jsonl --n 4 --seed 1 --json > samples.jsonl
          innate generate --prompt "What is 47 x 8?" --best-of 16 --by endogenous
          innate generate --prompt "What is 47 x 8?" --search beam --reward-model DIR --step-end "\n"
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        GenerateOptions options = new();
        ChosenOptions chosen = new();
        Option<string?> columns = Opt.Columns();
        ForecastOptions forecast = new(options.Json);
        Command command = new("generate", Description);
        options.AddFirst(command);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        model.AddFormatTo(command);
        options.AddRest(command);
        chosen.AddTo(command);
        command.Add(columns);
        forecast.AddTo(command);
        command.SetAction(parsed =>
        {
            string? prompt = parsed.GetValue(options.Prompt), file = parsed.GetValue(options.Input);
            if ((prompt is null) == (file is null))
            {
                throw new InputException(
                    $"--prompt: expected either --prompt TEXT or --in FILE, found {(prompt is null ? "neither" : "both")}.");
            }

            RowShard? shard = options.Shards.Of(parsed);
            foreach (Option idle in (Option[])[options.Output, options.Resume, options.Shards.Shard])
            {
                if (!parsed.IsGiven(idle) || (file is not null && !chosen.IsAsked(parsed))) continue;
                throw new InputException($"{idle.Name}: expected --in FILE and neither --best-of nor --search beside it.");
            }

            ModelSource source = model.Source(parsed, io, note: true);
            options.RequireFor(source, parsed);
            if (chosen.IsAsked(parsed))
            {
                try
                {
                    return Chosen(parsed, source, model, options, chosen, columns, forecast, io);
                }
                catch (InputException e)
                {
                    throw new InputException(e.MessageFor(ChosenOptions.NameOf), e);
                }
            }

            if (file is null && forecast.IsAsked(parsed))
            {
                throw new InputException("--dry-run: expected --in FILE, whose rows it reads, found --prompt.");
            }

            if (file is null) return One(parsed, source, model, options, prompt!, io);
            GenerateSettings settings = new()
            {
                Input = ShardChoice.Input(io.Input(file, parsed.GetValue(columns)), shard),
                Output = io.OutputTo(ShardChoice.Output(parsed.GetValue(options.Output)!, shard)),
                Model = source,
                Format = model.Format(parsed),
                Sampling = options.Sampling(parsed),
                Stop = parsed.GetValue(options.Stop) ?? [],
                Count = parsed.GetValue(options.Count),
                Resume = parsed.GetValue(options.Resume),
            };
            GenerateRun run = new(settings) { OpenModel = io.OpenSource };
            if (forecast.Tell(parsed, io, () => run.Foretell(io.Cancellation))) return ExitCodes.Success;
            using RunView view = new(io, quiet: !io.ErrorIsTerminal);
            RowsResult result = run.Execute(view, io.Cancellation);
            return result.IsClean ? ExitCodes.Success : ExitCodes.BadInput;
        });
        return command;
    }

    // One prompt is a row like any other: what is chosen for it is read from its line.
    private static int Chosen(
        ParseResult parsed, ModelSource source, ModelOptions model, GenerateOptions options, ChosenOptions chosen,
        Option<string?> columns, ForecastOptions forecast, CliIo io)
    {
        if (forecast.IsAsked(parsed) || parsed.IsGiven(options.Count))
        {
            string idle = parsed.IsGiven(options.Count) ? options.Count.Name : "--dry-run";
            throw new InputException($"{idle}: expected none beside --best-of and --search, found one.");
        }

        string? prompt = parsed.GetValue(options.Prompt);
        using MemoryStream line = new(RowWriter.Line(w => w.WriteString("prompt", prompt)));
        using MemoryStream result = new();
        RowLocation input = prompt is null ? io.Input(parsed.GetValue(options.Input)!, parsed.GetValue(columns))
            : RowLocation.Stream(line);
        RowLocation output = prompt is null || parsed.GetValue(options.Json) ? io.OutputTo("-") : RowLocation.Stream(result);
        SamplingOptions sampling = options.Sampling(parsed);
        ScorerSettings scorer = chosen.Scorer(parsed, model, source, io, sampling.Seed);
        ModelSource? rewardModel = chosen.RewardModel(parsed, model);
        using RunView view = new(io, quiet: prompt is not null || !io.ErrorIsTerminal);
        RowsResult rows = chosen.BestOf(parsed) > 0
            ? new BestOfRun(new CandidateSettings
            {
                Input = input,
                Output = output,
                Model = rewardModel ?? source,
                Scorer = scorer,
                Format = model.Format(parsed),
                Sample = new SampleSettings
                {
                    PolicyModel = rewardModel is null ? null : source,
                    Count = chosen.BestOf(parsed),
                    Sampling = sampling,
                    Stop = parsed.GetValue(options.Stop) ?? [],
                },
            })
            {
                OpenModel = io.OpenSource,
            }.Execute(view, io.Cancellation)
            : new SearchRun(new SearchSettings
            {
                Input = input,
                Output = output,
                Model = source,
                RewardModel = rewardModel,
                Scorer = scorer,
                Search = chosen.Search(parsed),
                Sampling = options.SearchSampling(parsed),
                Format = model.Format(parsed),
            })
            {
                OpenModel = io.OpenSource,
            }.Execute(view, io.Cancellation);
        if (prompt is not null && !parsed.GetValue(options.Json))
        {
            using JsonDocument answer = JsonDocument.Parse(result.ToArray());
            if (answer.RootElement.TryGetProperty("error", out JsonElement why))
            {
                throw new InputException($"--prompt: {why.GetString()}.");
            }

            using StreamWriter text = io.TextOutput();
            text.WriteLine(answer.RootElement.GetProperty("response").GetString());
        }

        return rows.Errors > 0 ? ExitCodes.BadInput : ExitCodes.Success;
    }

    private static int One(
        ParseResult parsed, ModelSource source, ModelOptions model, GenerateOptions options, string prompt, CliIo io)
    {
        using ModelSession session = io.OpenSource(source, io.Cancellation);
        ITextGenerator generator = session.Generator;
        ChatFormatOptions format = model.Format(parsed);
        SamplingOptions sampling = GenerateRun.Sampling(
            session, format, options.Sampling(parsed), parsed.GetValue(options.Stop) ?? []);
        int[] ids = Encode(session, format, prompt);
        int count = parsed.GetValue(options.Count);
        if (!parsed.GetValue(options.Json) && count == 1) return Stream(session, generator, ids, sampling, io);
        GeneratedResponse[] responses = generator.Generate([ids], count, sampling, null, io.Cancellation)[0];
        if (parsed.GetValue(options.Json))
        {
            io.Output.Write(RowWriter.Line(w =>
            {
                w.WriteString("prompt", prompt);
                GenerateRun.WriteResponses(w, session, ids, responses);
            }));
            return ExitCodes.Success;
        }

        using StreamWriter output = io.TextOutput();
        for (int i = 0; i < responses.Length; i++)
        {
            output.WriteLine($"--- {i + 1} of {responses.Length}");
            output.WriteLine(GeneratedText.Of(session.Tokenizer, ids, responses[i]));
        }

        return ExitCodes.Success;
    }

    private static int[] Encode(ModelSession session, ChatFormatOptions format, string prompt)
    {
        int[] ids = RowEncoder.Of(session, format).EncodePrompt(new RowPrompt { Text = prompt });
        try
        {
            ModelLimits.Of(session.Traces).RequirePrompt(ids, room: 1);
            return ids;
        }
        catch (InputException e)
        {
            throw new InputException($"--prompt: {e.Message}.", e);
        }
    }

    private static int Stream(ModelSession session, ITextGenerator generator, int[] ids, SamplingOptions sampling, CliIo io)
    {
        using StreamWriter output = io.TextOutput();

        // The prompt goes first, unseen: a decoder may treat the first token's leading space otherwise than a later one's.
        StreamingDecoder decoder = session.Tokenizer.CreateStreamingDecoder();
        foreach (int id in ids.Where(id => !session.Tokenizer.IsSpecial(id))) decoder.Push(id);
        generator.Generate([ids], 1, sampling, token =>
        {
            if (session.Tokenizer.IsSpecial(token.TokenId) || sampling.StopIds.Contains(token.TokenId)) return;
            output.Write(decoder.Push(token.TokenId));
            output.Flush();
        }, io.Cancellation);
        output.WriteLine(decoder.Flush());
        return ExitCodes.Success;
    }
}
