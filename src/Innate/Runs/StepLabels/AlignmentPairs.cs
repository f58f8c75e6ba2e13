using Innate.Rows;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Runs.StepLabels;

/// <summary>
/// GRACE's pairs: each wrong solution is aligned with its row's <c>reference</c>, and where they part a right and a wrong next
/// step stand beside each other (<see cref="StepAlignment"/>, <see cref="StepPairs"/>). Rows are ready for <c>train reward</c>:
/// chosen and rejected are the prefix with the step. Steps are compared by <see cref="TextSimilarity"/>: the authors embed them
/// with a model of their own.
/// </summary>
/// <param name="settings">The greatest cost, and the seed that says when a wrong prefix is kept.</param>
/// <param name="columns">The rows' own names of fields; null: none of their own.</param>
internal sealed class AlignmentPairs(StepLabelSettings settings, RowColumns? columns)
{
    // The authors' chance that a wrong step stays in the prefix.
    private const double WrongPrefix = 0.1;

    /// <summary>Solutions that were right, and so have no pair.</summary>
    public long Right { get; private set; }

    /// <summary>Solutions that cost more than the greatest.</summary>
    public long TooFar { get; private set; }

    /// <summary>Pairs so far.</summary>
    public long Pairs { get; private set; }

    /// <summary>The lines of a solution's pairs.</summary>
    /// <param name="solution">The solution.</param>
    /// <param name="place">Its place among all, which decides the draws.</param>
    /// <exception cref="InputException">The row has no reference with steps.</exception>
    public IEnumerable<byte[]> Lines(Solution solution, long place)
    {
        string[] reference = Reference(solution.Row, columns, settings.Split);
        if (solution.IsRight)
        {
            Right++;
            return [];
        }

        StepAlignmentResult aligned = StepAlignment.Align(
            [.. solution.Steps.Select(s => reference.Select(r => TextSimilarity.Of(s, r)).ToArray())], reference.Length);
        if (aligned.Cost > settings.MaxCost)
        {
            TooFar++;
            return [];
        }

        ulong key = RandomBits.Key(settings.Sampling.Seed, (ulong)place), draw = 0;
        StepPair[] pairs =
        [
            .. StepPairs.Of(
                aligned.Columns, solution.Steps, reference,
                keepWrong: () => RandomBits.Uniform(RandomBits.Bits(key, draw++)) < WrongPrefix),
        ];
        Pairs += pairs.Length;
        return [.. pairs.Select(p => Line(solution, p))];
    }

    /// <summary>The steps of a row's <c>reference</c>.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static string[] Reference(Row row, RowColumns? columns, StepSplit split)
    {
        string[] steps = StepText.Pieces(new RowFields(row.Fields, columns).Text("reference"), split);
        return steps.Length > 0 ? steps : throw new InputException("\"reference\" is empty; expected a right solution");
    }

    private static byte[] Line(Solution solution, StepPair pair) => RowWriter.Line(w =>
    {
        RowWriter.PassThrough(w, solution.Row.Fields, StepLabelRun.Replaced);
        w.WriteString("chosen", Joined(pair.Prefix, pair.Positive));
        w.WriteString("rejected", Joined(pair.Prefix, pair.Negative));
    });

    // Steps keep the white space that stood after them; where none did, the next one begins a line.
    private static string Joined(IReadOnlyList<string> prefix, string step) => string.Concat(
        [.. prefix.Select(p => p.Length > 0 && char.IsWhiteSpace(p[^1]) ? p : p + "\n"), step]).Trim();
}
