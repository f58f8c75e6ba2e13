using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>The README's code, compiled and run.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_sample_in_the_readme_is_this_code_and_runs()
    {
        var written = new List<double>();

        using RewardModel rewards = RewardModel.LoadDefault(); // or RewardModel.Load("path/to/a/checkpoint")

        foreach (double reward in rewards.Score("What is 47 + 85?", ["132", "122"]))
        {
            written.Add(reward);
        }

        Assert.Equal(2, written.Count);
        Assert.All(written, value => Assert.True(double.IsFinite(value)));

        // Line by line, so that the sample cannot drift from what compiles here.
        string readme = File.ReadAllText(Path.Combine(Places.Repository, "README.md"));
        string sample = readme.Split("```csharp")[1].Split("```")[0];
        string[] here = [.. File.ReadAllLines(Path.Combine(
            Places.Repository, "tests", "Innate.Tests", "Docs", "ReadmeTests.cs")).Select(l => l.Trim())];
        foreach (string line in sample.Split('\n').Select(
            l => l.Trim().Replace("Console.WriteLine(", "written.Add(", StringComparison.Ordinal)))
        {
            if (line.Length > 0 && !line.StartsWith("using Innate", StringComparison.Ordinal)) Assert.Contains(line, here);
        }

        // The scores that the README shows.
        string shown = readme.Split("\"rewards\":[")[1].Split(']')[0];
        Assert.Equal(written, shown.Split(',').Select(x => double.Parse(x, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
