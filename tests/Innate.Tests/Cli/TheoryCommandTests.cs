using System.CommandLine;
using System.Text;
using System.Text.Json;
using Innate.Cli;
using Innate.Cli.Commands;
using Innate.Cli.Terminal;
using Innate.Tests.Theory;
using Innate.Theory;

namespace Innate.Tests.Cli;

public sealed class TheoryCommandTests
{
    [Fact]
    public void Each_claim_is_shown_with_its_figure_and_the_folder_has_the_same()
    {
        using TemporaryFolder folder = new();
        CliResult result = Cli.Run(["theory", "--quick", "--seed", "4", "--out", folder["t"]]);
        Assert.Equal(0, result.Code);
        Assert.Contains("All ", result.Output, StringComparison.Ordinal);
        Assert.All(result.Lines, l => Assert.True(l.Length <= 80, l));

        byte[] bytes = File.ReadAllBytes(Path.Combine(folder["t"], "results.json"));
        using JsonDocument json = JsonDocument.Parse(bytes);
        Assert.Equal(4, json.RootElement.GetProperty("seed").GetInt32());
        Assert.True(json.RootElement.GetProperty("holds").GetBoolean());
        string html = File.ReadAllText(Path.Combine(folder["t"], "report.html"));
        foreach (JsonElement check in json.RootElement.GetProperty("checks").EnumerateArray())
        {
            string name = check.GetProperty("name").GetString()!;
            Assert.Contains($"  {name} · ", result.Output, StringComparison.Ordinal);
            Assert.Contains($">{name}</h2>", html, StringComparison.Ordinal);
            Assert.All(
                check.GetProperty("findings").EnumerateArray(),
                f => Assert.Equal(JsonValueKind.Number, f.GetProperty("measured").ValueKind));
        }

        Assert.Equal(0, Cli.Run(["theory", "--quick", "--seed", "4", "--out", folder["t"]]).Code);
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder["t"], "results.json")));
        Assert.Equal(html, File.ReadAllText(Path.Combine(folder["t"], "report.html")));
        Assert.Equal(["report.html", "results.json"], Directory.GetFiles(folder["t"]).Select(Path.GetFileName).Order());
        Assert.NotEqual(result.Output, Cli.Run(["theory", "--quick"]).Output);
    }

    [Fact]
    public void A_claim_that_does_not_hold_is_said_and_is_exit_code_1()
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        CliIo io = new() { OpenInput = () => Stream.Null, Output = output, Error = error };
        Command command = TheoryCommand.Create(io, BrokenFormulas.WithReward("no V"));
        Assert.Equal(1, command.Parse(["--quick"]).Invoke());
        string text = Encoding.UTF8.GetString(output.ToArray());
        Assert.Contains("does not hold", text, StringComparison.Ordinal);
        Assert.Contains("figures do not hold", text, StringComparison.Ordinal);
        Assert.DoesNotContain("All ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_something_else_is_refused_before_the_work()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["letter.txt"], "dear");
        CliResult result = Cli.Run(["theory", "--out", folder.Path]);
        Assert.Equal(2, result.Code);
        Assert.Contains("letter.txt", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
        Assert.Equal(2, Cli.Run(["theory", "--out", folder["letter.txt"]]).Code);
        Assert.Equal(2, Cli.Run(["theory", "--seed", "-1"]).Code);
    }

    [Fact]
    public void An_interrupt_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        CliResult result = Cli.Run(
            ["theory", "--quick", "--out", folder["t"]], cancellation: new CancellationToken(canceled: true));
        Assert.Equal(130, result.Code);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_figure_is_read_at_a_glance()
    {
        Finding slope = new("slope", 1.9712, Relation.Near, 2, Standing.Claimed)
        {
            Tolerance = 0.1, Interval = new Interval(1.96, 1.98),
        };
        Finding error = new("error", 3.2e-13, Relation.AtMost, 1e-9, Standing.Derived);
        Finding limit = new("limit", 0.5, Relation.AtMost, 0, Standing.Limit);
        Finding wrong = new("wrong", -12, Relation.AtLeast, 0.001, Standing.Claimed);
        string text = new TheoryView(80, ColourDepth.None).Render(new CheckResult
        {
            Name = "Name", Claim = "A claim.", Source = "a paper", Findings = [slope, error, limit, wrong], Notes = "",
        });
        string[] lines = [.. text.Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal(
            [
                "", "Name · a paper", "A claim.", "✓ slope 1.971 [1.960, 1.980] 2 ± 0.1 holds", "✓ error 3.2e-13 ≤ 1e-9 holds",
                "◦ limit 0.500 ≤ 0 a limit", "✗ wrong -12.000 ≥ 0.001 does not hold", "",
            ],
            lines);
        Assert.Contains("\e[", new TheoryView(80, ColourDepth.TrueColour).Render(new CheckResult
        {
            Name = "Name", Claim = "A claim.", Source = "a paper", Findings = [error], Notes = "",
        }), StringComparison.Ordinal);
    }
}
