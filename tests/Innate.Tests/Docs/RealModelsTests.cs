using System.Diagnostics;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>docs/real-models.md says what the committed results say.</summary>
public class RealModelsTests
{
    [PythonFact]
    public void Every_table_of_the_page_is_the_one_that_its_command_prints()
    {
        string folder = Path.Combine(Places.Repository, "experiments", "real-models");
        ProcessStartInfo start = new("python3", [Path.Combine(folder, "tables.py")]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        string[] rows = [.. printed.Split('\n').Where(line => line.StartsWith('|'))];
        Assert.True(rows.Length > 40, $"{rows.Length} rows");
        string page = File.ReadAllText(Path.Combine(Places.Repository, "docs", "real-models.md"));
        Assert.All(rows, row => Assert.Contains(row + "\n", page, StringComparison.Ordinal));
    }
}
