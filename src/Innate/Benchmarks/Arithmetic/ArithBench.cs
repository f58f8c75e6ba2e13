using Innate.Judges;
using Innate.Text;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>One item of arith-bench: a held-out question with right and wrong answers in the three styles.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Question">The question.</param>
/// <param name="Slip">What goes wrong in the rejected answers: one slip, the same in every style.</param>
/// <param name="Chosen">The right answer, by style.</param>
/// <param name="Rejected">The wrong answer, by style.</param>
internal sealed record ArithBenchItem(
    int Index, ArithmeticQuestion Question, Slip Slip, IReadOnlyList<string> Chosen, IReadOnlyList<string> Rejected);

/// <summary>
/// RM-Bench's question in the arithmetic world, for the small model that knows nothing else: is a right answer preferred to one
/// with a subtle slip, whatever the style? Made by this project in RM-Bench's layout, one family of questions a domain:
/// <code>
/// {"id": 0, "prompt": "47 + 85 = ?", "chosen": ["132", "Ones: 7 + 5 = 12. ... The answer is 132.", "- Ones: 7 + 5 = 12\n..."],
///  "rejected": ["122", "Ones: 7 + 5 = 12. ... The answer is 122.", "..."], "domain": "add-subtract", "slip": "forgotten-carry"}
/// </code>
/// </summary>
/// <remarks>
/// An item is a function of the seed and its index. Questions are held out: no model of this project was trained on their
/// numbers. A rejected answer carries its one slip through to the end, so that it differs from the right one in few tokens.
/// Metrics are
/// <see cref="RmBench"/>'s.
/// </remarks>
internal static class ArithBench
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "arith-bench";

    // A stream of its own: what is drawn here moves nothing else of the seed.
    private const int Stream = 4;

    /// <summary>The item at an index.</summary>
    /// <param name="seed">Decides the questions.</param>
    /// <param name="index">Its place, from 0.</param>
    public static ArithBenchItem Item(ulong seed, int index)
    {
        ArithmeticQuestion question = new ArithmeticGenerator(seed).Question(index, heldOut: true);
        ExampleRandom random = new(seed, Stream, index);
        int[] wordings = [.. Enum.GetValues<AnswerStyle>().Select(s => random.Between(0, Expert.Wordings(s) - 1))];
        Slip slip = Expert.DrawSlip(question, random);
        return new ArithBenchItem(
            index, question, slip,
            [.. Enum.GetValues<AnswerStyle>().Select(s => Expert.Answer(question, s, wordings[(int)s]))],
            [.. Enum.GetValues<AnswerStyle>().Select(s => Expert.Answer(question, s, slip, wordings[(int)s]))]);
    }

    /// <summary>Makes the benchmark.</summary>
    /// <param name="seed">Decides the questions.</param>
    /// <param name="count">How many items; at least 1.</param>
    public static IBenchmark Make(ulong seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Of([.. Enumerable.Range(0, count).Select(i => Item(seed, i)).Select(i => new BenchmarkItem(
            Id(i), ArithmeticNames.Of(i.Question.Family),
            [new JudgeQuestion([new ConversationMessage("user", i.Question.Text)], [.. i.Chosen, .. i.Rejected])])
        {
            RightAnswers = i.Chosen.Count,
        })]);
    }

    /// <summary>Reads what <c>innate arithmetic generate --bench</c> wrote.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static IBenchmark Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            string domain = record.Text("domain");
            if (ArithmeticNames.Family(domain) is null)
            {
                throw record.Fault("domain", $"one of {string.Join(", ", ArithmeticNames.Families)}", $"\"{domain}\"");
            }

            items.Add(RmBench.Item(record, domain, domain));
        }

        PairOutcomes.RequireSome(items, path);
        return Of(items);
    }

    private static string Id(ArithBenchItem item) =>
        FormattableString.Invariant($"{ArithmeticNames.Of(item.Question.Family)}/{item.Index}");

    private static RmBench Of(IReadOnlyList<BenchmarkItem> items) => new(
        Name, ArithmeticNames.Families, items, [.. ArithmeticNames.Families.Except(items.Select(i => i.Part))]);
}
