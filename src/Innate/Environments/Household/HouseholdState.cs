namespace Innate.Environments.Household;

/// <summary>All that can change in a household, in a few numbers: two states are one where these are equal.</summary>
/// <param name="At">The place where the player stands; -1: in the middle.</param>
/// <param name="Where">4 bits an object: its place, or <see cref="Hand"/>.</param>
/// <param name="Open">A bit a place: whether it stands open.</param>
/// <param name="Hot">A bit an object.</param>
/// <param name="Cold">A bit an object; never beside its bit of <paramref name="Hot"/>.</param>
/// <param name="Clean">A bit an object.</param>
/// <param name="IsLampOn">Whether the lamp burns.</param>
internal readonly record struct HouseholdState(
    int At, uint Where, uint Open, uint Hot, uint Cold, uint Clean, bool IsLampOn)
{
    /// <summary>Stands for a place where an object is carried.</summary>
    public const int Hand = 15;

    /// <summary>The player in the middle, nothing hot, cold or clean, the lamp off.</summary>
    /// <param name="places">Each object's.</param>
    /// <param name="open">The places that stand open.</param>
    public static HouseholdState Start(IReadOnlyList<int> places, IEnumerable<int>? open = null)
    {
        HouseholdState state = new(-1, 0, 0, 0, 0, 0, false);
        for (int i = 0; i < places.Count; i++) state = state.Put(i, places[i]);
        foreach (int place in open ?? []) state = state with { Open = state.Open | Bit(place) };
        return state;
    }

    /// <summary>An object's place, or <see cref="Hand"/>.</summary>
    public int PlaceOf(int item) => (int)((Where >> (4 * item)) & 15);

    /// <summary>Whether an object is carried.</summary>
    public bool IsHeld(int item) => PlaceOf(item) == Hand;

    /// <summary>Whether a place stands open.</summary>
    public bool IsOpen(int place) => (Open & Bit(place)) != 0;

    /// <summary>With an object elsewhere.</summary>
    public HouseholdState Put(int item, int place) =>
        this with { Where = (Where & ~(15u << (4 * item))) | ((uint)place << (4 * item)) };

    /// <summary>The bit of an object or a place.</summary>
    public static uint Bit(int index) => 1u << index;
}
