using static System.FormattableString;

namespace Innate.Runs.Aligning;

/// <summary>What came of a run.</summary>
public enum AlignOutcome
{
    /// <summary>The primary measure's paired interval lies above 0, and no guard is broken.</summary>
    Better,

    /// <summary>Neither of the others: the model of the start is kept.</summary>
    NotShown,

    /// <summary>The interval lies below 0, or the trained reward rose while a guard broke: the start is kept.</summary>
    WorseOrHacked,
}

/// <summary>
/// The verdict on a run. The likelihood under the start is shown and never counted: it is the trained reward's twin.
/// </summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Sentence">Why, in one sentence.</param>
internal sealed record AlignVerdict(AlignOutcome Outcome, string Sentence)
{
    /// <summary>The names of the outcomes, as they are written.</summary>
    public string Name => Outcome switch
    {
        AlignOutcome.Better => "better",
        AlignOutcome.WorseOrHacked => "worse or hacked",
        _ => "not shown",
    };

    /// <summary>
    /// The verdict. The chosen model alone can be better; where it is not, the last one tells where the reward leads. Pure.
    /// </summary>
    /// <param name="chosen">The chosen model against the start.</param>
    /// <param name="last">The last step's; null: it is the chosen one.</param>
    /// <param name="what">What the primary measure says of an answer, in words: right answers.</param>
    public static AlignVerdict Of(AlignComparison chosen, AlignComparison? last, string what)
    {
        (PairedDifference? primary, _, IReadOnlyList<AlignGuard> guards) = chosen;
        AlignGuard[] broken = [.. guards.Where(g => g.IsBroken)];
        bool isBetter = primary is { Low: > 0 } && broken.Length == 0;
        if (!isBetter && Worse(chosen, what) is { } worse) return new(AlignOutcome.WorseOrHacked, worse);
        if (!isBetter && last is not null && Worse(last, what) is { } end)
        {
            return new(AlignOutcome.WorseOrHacked, $"at the last step {end}");
        }

        if (primary is null)
        {
            return new(AlignOutcome.NotShown,
                "there is no measure but the reward itself: gold answers, or a judge of another model, would be one");
        }

        if (!(primary.Low > 0)) return new(AlignOutcome.NotShown, $"{Change(primary, what)}, and 0 is among it");
        return broken.Length == 0
            ? new(AlignOutcome.Better, $"{Change(primary, what)}, and no guard is broken")
            : new(AlignOutcome.NotShown, $"{Change(primary, what)}, but {Broken(broken)}");
    }

    // Below 0 as a whole, or a reward that rises while a guard breaks.
    private static string? Worse(AlignComparison compared, string what)
    {
        if (compared.Primary is { High: < 0 } worse) return $"{Change(worse, what)}, all of it below 0";
        AlignGuard[] broken = [.. compared.Guards.Where(g => g.IsBroken)];
        return broken.Length > 0 && compared.Reward is { Low: > 0 } rose
            ? Invariant($"the trained reward rose from {rose.Before:0.###} to {rose.After:0.###} while {Broken(broken)}")
            : null;
    }

    private static string Change(PairedDifference d, string what) => Invariant(
        $"{what} went from {d.Before:0.0%} to {d.After:0.0%} on {d.Count} prompts that were read once, ")
        + Invariant($"{100 * d.Mean:+0.0;-0.0} points [{100 * d.Low:+0.0;-0.0}, {100 * d.High:+0.0;-0.0}]");

    private static string Broken(AlignGuard[] broken) => string.Join(" and ", broken.Select(g => Invariant(
        $"{g.Name} went from {g.Before:0.##} to {g.After:0.##} (limit: {g.Limit})")));
}
