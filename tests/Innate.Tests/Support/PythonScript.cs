using System.Diagnostics;

namespace Innate.Tests.Support;

/// <summary>A Python script, run to its end.</summary>
internal static class PythonScript
{
    /// <summary>Runs a script.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="folder">Where it runs, and where its imports are looked for.</param>
    /// <param name="variables">Of its environment.</param>
    /// <returns>What it wrote to stdout; where it failed, that and stderr.</returns>
    public static async Task<string> Run(string script, string folder, params (string Name, string Value)[] variables)
    {
        using Process process = Start(["-c", script], folder, variables);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode == 0 ? output.Trim() : $"{output}exit {process.ExitCode}: {await error}";
    }

    /// <summary>Starts Python.</summary>
    public static Process Start(string[] arguments, string folder, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(PythonFactAttribute.Find()!, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
