using Innate.Checkpoints;
using Innate.Rewards;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Docs;

/// <summary>The README's code, compiled and run.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_sample_in_the_readme_is_this_code_and_runs()
    {
        var written = new List<double>();

        string folder = EmbeddedModel.Folder; // or any checkpoint's
        using LanguageModel model = LanguageModel.Load(folder);
        var format = new ChatFormat(Tokenizer.Load(folder), ChatTemplate.Load(folder));

        var query = new TraceQuery(
            format.EncodePrompt("What is 47 + 85?"),
            [format.EncodeResponse("132"), format.EncodeResponse("122")]);

        foreach (TokenTrace trace in model.Trace([query])[0])
        {
            written.Add(EndogenousReward.Compute(trace, new RewardOptions()).Value);
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
