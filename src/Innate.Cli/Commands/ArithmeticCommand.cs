using System.CommandLine;

namespace Innate.Cli.Commands;

/// <summary><c>innate arithmetic</c>: the world of the small model that ships with Innate.</summary>
internal static class ArithmeticCommand
{
    private const string Description = """
        Make and grade arithmetic in words: the world of innate-tiny.

        Examples:
          innate arithmetic generate --count 200000 --seed 1 --out train.jsonl
          innate arithmetic generate --count 500 --held-out --questions --out questions.jsonl
          innate arithmetic grade --in answers.jsonl
          innate arithmetic instructions --count 500 --out instructions.jsonl
        """;

    public static Command Create(CliIo io)
    {
        Command command = new("arithmetic", Description);
        command.Add(ArithmeticGenerateCommand.Create(io));
        command.Add(ArithmeticGradeCommand.Create(io));
        command.Add(ArithmeticInstructionsCommand.Create(io));
        return command;
    }
}
