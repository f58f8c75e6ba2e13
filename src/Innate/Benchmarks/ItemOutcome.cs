namespace Innate.Benchmarks;

/// <summary>What an item's scores amount to under its benchmark's rules; metrics are functions of outcomes alone.</summary>
/// <param name="Item">The item.</param>
/// <param name="Values">What the benchmark counts; its file says what each entry is.</param>
/// <param name="Ties">How many of the item's comparisons came out neither way.</param>
public sealed record ItemOutcome(BenchmarkItem Item, double[] Values, int Ties);

/// <summary>One number of a benchmark's table.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Value">0 to 1.</param>
public readonly record struct Metric(string Name, double Value);

/// <summary>A table of a benchmark that is looked at as a heat map.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="RowMeaning">What the rows are.</param>
/// <param name="Rows">The rows' names.</param>
/// <param name="ColumnMeaning">What the columns are.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Values">[rows, columns], 0 to 1.</param>
public sealed record BenchmarkMatrix(
    string Name, string RowMeaning, IReadOnlyList<string> Rows, string ColumnMeaning, IReadOnlyList<string> Columns,
    double[,] Values);
