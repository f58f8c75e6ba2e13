using System.IO.Compression;
using System.Text;
using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class RmBenchTests
{
    private const string Chat =
        """{"id": 1, "prompt": "p", "chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"], "domain": "chat"}""";
    private const string Chat2 =
        """{"id": 2, "prompt": "p", "chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"], "domain": "chat"}""";
    private const string Code =
        """{"id": 1, "prompt": "p", "chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"], "domain": "code"}""";

    // Chat 1: chosen 3, 2, 1 against rejected 2, 2, 0.
    //   concise 3 beats 2, 2, 0: 1 1 1;  plain 2 ties 2, 2, beats 0: 0 0 1;  markdown 1 loses, loses, beats 0: 0 0 1.
    // Chat 2: all scores equal: nine ties, all misses.
    // So chat's matrix is half of chat 1's: easy (cells 10 20 21) 0, normal (00 11 22) (1+0+1)/3/2 = 1/3, hard (01 02 12) 1/2.
    // Code: everything right but the concise against the markdown: easy 1, normal 1, hard 2/3.
    [Fact]
    public void The_published_definition_on_a_case_by_hand()
    {
        using TemporaryFolder folder = new();
        RmBench benchmark = RmBench.Read(BenchmarkCase.File(folder, "total_dataset.jsonl", Chat, Chat2, Code));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [3, 2, 1, 2, 2, 0], [7, 7, 7, 7, 7, 7], [5, 9, 9, 4, 4, 6]);
        Assert.Equal(0, Math.Round(Of(benchmark, outcomes, "easy") - ((0 + 1) / 2.0), 12));
        Assert.Equal(0, Math.Round(Of(benchmark, outcomes, "normal") - (((1 / 3.0) + 1) / 2), 12));
        Assert.Equal(0, Math.Round(Of(benchmark, outcomes, "hard") - (((1 / 2.0) + (2 / 3.0)) / 2), 12));
        Assert.Equal(0, Math.Round(Of(benchmark, outcomes, "chat") - ((0 + (1 / 3.0) + (1 / 2.0)) / 3), 12));
        Assert.Equal(0, Math.Round(Of(benchmark, outcomes, "code") - ((1 + 1 + (2 / 3.0)) / 3), 12));

        // However it is averaged, overall is one number.
        double overall = Of(benchmark, outcomes, "overall");
        Assert.Equal((Of(benchmark, outcomes, "chat") + Of(benchmark, outcomes, "code")) / 2, overall, 12);
        Assert.Equal((Of(benchmark, outcomes, "easy") + Of(benchmark, outcomes, "normal") + Of(benchmark, outcomes, "hard")) / 3,
            overall, 12);
        Assert.Equal([2, 9, 0], outcomes.Select(o => o.Ties));
        Assert.Equal(0.5, benchmark.Matrices(outcomes)[1].Values[0, 2]);
        Assert.Equal(["math", "safety-refuse", "safety-response"], benchmark.Missing);
    }

    [Fact]
    public void A_comparing_judge_that_abstains_misses()
    {
        using TemporaryFolder folder = new();
        RmBench benchmark = RmBench.Read(BenchmarkCase.File(folder, "chat_filtered.json", $"[{Chat}]"));
        double[,] preferences = new double[6, 6];
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++) preferences[i, j] = i == j || (i, j) is (0, 3) or (3, 0) ? double.NaN : i < j ? 1 : 0;
        }

        IReadOnlyList<ItemOutcome> outcomes = benchmark.Outcomes(
            [new ScoredItem(benchmark.Items[0], [new QuestionScores([0, 0, 0, 1, 1, 1]) { Preferences = preferences }])]);
        Assert.Equal(2 / 3.0, Of(benchmark, outcomes, "normal"), 12);
        Assert.Equal(1, Of(benchmark, outcomes, "hard"));
        Assert.Equal(1, outcomes[0].Ties);
    }

    [Theory]
    [InlineData(".json", false)]
    [InlineData(".jsonl", false)]
    [InlineData(".json.gz", true)]
    [InlineData(".jsonl.gz", true)]
    public void A_folder_of_the_published_files_in_any_of_their_forms(string ending, bool packed)
    {
        using TemporaryFolder folder = new();
        string text = ending.Contains("jsonl", StringComparison.Ordinal) ? $"{Chat}\n{Chat2}\n" : $"[{Chat},\n{Chat2}]";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (packed)
        {
            using MemoryStream buffer = new();
            using (GZipStream gzip = new(buffer, CompressionLevel.Fastest)) gzip.Write(bytes);
            bytes = buffer.ToArray();
        }

        System.IO.File.WriteAllBytes(Path.Combine(folder.Path, "chat_filtered" + ending), bytes);
        Assert.Equal(["chat/1", "chat/2"], RmBench.Read(folder.Path).Items.Select(i => i.Id));
    }

    [Theory]
    [InlineData("""{"id": 1, "prompt": "p", "rejected": ["d", "e", "f"]}""", "item 2: the field \"chosen\" is missing")]
    [InlineData("""{"id": 1, "prompt": "p", "chosen": ["a", "b"], "rejected": ["d", "e", "f"]}""",
        "item 2: the field \"chosen\": expected an array of 3 texts, found one of 2")]
    [InlineData("""{"id": 1, "prompt": 5, "chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"]}""",
        "\"prompt\": expected a text or an array of messages")]
    [InlineData("""{"id": 1, "prompt": "p", "chosen": ["a", 7, "c"], "rejected": ["d", "e", "f"]}""",
        "\"chosen[1]\": expected a text, found the number 7")]
    public void An_item_of_another_layout_is_named_with_its_file_and_field(string bad, string sentence)
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "chat_filtered.json", $"[{Chat}, {bad}]");
        string message = Refusal(() => RmBench.Read(folder.Path));
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_benchmark_without_items_is_refused()
    {
        using TemporaryFolder folder = new();
        BenchmarkCase.File(folder, "chat_filtered.json", "[]");
        Assert.Contains("expected at least one item", Refusal(() => RmBench.Read(folder.Path)), StringComparison.Ordinal);
    }

    [SharedFact("data/rm-bench")]
    public void The_real_files_are_read_and_the_missing_one_is_told()
    {
        RmBench benchmark = RmBench.Read(Path.Combine(Places.Shared, "data", "rm-bench"));
        Assert.Equal(129, benchmark.Items.Count(i => i.Part == "chat"));
        Assert.Equal(228, benchmark.Items.Count(i => i.Part == "code"));
        Assert.Equal(284 + 157, benchmark.Items.Count(i => i.Part == "safety"));
        Assert.Equal(["math"], benchmark.Missing);
    }
}
