namespace Innate.Reinforcement.Schedules;

/// <summary>placeholder until the parts are merged</summary>
internal static class PlateauReset
{
    public static IReadOnlyList<int> Of(double[] validation, int patience)
    {
        List<int> at = [];
        return at;
    }
}
