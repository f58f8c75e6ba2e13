namespace Innate.Environments.Household;

/// <summary>The nine verbs.</summary>
internal enum HouseholdVerb
{
    Go,
    Open,
    Close,
    Take,
    Move,
    Heat,
    Cool,
    Clean,
    Use,
}

/// <summary>An action.</summary>
/// <param name="Verb">What is done.</param>
/// <param name="Place">Where.</param>
/// <param name="Item">With which object; -1: with none.</param>
internal readonly record struct HouseholdAction(HouseholdVerb Verb, int Place, int Item = -1)
{
    /// <summary>As a player writes it.</summary>
    public string Text(HouseholdMap map)
    {
        string place = map.Places[Place], item = Item < 0 ? "" : map.Objects[Item];
        return Verb switch
        {
            HouseholdVerb.Go => $"go to {place}",
            HouseholdVerb.Open => $"open {place}",
            HouseholdVerb.Close => $"close {place}",
            HouseholdVerb.Take => $"take {item} from {place}",
            HouseholdVerb.Move => $"move {item} to {place}",
            HouseholdVerb.Heat => $"heat {item} with {place}",
            HouseholdVerb.Cool => $"cool {item} with {place}",
            HouseholdVerb.Clean => $"clean {item} with {place}",
            _ => "use lamp",
        };
    }
}
