using System.Text;
using Innate.Cli;

namespace Innate.Tests.Cli;

/// <summary>Runs the command line in this process, with the models that the options name.</summary>
internal static class RealCli
{
    public static CliResult Run(string[] args, string input = "", bool errorIsTerminal = false)
    {
        using MemoryStream output = new();
        using StringWriter error = new() { NewLine = "\n" };
        CliIo io = new()
        {
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            Output = output,
            Error = error,
            ErrorIsTerminal = errorIsTerminal,
        };
        int code = App.Run(args, io);
        return new CliResult(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
