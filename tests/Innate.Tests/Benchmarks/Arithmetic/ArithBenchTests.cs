using Innate.Benchmarks;
using Innate.Benchmarks.Arithmetic;
using Innate.Tests.Support;

namespace Innate.Tests.Benchmarks.Arithmetic;

public class ArithBenchTests
{
    [Fact]
    public void Right_answers_are_right_wrong_ones_wrong_and_all_wrong_ones_alike()
    {
        for (int i = 0; i < 300; i++)
        {
            ArithBenchItem item = ArithBench.Item(7, i);
            Assert.True(item.Question.IsHeldOut);
            Assert.All(item.Chosen, c => Assert.Equal(item.Question.Answer, AnswerReading.FinalAnswer(c)));
            long?[] wrong = [.. item.Rejected.Select(AnswerReading.FinalAnswer)];
            Assert.All(wrong, w => Assert.NotEqual(item.Question.Answer, w));
            Assert.Single(wrong.Distinct());
            foreach (AnswerStyle style in Enum.GetValues<AnswerStyle>())
            {
                Assert.Equal(style, AnswerReading.StyleOf(item.Chosen[(int)style]));
                Assert.Equal(style, AnswerReading.StyleOf(item.Rejected[(int)style]));
            }
        }
    }

    [Fact]
    public void One_seed_gives_one_benchmark_and_what_is_written_is_what_is_made()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "arith.json");
        Assert.Equal(
            0, Cli.RealCli.Run(["arithmetic", "generate", "--bench", "--count", "60", "--seed", "3", "--out", path]).Code);
        IBenchmark made = ArithBench.Make(3, 60), read = ArithBench.Read(path);
        Assert.Equal(made.Items.Select(i => (i.Id, i.Part)), read.Items.Select(i => (i.Id, i.Part)));
        Assert.Equal(made.Items.SelectMany(i => i.Questions[0].Responses), read.Items.SelectMany(i => i.Questions[0].Responses));
        Assert.NotEqual(made.Items[0].Questions[0].Responses, ArithBench.Make(4, 1).Items[0].Questions[0].Responses);
        Assert.Empty(made.Missing);
    }

    [Fact]
    public void Styles_are_asked_for_by_their_prompts()
    {
        ArithStyles styles = ArithStyles.Make(1, 20);
        Assert.All(styles.Items, item =>
        {
            Assert.Equal(3, item.Questions.Count);
            for (int s = 0; s < 3; s++)
            {
                Assert.Contains(item.Questions[s].Prompt[0].Content, SystemPrompts.Asking((AnswerStyle)s));
                Assert.Equal((AnswerStyle)s, AnswerReading.StyleOf(item.Questions[0].Responses[s]));
            }
        });
    }

    [Fact]
    public void A_limit_takes_from_each_part_in_turn()
    {
        IReadOnlyList<BenchmarkItem> items = ArithBench.Make(1, 200).Items;
        IReadOnlyList<BenchmarkItem> few = BenchmarkNames.First(items, 10);
        Assert.Equal(10, few.Count);
        Assert.All(few.GroupBy(i => i.Part), g => Assert.Equal(2, g.Count()));
        Assert.Equal(few.OrderBy(i => items.ToList().IndexOf(i)), few);
    }
}
