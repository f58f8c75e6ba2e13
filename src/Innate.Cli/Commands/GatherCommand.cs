using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate gather</c>: the parts of a job become one.</summary>
internal static class GatherCommand
{
    private const string Description = """
        Join the parts of a job that ran with --shard, in the order of the rows: the bytes that one run writes.

        First it proves that they are the parts of one job (settings, model and rows), each there once, whole and as it was
        written, and that their rows are all rows of the input (docs/clusters.md). Nothing is computed. Of `innate eval` the items
        are joined; the same command with --resume in place of --shard then makes the tables.

        Examples:
          innate score --in rows.jsonl --out rewards.jsonl --shard 3/7
          innate gather rewards.jsonl
          innate gather run && innate eval rm-bench --data DIR --model DIR --out run --resume
        """;

    public static Command Create(CliIo io)
    {
        Argument<string> output = new("OUT") { Description = "What --out was given: the parts lie beside it" };
        Command command = new("gather", Description) { output };
        command.SetAction(parsed =>
        {
            using RunView view = new(io, quiet: false);
            try
            {
                new GatherRun(new GatherSettings { Output = parsed.GetValue(output)! }).Execute(view, io.Cancellation);
            }
            catch (InputException e)
            {
                throw new InputException(e.MessageFor(_ => output.Name), e);
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
