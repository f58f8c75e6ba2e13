using Innate.Judges;
using Innate.Text;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// Is the reward promptable? The right answer to a held-out question in three styles, under three system prompts, each of which
/// asks for one of the styles: a 3x3 table [prompted style, response style] of how often the response beats the two others. Where
/// prompts steer the reward, each column is highest on the diagonal.
/// </summary>
/// <remarks>As <see cref="Dsp"/>, in the arithmetic world; an item is a function of the seed and its index.</remarks>
internal sealed class ArithStyles : IBenchmark
{
    private const int Stream = 5;

    private ArithStyles(IReadOnlyList<BenchmarkItem> items) => Items = items;

    /// <inheritdoc/>
    public string Name => "arith-styles";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; } = ["arith-styles"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [];

    /// <summary>Makes the benchmark.</summary>
    /// <param name="seed">Decides the questions and the prompts' wordings.</param>
    /// <param name="count">How many items; at least 1.</param>
    public static ArithStyles Make(ulong seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new ArithStyles([.. Enumerable.Range(0, count).Select(i => Item(seed, i))]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) =>
        [.. scored.Select(s => PromptMatrix.Outcome(s, ArithmeticNames.Styles.Count))];

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes) =>
        PromptMatrix.Measure(outcomes, ArithmeticNames.Styles);

    /// <inheritdoc/>
    public string RoleOf(BenchmarkItem item, int response) => ArithmeticNames.Styles[response];

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) =>
    [
        new BenchmarkMatrix(
            "styles", "prompted style", ArithmeticNames.Styles, "response style", ArithmeticNames.Styles,
            PromptMatrix.Mean(outcomes, ArithmeticNames.Styles.Count)),
    ];

    private static BenchmarkItem Item(ulong seed, int index)
    {
        ArithmeticQuestion question = new ArithmeticGenerator(seed).Question(index, heldOut: true);
        ExampleRandom random = new(seed, Stream, index);
        AnswerStyle[] styles = Enum.GetValues<AnswerStyle>();
        string[] answers = [.. styles.Select(s => Expert.Answer(question, s, random.Between(0, Expert.Wordings(s) - 1)))];
        return new BenchmarkItem(
            FormattableString.Invariant($"arith-styles/{index}"), "arith-styles",
            [.. styles.Select(s => new JudgeQuestion(
                [new ConversationMessage("system", random.Pick(SystemPrompts.Asking(s))),
                    new ConversationMessage("user", question.Text)], answers))])
        {
            Rights = [.. styles.Select((_, s) => new[] { s })],
        };
    }
}
