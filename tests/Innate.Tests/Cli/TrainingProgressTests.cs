using System.Text.RegularExpressions;
using Innate.Cli.Terminal;
using Innate.Learning.Watching;

namespace Innate.Tests.Cli;

public class TrainingProgressTests
{
    private static readonly StepMetrics Step340 = new(
        340, ("loss", 1.2341), ("learning_rate", 3e-4), ("grad_norm", 0.912), ("tokens_per_second", 5210.4),
        ("memory_gb", 0.3123), ("seconds_left", 130));

    [Fact]
    public void A_terminal_sees_one_live_line()
    {
        (TrainingProgress progress, StringWriter text, Clock clock) = New(isTerminal: true);
        progress.Report(Step340);
        Assert.Equal("", text.ToString());
        clock.Now += TimeSpan.FromSeconds(1);
        progress.Report(Step340);
        Assert.Contains(
            "━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌ 34% step 340/1000  loss 1.234  lr 3.0e-4  |g| 0.91  5210 tok/s  0.31 GB  2m10s left",
            WithoutStyle(text), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text.ToString());
        progress.Report(Step340);
        Assert.Single(text.ToString().Split("step 340").Skip(1));
    }

    [Fact]
    public void A_pipe_gets_a_plain_line_every_few_seconds()
    {
        (TrainingProgress progress, StringWriter text, Clock clock) = New(isTerminal: false);
        for (int step = 1; step <= 100; step++)
        {
            clock.Now += TimeSpan.FromMilliseconds(100);
            progress.Report(new StepMetrics(step, ("loss", 2), ("reward_margin", -0.5)));
        }

        Assert.Equal(
            "3% step 30/1000  loss 2.000  reward margin -0.500\n6% step 60/1000  loss 2.000  reward margin -0.500\n"
            + "9% step 90/1000  loss 2.000  reward margin -0.500\n", text.ToString());
    }

    [Fact]
    public void The_last_line_stays_and_says_how_long_it_took()
    {
        (TrainingProgress progress, StringWriter text, Clock clock) = New(isTerminal: true);
        clock.Now = TimeSpan.FromSeconds(1);
        progress.Report(Step340);
        clock.Now = TimeSpan.FromSeconds(182);
        progress.Finish(new StepMetrics(1000, ("loss", 0.0005), ("seconds_left", 0)));
        Assert.EndsWith(
            "\r\e[2K100% step 1000/1000  loss 5.00e-4  in 3m02s\n", text.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_stands_above_the_live_line_and_cannot_act_on_the_terminal()
    {
        (TrainingProgress progress, StringWriter text, Clock clock) = New(isTerminal: true);
        clock.Now = TimeSpan.FromSeconds(1);
        progress.Report(Step340);
        int before = text.ToString().Length;
        string many = string.Concat(Enumerable.Repeat("many words ", 200));
        progress.Sample(new TrainingSample(340, "Say\nsomething", "\e[31mred and " + many));
        string shown = text.ToString()[before..];
        Assert.Contains(
            "\r\e[2Ksample after step 340\n  > Say↵\n  > something\n    ␛[31mred and many words", shown,
            StringComparison.Ordinal);
        shown = shown[shown.IndexOf("sample after", StringComparison.Ordinal)..];
        Assert.DoesNotContain('\e', shown);
        string[] lines = shown.TrimEnd('\n').Split('\n');
        Assert.Equal(10, lines.Length);
        Assert.Equal("    …", lines[^1]);
        Assert.All(lines[1..], line => Assert.True(line.Length < 120, line));
    }

    [Fact]
    public void Tokens_of_a_sample_are_coloured_by_their_rewards_where_colours_are_wanted()
    {
        StringWriter text = new() { NewLine = "\n" };
        new TrainingProgress(text, true, 80, false, 10, ColourDepth.TrueColour).Sample(
            new TrainingSample(1, "p", [new TextPiece("bad", -1), new TextPiece(" so", 0), new TextPiece(" good", 1)]));
        Assert.Contains("\e[48;2;178;24;43m", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\e[48;2;33;102;172m", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_terminal_keeps_step_loss_and_time_left()
    {
        for (int width = 42; width < 140; width++)
        {
            string line = TrainingProgress.Format(Step340, 1000, width);
            Assert.True(line.Length <= width, line);
            Assert.Contains("step 340/1000  loss 1.234", line, StringComparison.Ordinal);
            Assert.EndsWith("2m10s left", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Numbers_that_are_none_are_said_to_be_none() => Assert.Equal(
        "100% step 3/3  loss NaN  |g| infinite",
        TrainingProgress.Format(
            new StepMetrics(3, ("loss", double.NaN), ("grad_norm", double.PositiveInfinity), ("seconds_left", double.NaN)),
            3, 80));

    [Fact]
    public void An_unfinished_run_is_never_called_complete() =>
        Assert.StartsWith("99% ", TrainingProgress.Format(new StepMetrics(9999), 10_000, 80), StringComparison.Ordinal);

    [Fact]
    public void A_quiet_run_says_nothing()
    {
        StringWriter text = new();
        TrainingProgress progress = new(text, true, 80, quiet: true, 10, clock: () => TimeSpan.FromHours(1));
        progress.Report(Step340);
        progress.Sample(new TrainingSample(1, "p", "r"));
        progress.Finish(Step340);
        progress.Clear();
        Assert.Equal("", text.ToString());
    }

    private static string WithoutStyle(StringWriter text) => Regex.Replace(text.ToString(), "\e\\[[0-9;]*m", "");

    private static (TrainingProgress Progress, StringWriter Text, Clock Clock) New(bool isTerminal)
    {
        Clock clock = new();
        StringWriter text = new() { NewLine = "\n" };
        return (new TrainingProgress(text, isTerminal, 120, false, 1000, clock: () => clock.Now), text, clock);
    }

    private sealed class Clock
    {
        public TimeSpan Now { get; set; }
    }
}
