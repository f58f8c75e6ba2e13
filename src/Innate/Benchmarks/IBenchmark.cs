namespace Innate.Benchmarks;

/// <summary>
/// A benchmark that was read: items in, tables out. Everything after the reading is pure: scores become outcomes, one an item,
/// and outcomes become the published numbers, so that resampled outcomes become their confidence intervals.
/// </summary>
public interface IBenchmark
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>The items, in the files' order.</summary>
    IReadOnlyList<BenchmarkItem> Items { get; }

    /// <summary>
    /// The parts over which the headline number is meant to be taken, in the order of the tables. A part without scored items is
    /// left out of that number, and whoever shows it must say so.
    /// </summary>
    IReadOnlyList<string> Parts { get; }

    /// <summary>What the data lacks, each in a few words; never averaged over silently.</summary>
    IReadOnlyList<string> Missing { get; }

    /// <summary>What the scores of each item amount to.</summary>
    /// <param name="scored">Items of this benchmark with their scores.</param>
    /// <returns>One outcome an item, in order.</returns>
    IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored);

    /// <summary>The published numbers, the headline first; parts without outcomes have no entry.</summary>
    /// <param name="outcomes">At least one; an outcome may occur several times.</param>
    IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes);

    /// <summary>The tables that are looked at as heat maps; empty where the benchmark has none.</summary>
    /// <param name="outcomes">At least one.</param>
    IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes);

    /// <summary>What a response of an item is called: chosen, rejected, a domain.</summary>
    /// <param name="item">The item.</param>
    /// <param name="response">Its place among the responses of a question, from 0.</param>
    string RoleOf(BenchmarkItem item, int response) => response < item.RightAnswers ? "chosen" : "rejected";

    /// <summary>The scorer that its makers take first, with its options; null: they name none.</summary>
    string? UsualScorer => null;

    /// <summary>What else a reader of the table must know, such as a threshold that was chosen; null: nothing.</summary>
    /// <param name="outcomes">At least one.</param>
    string? Remark(IReadOnlyList<ItemOutcome> outcomes) => null;
}
