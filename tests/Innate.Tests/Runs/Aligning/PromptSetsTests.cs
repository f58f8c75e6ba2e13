using System.Globalization;
using System.Text.Json;
using Innate.Runs.Aligning;
using Innate.Tests.Support;

namespace Innate.Tests.Runs.Aligning;

public sealed class PromptSetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void No_prompt_lies_in_two_sets_however_often_the_file_repeats_it()
    {
        Write(Enumerable.Range(0, 300).Select(i => Row(i % 100)));
        PromptSets sets = Read(new() { Prompts = _folder["prompts.jsonl"], Output = "" });
        HashSet<string> learn = Prompts(sets.Learn), choose = Prompts(sets.Choose), judge = Prompts(sets.Judge);
        Assert.Equal((55, 15, 30), (learn.Count, choose.Count, judge.Count));
        Assert.Empty(learn.Intersect(choose).Concat(learn.Intersect(judge)).Concat(choose.Intersect(judge)));
        Assert.Equal(300, sets.Learn.Count + sets.Choose.Count + sets.Judge.Count);
        Assert.True(sets.HaveAnswers);
    }

    [Fact]
    public void The_sets_depend_on_words_and_seed_and_not_on_the_order_of_rows()
    {
        Write(Enumerable.Range(0, 60).Select(Row));
        PromptSets first = Read(Settings(seed: 4));
        Write(Enumerable.Range(0, 60).Reverse().Select(Row));
        Assert.Equal(Prompts(first.Judge), Prompts(Read(Settings(seed: 4)).Judge));
        Assert.NotEqual(Prompts(first.Judge), Prompts(Read(Settings(seed: 5)).Judge));
    }

    [Fact]
    public void One_row_without_an_answer_is_enough_to_have_no_checker()
    {
        Write(Enumerable.Range(0, 40).Select(i => i == 7 ? """{"prompt":"Say something."}""" : Row(i)));
        Assert.False(Read(Settings(seed: 0)).HaveAnswers);
    }

    [Theory]
    [InlineData(0, "expected prompts, found none.")]
    [InlineData(12, "expected at least 20 different prompts (3 judge, 1 choose, the rest teach), found 12.")]
    public void Too_few_prompts_are_refused_by_their_number(int count, string expected)
    {
        Write(Enumerable.Range(0, count).Select(Row).Append(""));
        Assert.EndsWith(expected, Assert.Throws<InputException>(() => Read(Settings(seed: 0))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Row(int i) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"prompt":"What is {{i}} + 1?","answer":{{i + 1}}}""");

    private AlignSettings Settings(ulong seed) => new() { Prompts = _folder["prompts.jsonl"], Output = "", Seed = seed };

    private void Write(IEnumerable<string> rows) => File.WriteAllLines(_folder["prompts.jsonl"], rows);

    private static PromptSets Read(AlignSettings settings) => PromptSets.Read(settings, default);

    private static HashSet<string> Prompts(IReadOnlyList<JsonElement> rows) =>
        [.. rows.Select(r => r.GetProperty("prompt").GetString()!)];
}
