namespace Innate.Environments.Household;

/// <summary>The six families of tasks, which are ALFWorld's.</summary>
internal enum HouseholdFamily
{
    Put,
    Look,
    Clean,
    Heat,
    Cool,
    PutTwo,
}

/// <summary>What is to be done.</summary>
/// <param name="Family">Which kind of task.</param>
/// <param name="Item">The object.</param>
/// <param name="Place">Where it belongs; the desk, where an object is to be looked at.</param>
/// <param name="Second">The second object of <see cref="HouseholdFamily.PutTwo"/>; -1 elsewhere.</param>
internal sealed record HouseholdTask(HouseholdFamily Family, int Item, int Place, int Second = -1)
{
    /// <summary>The families' names, in the enumeration's order.</summary>
    public static IReadOnlyList<string> FamilyNames { get; } = ["put", "look", "clean", "heat", "cool", "put-two"];

    /// <summary>Whether the task is done: nothing else earns a reward.</summary>
    public bool IsDone(HouseholdState state) => Family switch
    {
        HouseholdFamily.Look => state.IsHeld(Item) && state.At == Place && state.IsLampOn,
        HouseholdFamily.PutTwo => state.PlaceOf(Item) == Place && state.PlaceOf(Second) == Place,
        _ => state.PlaceOf(Item) == Place && (Quality(state) & HouseholdState.Bit(Item)) != 0,
    };

    /// <summary>
    /// A state without what neither the task nor any later action asks for: what is hot, cold or clean elsewhere, and the lamp.
    /// Random play from the two is alike, and there are fewer of these.
    /// </summary>
    public HouseholdState Lumped(HouseholdState state)
    {
        uint bit = HouseholdState.Bit(Item);
        return state with
        {
            Hot = Family == HouseholdFamily.Heat ? state.Hot & bit : 0,
            Cold = Family == HouseholdFamily.Cool ? state.Cold & bit : 0,
            Clean = Family == HouseholdFamily.Clean ? state.Clean & bit : 0,
            IsLampOn = Family == HouseholdFamily.Look && state.IsLampOn,
        };
    }

    /// <summary>The task in words, such as "put clean mug on counter".</summary>
    public string Text(HouseholdMap map)
    {
        string item = map.Objects[Item], place = map.Places[Place];
        return Family switch
        {
            HouseholdFamily.Look => $"look at {item} under lamp",
            HouseholdFamily.Clean => $"put clean {item} on {place}",
            HouseholdFamily.Heat => $"put hot {item} on {place}",
            HouseholdFamily.Cool => $"put cold {item} on {place}",
            HouseholdFamily.PutTwo => $"put {item} and {map.Objects[Second]} on {place}",
            _ => $"put {item} on {place}",
        };
    }

    private uint Quality(HouseholdState state) => Family switch
    {
        HouseholdFamily.Clean => state.Clean,
        HouseholdFamily.Heat => state.Hot,
        HouseholdFamily.Cool => state.Cold,
        _ => uint.MaxValue,
    };
}
