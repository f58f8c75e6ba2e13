namespace Innate.Runs.Aligning;

/// <summary>A model against the start, on the prompts that judge.</summary>
/// <param name="Primary">The primary measure; null: there is none.</param>
/// <param name="Reward">The trained reward on the same answers; null: none had one.</param>
/// <param name="Guards">What may not get worse.</param>
internal sealed record AlignComparison(PairedDifference? Primary, PairedDifference? Reward, IReadOnlyList<AlignGuard> Guards)
{
    /// <summary>Compares two measurements of the same prompts. Pure.</summary>
    public static AlignComparison Of(
        AlignSettings settings, AlignPrimary primary, IReadOnlyList<MeasuredPrompt> before, IReadOnlyList<MeasuredPrompt> after)
    {
        PairedDifference? Paired(Func<MeasuredAnswer, double?> value) =>
            PairedDifference.Of(before, after, p => p.Mean(value), settings.Seed);
        return new AlignComparison(
            primary.Measure is null ? null : Paired(a => a.Worth), Paired(a => a.Reward),
            AlignGuard.Of(settings.Limits, before, after, primary.IsRightOrWrong));
    }
}
