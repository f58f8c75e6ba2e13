using System.CommandLine;
namespace Innate.Cli.Commands;
internal static class GenerateCommand
{
    public static Command Create(CliIo io) { _ = io; return new("generate", ""); }
}
