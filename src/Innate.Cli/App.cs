using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Innate.Checkpoints.Hub;
using Innate.Cli.Commands;
using Innate.Cli.Terminal;
using Innate.Data;
using Innate.Engines;
using Innate.Learning;
using Innate.Learning.Ranks;
using Innate.LlamaCpp;
using Innate.Mcp;
using Innate.Mpi;

namespace Innate.Cli;

/// <summary>The command line as a function: arguments and streams in, exit code out.</summary>
internal static class App
{
    private const string Description = """
        Innate: the reward model is already inside every language model.

        Examples:
          innate rank --prompt "What is 47 + 85?" --response "132" --response "122"
          innate inspect --row '{"prompt":"What is 47 + 85?","response":"132"}'
          innate score --model DIR --in rows.jsonl --out rewards.jsonl
          innate score --model DIR --in rows.jsonl --reward self-certainty --tokens
          innate generate --model DIR --prompt "Tell me a story." --temperature 0.7
          innate train sft --model DIR --data rows.jsonl --out run --lora-rank 16

        --model takes a Hugging Face folder, a .gguf file, or a hub name (org/name, org/name:Q4_K_M) fetched before by
        `innate pull`; without it innate-tiny is asked, the small arithmetic model inside.

        `innate COMMAND --help` explains each option with its default.

        Exit codes: 0 done; 1 a failure; 2 bad usage or input (also one bad row among good ones); 130 interrupted.
        """;

    private static readonly OrderedDictionary<string, Func<CliIo, Command>> Commands = new()
    {
        ["score"] = ScoreCommand.Create,
        ["rank"] = RankCommand.Create,
        ["judge"] = JudgeCommand.Create,
        ["profile"] = ProfileCommand.Create,
        ["gather"] = GatherCommand.Create,
        ["grade"] = GradeCommand.Create,
        ["eval"] = EvalCommand.Create,
        ["play"] = PlayCommand.Create,
        ["audit"] = AuditCommand.Create,
        ["label"] = LabelCommand.Create,
        ["generate"] = GenerateCommand.Create,
        ["tokenize"] = TokenizeCommand.Create,
        ["render"] = RenderCommand.Create,
        ["inspect"] = InspectCommand.Create,
        ["pull"] = PullCommand.Create,
        ["new-model"] = NewModelCommand.Create,
        ["merge"] = MergeCommand.Create,
        ["export"] = ExportCommand.Create,
        ["align"] = AlignCommand.Create,
        ["train"] = TrainCommand.Create,
        ["recipes"] = RecipesCommand.Create,
        ["arena"] = ArenaCommand.Create,
        ["theory"] = io => TheoryCommand.Create(io),
        ["arithmetic"] = ArithmeticCommand.Create,
        ["stripes"] = StripesCommand.Create,
        ["serve"] = ServeCommand.Create,
        ["reproduce"] = ReproduceCommand.Create,
        ["schema"] = SchemaCommand.Create,
        ["doctor"] = DoctorCommand.Create,
        ["completion"] = CompletionCommand.Create,
    };

    public static int Run(string[] args, CliIo io)
    {
        DataFiles.Use();
        LlamaCppEngine.Use();
        McpTools.Use();
        MpiRanks.Use();
        try
        {
            if (args.Length == 0) args = ["--help"];
            RootCommand root = Build(io, args);

            // No @file expansion and no bundling: a prompt may begin with any character.
            ParseResult parsed = root.Parse(
                args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (Refusal(parsed) is { } refusal)
            {
                return Fail(io, OneSentence(refusal, parsed.CommandResult.Command), ExitCodes.BadInput);
            }

            using StreamWriter output = io.TextOutput();
            int code = parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = io.Error,
            });
            output.Flush();
            return code;
        }
        catch (InputException e)
        {
            return Fail(io, e.MessageFor(OptionNames.Of), ExitCodes.BadInput, e);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (RankEndedException e)
        {
            return e.IsBadInput ? ExitCodes.BadInput : ExitCodes.Failure;
        }
        catch (ClosedPipeException)
        {
            return ExitCodes.Failure;
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            return e.InnerException switch
            {
                OperationCanceledException => ExitCodes.Interrupted,
                InputException inner => Fail(io, inner.MessageFor(OptionNames.Of), ExitCodes.BadInput, e),
                Exception inner => Fail(io, inner.Message, ExitCodes.Failure, e),
            };
        }
#pragma warning disable CA1031 // the outermost frame: whatever went wrong becomes one sentence
        catch (Exception e)
#pragma warning restore CA1031
        {
            bool isPlain = e is IOException or UnauthorizedAccessException or PullException or EngineException
                or TrainingDivergedException or TrainingInterruptedException;
            return Fail(io, isPlain ? e.Message : $"{e.GetType().Name}: {e.Message}", ExitCodes.Failure, e);
        }
    }

    // Why a command line is not one; null: it is.
    private static string? Refusal(ParseResult parsed)
    {
        Command at = parsed.CommandResult.Command;
        string[] strays =
        [
            .. parsed.UnmatchedTokens, .. parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
                .Select(t => t.Value),
        ];
        if (strays.FirstOrDefault(t => t.StartsWith("--", StringComparison.Ordinal) && t.Length > 2) is { } option)
        {
            string? meant = CloseName.Of(option, at.Options.SelectMany(o => o.Aliases.Prepend(o.Name)));
            return $"'{option}' is not an option{(meant is null ? "" : $": did you mean {meant}?")}";
        }

        if (parsed.Action is not ParseErrorAction) return null;
        IEnumerable<string> commands = at.Subcommands.Select(c => c.Name);
        if (at.Subcommands.Count == 0) return string.Join("; ", parsed.Errors.Select(e => e.Message.TrimEnd('.')).Distinct());
        if (parsed.UnmatchedTokens is not [{ } stray, ..]) return $"expected a command: {string.Join(", ", commands)}";
        return $"'{stray}' is not a command: " + (CloseName.Of(stray, commands) is { } close
            ? $"did you mean {close}?" : $"expected {string.Join(", ", commands)}");
    }

    /// <summary>The commands, of which only the one that is asked for has its options; all, where none is named.</summary>
    internal static RootCommand Build(CliIo io, string[] args)
    {
        // One command is asked for: the others' options would only be built to be thrown away. Help lists them all.
        RootCommand root = new(Description);
        foreach ((string name, Func<CliIo, Command> create) in Commands)
        {
            if (!Commands.ContainsKey(args[0]) || name == args[0]) root.Add(create(io));
        }

        Summarise(root, args);
        Unfold(root);

        foreach (Option option in root.Options)
        {
            if (option is HelpOption help)
            {
                help.Description = "Show help and usage information";
                help.Action = new HelpAction { MaxWidth = io.OutputIsTerminal ? io.Width : 100 };
            }
        }

        return root;
    }

    // The list of commands shows the first sentence of each; its own help all.
    private static void Summarise(Command parent, ReadOnlySpan<string> path)
    {
        foreach (Command command in parent.Subcommands)
        {
            if (path.Length > 0 && command.Name == path[0]) Summarise(command, path[1..]);
            else command.Description = FirstSentence(command.Description ?? "");
        }
    }

    private static string FirstSentence(string description)
    {
        string paragraph = string.Join(' ', description.ReplaceLineEndings("\n").Split("\n\n")[0].Split('\n'));
        int end = paragraph.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? paragraph : paragraph[..end]).TrimEnd('.', ':');
    }

    // A description's lines are as wide as the source; help breaks its paragraphs for its own width. Indented lines are examples.
    private static void Unfold(Command command)
    {
        string[] lines = (command.Description ?? "").ReplaceLineEndings("\n").Split('\n');
        command.Description = lines.Aggregate((text, line) =>
        {
            string before = text[(text.LastIndexOf('\n') + 1)..];
            bool goesOn = before is [not ' ', ..] && line is [not ' ', ..];
            return text + (goesOn ? ' ' : '\n') + line;
        });
        foreach (Command part in command.Subcommands) Unfold(part);
    }

    private static string OneSentence(string message, Command command)
    {
        string line = message.ReplaceLineEndings(" ").Trim();
        string path = "";
        for (Command? c = command; c is not (null or RootCommand); c = c.Parents.OfType<Command>().FirstOrDefault())
        {
            path = $" {c.Name}{path}";
        }

        return line.EndsWith('?') ? $"{line} See `innate{path} --help`." : $"{line.TrimEnd('.')}; see `innate{path} --help`.";
    }

    // A file's own words may be in the sentence: they must not command the terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c));

    private static int Fail(CliIo io, string sentence, int code, Exception? details = null)
    {
        io.Error.WriteLine($"innate: {Printable(sentence.ReplaceLineEndings(" "))}");
        if (details is not null && Environment.GetEnvironmentVariable("INNATE_DEBUG") == "1") io.Error.WriteLine(details);
        io.Error.Flush();
        return code;
    }
}
