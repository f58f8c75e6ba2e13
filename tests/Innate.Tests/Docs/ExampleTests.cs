using Innate.Engines;
using Innate.Examples;
using Innate.Sessions;
using Innate.Tests.Engines;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>The examples run, say what they promise, and are the code that the documents show.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void Responses_are_scored()
    {
        string[] lines = Lines(Said(ScoreResponses.Run));
        Assert.Equal(["132", "122"], lines.Select(l => l.Split(' ')[1]));
    }

    [Fact]
    public void Tokens_are_explained()
    {
        string[] lines = Lines(Said(ExplainTokens.Run));
        Assert.True(lines.Length > 10);
        Assert.Contains(lines, l => l.TrimStart().StartsWith('-'));
    }

    [Fact]
    public async Task A_chat_is_streamed()
    {
        string said = await SaidAsync(ChatClient.RunAsync);
        Assert.Contains("132", said, StringComparison.Ordinal);
        Assert.Contains("log-probability -", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_of_eight_is_among_the_eight_and_has_the_highest_reward()
    {
        string[] lines = Lines(await SaidAsync(BestOfN.RunAsync));
        (double Reward, string Text)[] all = [.. lines[1..].Select(l => l.Split(' ', 2)).Where(p => p.Length == 2 && double.TryParse(p[0], out _))
            .Select(p => (double.Parse(p[0], System.Globalization.CultureInfo.InvariantCulture), p[1]))];
        Assert.Equal(8, all.Length);
        Assert.StartsWith(lines[0], all.MaxBy(c => c.Reward).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_answer_and_score()
    {
        string[] lines = Lines(await SaidAsync(DependencyInjection.RunAsync));
        Assert.True(double.Parse(lines[^1], System.Globalization.CultureInfo.InvariantCulture) <= 0);
    }

    [Fact]
    public void A_model_elsewhere_scores_too()
    {
        using var fake = new FakeEngine(EngineKind.Sglang);
        string[] lines = Lines(Said(output => RemoteModel.Run(output, fake.Address.ToString())));
        Assert.Equal(["122", "132"], lines.Select(l => l.Split(' ')[1]).Order());
        Assert.Equal(2, fake.Posts.Length);
    }

    [Theory]
    [InlineData("dotnet.md")]
    [InlineData("engines.md")]
    public void The_documents_show_the_examples_own_lines(string document)
    {
        string[] examples = [.. Directory.GetFiles(Path.Combine(Places.Repository, "examples", "Innate.Examples"), "*.cs")
            .SelectMany(File.ReadAllLines).Select(l => l.Trim())];
        string[] shown = [.. File.ReadAllText(Path.Combine(Places.Repository, "docs", document)).Split("```csharp").Skip(1)
            .SelectMany(part => part.Split("```")[0].Split('\n')).Select(l => l.Trim()).Where(l => l.Length > 0)];
        Assert.NotEmpty(shown);
        foreach (string line in shown) Assert.Contains(line, examples);
    }

    private static string Said(Action<TextWriter> run)
    {
        using var output = new StringWriter { NewLine = "\n" };
        run(output);
        return output.ToString();
    }

    private static async Task<string> SaidAsync(Func<TextWriter, Task> run)
    {
        using var output = new StringWriter { NewLine = "\n" };
        await run(output);
        return output.ToString();
    }

    private static string[] Lines(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
