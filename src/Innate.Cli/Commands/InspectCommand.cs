using System.CommandLine;
namespace Innate.Cli.Commands;
internal static class InspectCommand
{
    public static Command Create(CliIo io) { _ = io; return new("inspect", ""); }
}
