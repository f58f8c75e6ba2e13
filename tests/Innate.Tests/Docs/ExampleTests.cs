using System.Text.RegularExpressions;
using Examples;
using Innate.Engines;
using Innate.Tests.Engines;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>The examples run, say what they promise, and are the programs that the documents show.</summary>
public sealed partial class ExampleTests
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
        (double Reward, string Text)[] all =
            [.. lines[1..].Select(l => l.Split(' ', 2)).Where(p => p.Length == 2 && double.TryParse(p[0], out _))
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
    public async Task A_stream_is_scored_until_its_reader_has_enough()
    {
        string[] lines = Lines(await SaidAsync(StreamedScores.RunAsync));
        Assert.Equal(["1 + 85:", "2 + 85:", "3 + 85:", "4 + 85:", "5 + 85:"], lines.Select(l => l[..7]));
    }

    [Fact]
    public async Task A_pipeline_of_chat_clients_tells_rewards()
    {
        string[] lines = Lines(await SaidAsync(RewardedChat.RunAsync));
        Assert.StartsWith("reward -", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("best of 4: reward -", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_in_an_app_knows_the_app_s_users_alone()
    {
        string[] lines = Lines(await SaidAsync(ServerInAnApp.RunAsync));
        Assert.Equal("a stranger: 401", lines[0]);
        Assert.StartsWith("ada: 200 [", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rewards_and_a_judge_are_metrics()
    {
        string[] lines = Lines(await SaidAsync(EvaluateAnswers.RunAsync));
        Assert.Equal(8, lines.Length);
        Assert.Contains(lines, l => l.StartsWith("sure enough: ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("Innate verifier: ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_work_is_watched()
    {
        string line = Assert.Single(Lines(Said(WatchTheWork.Run)));
        Assert.StartsWith("innate.rank: ", line, StringComparison.Ordinal);
        Assert.Contains("innate.responses=2", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_elsewhere_scores_too()
    {
        using var fake = new FakeEngine(EngineKind.Sglang);
        string[] lines = Lines(Said(output => RemoteModel.Run(output, [fake.Address.ToString()])));
        Assert.Equal(["122", "132"], lines.Select(l => l.Split(' ')[1]).Order());
        Assert.Equal(2, fake.Posts.Length);
    }

    [LlamaCpp.LlamaFact]
    public void A_gguf_file_that_llama_cpp_runs_scores_too()
    {
        using var folder = new TemporaryFolder();
        string file = LlamaCpp.LlamaFiles.Export(Innate.Checkpoints.EmbeddedModel.Folder, folder["tiny.gguf"]);
        string[] lines = Lines(Said(output => LlamaCppInProcess.Run(output, [file])));
        Assert.Equal(["132", "122"], lines.Select(l => l.Split(' ')[1]));
    }

    [Fact]
    public void The_model_learns_from_its_own_reward_and_is_a_folder_to_load()
    {
        string[] lines = Lines(Said(TrainWithRewards.Run));
        Assert.Equal(["step 1", "step 2"],
            lines.Where(l => l.StartsWith("step ", StringComparison.Ordinal)).Select(l => l.Split(':')[0]));
        Assert.True(double.IsFinite(double.Parse(lines[^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Rewards_are_measured_on_a_benchmark()
    {
        string[][] lines = [.. Lines(Said(EvaluateRewards.Run)).Select(l => l.Split(' '))];
        Assert.Equal(["endogenous:", "mean-log-likelihood:", "shorter-wins:"], lines.Select(l => l[0]));
        Assert.All(lines, l => Assert.InRange(double.Parse(l[^1], System.Globalization.CultureInfo.InvariantCulture), 0, 1));
    }

    [Fact]
    public void Every_program_in_the_documents_is_an_example_and_every_example_is_shown()
    {
        string[] examples = [.. Directory.GetFiles(Path.Combine(Places.Repository, "examples", "Innate.Examples"), "*.cs")
            .Where(f => Path.GetFileName(f) != "Program.cs").Select(AsProgram).Order(StringComparer.Ordinal)];
        string[] shown = [.. new[] { "dotnet.md", "engines.md" }
            .SelectMany(d => File.ReadAllText(Path.Combine(Places.Repository, "docs", d)).Split("```csharp\n").Skip(1))
            .Select(part => part.Split("```")[0]).Order(StringComparer.Ordinal)];
        Assert.Equal(examples, shown);
    }

    /// <summary>
    /// An example as a program of its own: its usings, then the body of its only method, with the console for the output.
    /// </summary>
    private static string AsProgram(string file)
    {
        string text = File.ReadAllText(file).ReplaceLineEndings("\n");
        string usings = text[..text.IndexOf("namespace Examples;", StringComparison.Ordinal)];
        string body = text[(text.IndexOf("\n    {\n", StringComparison.Ordinal) + 7)..text.LastIndexOf(
            "    }\n}", StringComparison.Ordinal)];
        return usings + Written().Replace(Indented().Replace(body, ""), "Console.$1(");
    }

    [GeneratedRegex(@"^ {8}", RegexOptions.Multiline)]
    private static partial Regex Indented();

    [GeneratedRegex(@"(?:await )?output\.(Write|WriteLine)(?:Async)?\(")]
    private static partial Regex Written();

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
