namespace Innate.Environments.Household;

/// <summary>
/// What there is in a household: places by name, some of which can do something, and objects. The miniature has five places and
/// three objects.
/// </summary>
internal sealed class HouseholdMap
{
    /// <summary>The place that shuts and makes cold.</summary>
    public const string Fridge = "fridge";

    /// <summary>The place that shuts and makes hot.</summary>
    public const string Microwave = "microwave";

    /// <summary>The place that makes clean.</summary>
    public const string Sink = "sink";

    /// <summary>The place where the lamp is.</summary>
    public const string Desk = "desk";

    /// <summary>The most places and objects: a state packs both into 32 bits.</summary>
    public const int MostPlaces = 15, MostObjects = 8;

    /// <summary>A map.</summary>
    /// <param name="places">Names, each once; those of the constants have their powers.</param>
    /// <param name="objects">Names, each once.</param>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public HouseholdMap(IReadOnlyList<string> places, IReadOnlyList<string> objects)
    {
        if (places.Count is 0 or > MostPlaces || objects.Count is 0 or > MostObjects)
        {
            throw new ArgumentException(
                $"expected 1 to {MostPlaces} places and 1 to {MostObjects} objects, found {places.Count} and {objects.Count}.");
        }

        (Places, Objects) = (places, objects);
        (FridgeAt, MicrowaveAt) = (Find(places, Fridge), Find(places, Microwave));
        (SinkAt, DeskAt) = (Find(places, Sink), Find(places, Desk));
    }

    /// <summary>Five places, three objects.</summary>
    public static HouseholdMap Miniature { get; } =
        new(["counter", Fridge, Microwave, Sink, Desk], ["apple", "mug", "book"]);

    /// <summary>The places' names, in the order in which they are told.</summary>
    public IReadOnlyList<string> Places { get; }

    /// <summary>The objects' names, in the order in which they are told.</summary>
    public IReadOnlyList<string> Objects { get; }

    /// <summary>Which place it is; -1: there is none.</summary>
    public int FridgeAt { get; }

    /// <inheritdoc cref="FridgeAt"/>
    public int MicrowaveAt { get; }

    /// <inheritdoc cref="FridgeAt"/>
    public int SinkAt { get; }

    /// <inheritdoc cref="FridgeAt"/>
    public int DeskAt { get; }

    /// <summary>Whether a place can be opened and shut.</summary>
    public bool Shuts(int place) => place >= 0 && (place == FridgeAt || place == MicrowaveAt);

    private static int Find(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }

        return -1;
    }
}
