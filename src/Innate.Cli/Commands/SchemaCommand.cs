using System.CommandLine;
using System.CommandLine.Completions;
using Innate.Reports;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate schema</c>: JSON Schemas of what people write and read.</summary>
internal static class SchemaCommand
{
    private const string Description = """
        JSON Schemas of the rows, profiles, results and recipes that Innate reads and writes: a list, or one of them.

        They are of draft 2020-12, and made of forms that stand beside what reads or writes. Editors complete and check a
        profile by one; programs validate rows before they send them, and results before they read them (docs/schemas.md).

        Examples:
          innate schema
          innate schema row > row.schema.json
          innate schema profile > profiles/profile.schema.json
        """;

    public static Command Create(CliIo io)
    {
        Argument<string?> name = new("NAME")
        {
            Description = "A schema [default: a list]", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(_ => PublishedSchema.All.Select(s => new CompletionItem(s.Name)));
        Command command = new("schema", Description) { name };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } one)
            {
                using StreamWriter list = io.TextOutput();
                list.Write(AlignedText.Of(
                    [["name", "what it describes"], .. PublishedSchema.All.Select(s => (string[])[s.Name, s.Meaning])]));
                return ExitCodes.Success;
            }

            byte[] schema;
            try
            {
                schema = PublishedSchema.Of(one).ToBytes();
            }
            catch (InputException e)
            {
                throw new InputException(e.MessageFor(_ => "NAME"), e);
            }

            io.Output.Write(schema);
            io.Output.Write("\n"u8);
            io.Output.Flush();
            return ExitCodes.Success;
        });
        return command;
    }
}
