using Innate.Benchmarks.Arithmetic;
using Innate.Benchmarks.BestOf;
using Innate.Rows;

namespace Innate.Benchmarks;

/// <summary>Where a benchmark's data is and how much of it is wanted.</summary>
/// <param name="Data">The file or folder; null where the benchmark makes its own.</param>
public sealed record BenchmarkSource(string? Data)
{
    /// <summary>DSP's system prompts; null: beside the data.</summary>
    public string? Prompts { get; init; }

    /// <summary>The file's own names of fields, which pairs may have; null: none of its own.</summary>
    public RowColumns? Columns { get; init; }

    /// <summary>How many items; null: all, or of a made benchmark <see cref="BenchmarkNames.MadeItems"/>.</summary>
    public int? Limit { get; init; }

    /// <summary>Decides a made benchmark's items.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The benchmarks by name.</summary>
public static class BenchmarkNames
{
    /// <summary>Items of a benchmark that is made here, unless told otherwise.</summary>
    public const int MadeItems = 500;

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "rm-bench", "reward-bench", "reward-bench-2", "multifaceted-bench", "dsp", "judge-bench", "process-bench", "pairs",
        RmGap.OwnName, PpeCorrectness.OwnName, AnswersBench.OwnName,
        "arith-bench", "arith-styles",
    ];

    /// <summary>Reads or makes a benchmark.</summary>
    /// <param name="name">One of <see cref="All"/>; <c>rmbench</c> and <c>RM-Bench</c> will do.</param>
    /// <param name="source">Where and how much.</param>
    /// <exception cref="InputException">The name is unknown, or the data cannot be read.</exception>
    public static IBenchmark Open(string name, BenchmarkSource source)
    {
        string canonical = Canonical(name);
        if (source.Prompts is not null && canonical != "dsp")
        {
            throw new InputException(nameof(source.Prompts), $"none with {canonical}: they belong to dsp", source.Prompts);
        }

        if (source.Columns is not null && canonical != "pairs")
        {
            throw new InputException(nameof(source.Columns), $"none with {canonical}: they belong to pairs", $"{source.Columns}");
        }

        IBenchmark benchmark = canonical switch
        {
            "rm-bench" => RmBench.Read(Data()),
            "reward-bench" => RewardBench.Read(Data()),
            "reward-bench-2" => RewardBench2.Read(Data()),
            "multifaceted-bench" => MultifacetedBench.Read(Data()),
            "dsp" => Dsp.Read(Data(), source.Prompts),
            "judge-bench" => JudgeBench.Read(Data()),
            "process-bench" => ProcessBench.Read(Data()),
            "pairs" => PreferencePairs.Read(Data(), source.Columns),
            RmGap.OwnName => RmGap.Read(Data()),
            PpeCorrectness.OwnName => PpeCorrectness.Read(Data()),
            AnswersBench.OwnName => AnswersBench.Read(Data()),
            ArithBench.Name => source.Data is { } file ? ArithBench.Read(file)
                : ArithBench.Make(source.Seed, source.Limit ?? MadeItems),
            _ => source.Data is null
                ? ArithStyles.Make(source.Seed, source.Limit ?? MadeItems)
                : throw new InputException(
                    nameof(source.Data), "none: arith-styles makes its own items from {Seed}", source.Data),
        };
        if (benchmark.Items.GroupBy(i => i.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException($"{source.Data}: two items have the id \"{twice.Key}\".");
        }

        return benchmark;

        string Data() =>
            source.Data ?? throw new InputException(nameof(source.Data), $"the file or folder of {canonical}'s items", "none");
    }

    /// <summary>The name as it stands in <see cref="All"/>.</summary>
    /// <exception cref="InputException">It is unknown.</exception>
    public static string Canonical(string name) =>
        All.FirstOrDefault(n => Letters(n) == Letters(name))
        ?? throw new InputException(
            $"benchmark: expected one of {string.Join(", ", All)}, found '{name}'{NearestName.Hint(name, All)}.");

    /// <summary>
    /// At most so many items, in their order, taken in turn from each part, so that no part is left out for standing last.
    /// </summary>
    public static IReadOnlyList<BenchmarkItem> First(IReadOnlyList<BenchmarkItem> items, int? limit)
    {
        if (limit is not { } count || count >= items.Count) return items;
        Queue<int>[] parts = [.. items.Select((item, i) => (item.Part, i))
            .GroupBy(p => p.Part, p => p.i, StringComparer.Ordinal).Select(g => new Queue<int>(g))];
        SortedSet<int> taken = [];
        for (int turn = 0; taken.Count < count; turn = (turn + 1) % parts.Length)
        {
            if (parts[turn].TryDequeue(out int i)) taken.Add(i);
        }

        return [.. taken.Select(i => items[i])];
    }

    private static string Letters(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant));
}
