using System.Globalization;
using System.Text.RegularExpressions;

namespace Innate.Rows.Shards;

/// <summary>
/// One of several equal parts of a job, each of which may run on a machine of its own: of every <see cref="Count"/> blocks of
/// rows the one at <see cref="Index"/>. The division depends on a row's place alone.
/// </summary>
/// <param name="Index">Which, from 1.</param>
/// <param name="Count">How many there are.</param>
public sealed partial record RowShard(int Index, int Count)
{
    /// <summary>Most parts of a job.</summary>
    public const int MostShards = 100_000;

    /// <summary>Rows that stay together, because what a seed means depends on a row's place among them.</summary>
    public int Block { get; init; } = 1;

    /// <summary>
    /// Reads <c>3/7</c>; <c>auto</c>, what the environment of Slurm, Open MPI or torchrun says; or <c>auto/7</c>, for an indexed
    /// job of Kubernetes does not say how many parts there are.
    /// </summary>
    /// <param name="text">The part and their number.</param>
    /// <exception cref="InputException">It is something else, or the environment names no part that there is.</exception>
    public static RowShard Parse(string text)
    {
        if (text == "auto") return JobEnvironment.Read(Environment.GetEnvironmentVariable);
        if (text.StartsWith("auto/", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int all) && all >= 1)
        {
            return JobEnvironment.Read(Environment.GetEnvironmentVariable, all);
        }

        Match match = Form().Match(text);
        return match.Success && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out int count)
            ? Of(index, count, $"'{text}'")
            : throw new InputException("Shard", "I/N such as 3/7, auto or auto/N", $"'{text}'");
    }

    /// <summary>A part that there is.</summary>
    internal static RowShard Of(int index, int count, string said) =>
        count is >= 1 and <= MostShards && index >= 1 && index <= count
        ? new RowShard(index, count)
        : throw new InputException("Shard", $"I/N with I from 1 to N, and N at most {MostShards}", said);

    /// <summary>Whether a row is of this part.</summary>
    /// <param name="row">Its place, from 0.</param>
    public bool Has(long row) => OwnerOf(row) == Index;

    /// <summary>Which part a row is of, from 1.</summary>
    /// <param name="row">Its place, from 0.</param>
    public int OwnerOf(long row) => (int)(row / Block % Count) + 1;

    /// <summary>The part's file or folder beside the whole's: <c>rewards.jsonl</c> has <c>rewards.3-of-7.jsonl</c>.</summary>
    /// <param name="path">The whole's.</param>
    public string NameOf(string path)
    {
        string full = path.TrimEnd('/'), kind = Path.GetExtension(full);
        return full[..^kind.Length] + string.Create(CultureInfo.InvariantCulture, $".{Index}-of-{Count}") + kind;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    [GeneratedRegex(@"^\s*([0-9]+)\s*/\s*([0-9]+)\s*$")]
    private static partial Regex Form();
}
