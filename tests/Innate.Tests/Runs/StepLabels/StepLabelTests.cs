using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Generation;
using Innate.Scoring.Grading;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Text;

namespace Innate.Tests.Runs.StepLabels;

/// <summary><c>innate label steps</c> on the arithmetic world, where the chance of success of a state can be counted.</summary>
public class StepLabelTests
{
    private const string Solved =
        """{"prompt":"What is 47 x 8?","answer":376,"responses":["40 x 8 = 320. 7 x 8 = 56. 320 + 56 = 376. The answer is 376.","40 x 8 = 320. 7 x 8 = 54. 320 + 54 = 374. The answer is 374.","no"],"reference":"40 x 8 = 320. 7 x 8 = 56. 320 + 56 = 376. The answer is 376.","id":7}""";

    [Fact]
    public void Soft_labels_fall_where_the_slip_is_and_the_last_label_is_the_outcome()
    {
        JsonNode[] rows = Label(Solved, "--labels", "soft", "--rollouts", "32", "--split", "sentences");
        Assert.Equal(3, rows.Length);
        Assert.All(rows, r => Assert.Equal(7, (int)r["id"]!));
        Assert.Equal(
            ["40 x 8 = 320.", "7 x 8 = 56.", "320 + 56 = 376.", "The answer is 376."],
            rows[0]["completions"]!.AsArray().Select(s => (string)s!));
        double[] right = [.. rows[0]["labels"]!.AsArray().Select(l => (double)l!)];
        double[] wrong = [.. rows[1]["labels"]!.AsArray().Select(l => (double)l!)];
        Assert.Equal(1, right[^1]);
        Assert.Equal(0, wrong[^1]);
        Assert.Equal(right[0], wrong[0]); // the same state gets the same completions
        Assert.True(right[1] > 0.8 && wrong[1] < 0.3, $"after the slip {wrong[1]}, without it {right[1]}");
        Assert.Equal("no", (string)rows[2]["completions"]![0]!);
    }

    [Fact]
    public void Labels_are_the_same_bits_on_any_thread_count_and_beside_any_row()
    {
        string other = """{"prompt":"What is 5 + 6?","answer":11,"response":"5 + 6 = 11. The answer is 11."}""";
        string[] options = ["--rollouts", "4", "--split", "sentences", "--seed", "3"];
        JsonNode[] together = Label(other + "\n" + Solved, options), alone = Label(Solved, [.. options, "--threads", "1"]);
        Assert.Equal(alone.Select(r => r.ToJsonString()), together.Skip(1).Select(r => r.ToJsonString()));
        Assert.Equal(
            "true false", string.Join(' ', Label(Solved, options)[1]["labels"]!.AsArray().Where((_, i) => i is 0 or 3)));
    }

    // Soft labels estimate the exact chance without bias, and their error falls as 1 / sqrt(N).
    // The chance itself is known to within half of what the tree leaves uncounted, a tenth of a label's own error.
    [Fact]
    public void The_error_of_soft_labels_falls_with_the_root_of_the_rollouts()
    {
        const double Uncounted = 0.01;
        using ModelSession session = ModelSession.Open(EmbeddedModel.Folder);
        IReadOnlySet<int> stops = session.StopIds(new ChatFormatOptions());
        (string Question, string Begun, string Gold)[] states =
        [
            ("What is 47 x 8?", "40 x 8 = 320. 7 x 8 = 56.", "376"), ("What is 47 x 8?", "40 x 8 = 320.", "376"),
            ("What is 47 x 8?", "40 x 8 = 320. 7 x 8 = 54.", "376"), ("845 - 296 = ?", "Ones: 15 - 6 = 9.", "549"),
        ];
        int[] counts = [2, 8, 32];
        double[] squares = new double[counts.Length];
        foreach ((string question, string begun, string gold) in states)
        {
            EncodedPrompt prompt = session.Format(new ChatFormatOptions()).EncodePrompt(question);
            int[] state = [.. prompt.Ids, .. prompt.Continue(session.Tokenizer, begun).Ids];
            bool IsRight(int[] said) => VerifiableAnswer.Check(
                begun + GeneratedText.OfIds(session.Tokenizer, state, said), gold).Reward == 1;
            CompletionShares exact = CompletionTree.Count(session.Decoder!, state, stops, 64, IsRight, rest: Uncounted);
            Assert.InRange(exact.Rest, 0, Uncounted);
            double chance = exact.Right + (exact.Rest / 2);

            // Twelve labels of each size, of draws of their own.
            SamplingOptions sampling = new() { MaxTokens = 64, SeedsByPrompt = true, StopIds = stops };
            bool[] hits = [.. Enumerable.Range(0, 12).SelectMany(seed => session.Generator.Generate(
                [state], counts[^1], sampling with { Seed = (ulong)seed })[0].Select(g => IsRight(g.SaidIds)))];
            double mean = hits.Average(h => h ? 1.0 : 0), error = Math.Sqrt(chance * (1 - chance) / hits.Length);
            Assert.InRange(mean, chance - (4.5 * error) - (Uncounted / 2), chance + (4.5 * error) + (Uncounted / 2));
            for (int c = 0; c < counts.Length; c++)
            {
                squares[c] += hits.Chunk(counts[^1]).Average(own => Math.Pow(
                    own.Take(counts[c]).Average(h => h ? 1.0 : 0) - chance, 2));
            }
        }

        // From 2 to 32 rollouts the error falls to a quarter: its square to a sixteenth, here within a factor of 2.
        Assert.InRange(squares[0] / squares[^1], 8, 32);
    }

    [Fact]
    public void Wrong_solutions_beside_a_reference_give_pairs_and_right_ones_none()
    {
        JsonNode[] rows = Label(Solved, "--by", "alignment", "--split", "sentences");
        JsonNode slip = rows[0];
        Assert.Equal("40 x 8 = 320. 7 x 8 = 56.", (string)slip["chosen"]!);
        Assert.Equal("40 x 8 = 320. 7 x 8 = 54.", (string)slip["rejected"]!);
        Assert.Equal(7, (int)slip["id"]!);
        Assert.All(rows, r => Assert.NotEqual((string)r["chosen"]!, (string)r["rejected"]!));
    }

    // The model inside cannot grade in these words; what it writes is held to the list all the same.
    [Fact]
    public void A_teacher_that_sees_the_reference_grades_every_step_and_the_last_label_is_the_outcome()
    {
        using Support.TemporaryFolder folder = new();
        string prompt = folder["teacher.txt"];
        File.WriteAllText(prompt, "=== user\n{question}\n{reference}\n{response}\n=== reasoning\nGrade.\n");
        string[] options =
            ["--by", "reference", "--split", "sentences", "--teacher-prompt", prompt, "--max-tokens", "300", "--seed", "4"];
        JsonNode[] rows = Label(Solved, options);
        Assert.Equal(3, rows.Length);
        Assert.All(rows, r => Assert.Equal(r["completions"]!.AsArray().Count, r["labels"]!.AsArray().Count));
        Assert.All(rows, r => Assert.Equal(r["completions"]!.AsArray().Count, (int)r["graded"]!));
        Assert.Equal([true, false, false], rows.Select(r => (bool)r["labels"]!.AsArray()[^1]!));
        Assert.Equal([true, false, false], rows.Select(r => (bool)r["right"]!));
        Assert.Equal(
            rows.Select(r => r.ToJsonString()), Label(Solved, [.. options, "--threads", "1"]).Select(r => r.ToJsonString()));
    }

    [Theory]
    [InlineData("=== user\n{question} {response}", "section 'user': expected {reference}, found none")]
    [InlineData("=== user\n{question} {response} {reference}\n=== ask\nx", "expected the sections system, user, reasoning, found 'ask'")]
    public void A_teacher_s_prompt_that_hides_something_is_refused(string text, string why)
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllText(folder["t.txt"], text);
        CliResult result = RealCli.Run(
            ["label", "steps", "--by", "reference", "--teacher-prompt", folder["t.txt"], "--in", "-", "--out", "-"], Solved);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--ungraded: expected none with --by rollouts, found one", "--ungraded", "as-outcome")]
    [InlineData("""{"prompt":"p","response":"wrong","answer":"1","reference":"1"}""", "more than the model's context", "--by", "reference", "--max-tokens", "600")]
    [InlineData("""{"prompt":"p","response":"wrong","answer":"1"}""", "line 1: the field \"reference\" is", "--by", "reference")]
    [InlineData("""{"prompt":"p","response":"r"}""", "line 1: expected \"answer\" or \"gold\"", "--rollouts", "2")]
    [InlineData("""{"prompt":"p","response":"wrong","answer":"1"}""", "line 1: the field \"reference\" is", "--by", "alignment")]
    [InlineData("{}", "line 1: ")]
    [InlineData("", "--by: expected rollouts, alignment, reference, found 'x'", "--by", "x")]
    [InlineData("", "--rollouts: expected none with --by alignment, found one", "--by", "alignment", "--rollouts", "2")]
    [InlineData("", "--max-cost: expected none with --by rollouts, found one", "--max-cost", "2")]
    [InlineData("", "--labels: expected hard, soft, found 'x'", "--labels", "x")]
    public void What_cannot_be_labelled_is_told_and_left_out(string row, string why, params string[] options)
    {
        CliResult result = RealCli.Run(["label", "steps", "--in", "-", "--out", "-", .. options], row + "\n");
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    private static JsonNode[] Label(string rows, params string[] options)
    {
        CliResult result = RealCli.Run(["label", "steps", "--in", "-", "--out", "-", .. options], rows + "\n");
        Assert.True(result.Code == 0, result.Error);
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }
}
