namespace Innate.Environments.Household;

/// <summary>
/// What can be done in a household and what comes of it, as ALFWorld's verbs have it (Shridhar et al. 2021, arXiv 2010.03768):
/// a pure function of the state.
/// <code>
/// go to P           not there already
/// open, close P     at P, which shuts
/// take O from P     at P, P open, O there, hands empty
/// move O to P       at P, P open, O in hand
/// heat, cool, clean at the microwave, fridge, sink (open or not), O in hand; heat and cool undo each other
/// use lamp          at the desk
/// </code>
/// </summary>
internal static class HouseholdRules
{
    /// <summary>The valid actions and what comes of each, in a fixed order; there is always one.</summary>
    public static IReadOnlyList<(HouseholdAction Action, HouseholdState After)> Next(HouseholdMap map, HouseholdState state)
    {
        List<(HouseholdAction, HouseholdState)> next = new(12);
        int at = state.At;
        for (int place = 0; place < map.Places.Count; place++)
        {
            if (place != at) next.Add((new HouseholdAction(HouseholdVerb.Go, place), state with { At = place }));
        }

        if (at < 0) return next;
        if (map.Shuts(at))
        {
            HouseholdVerb verb = state.IsOpen(at) ? HouseholdVerb.Close : HouseholdVerb.Open;
            next.Add((new HouseholdAction(verb, at), state with { Open = state.Open ^ HouseholdState.Bit(at) }));
        }

        bool reachable = !map.Shuts(at) || state.IsOpen(at);
        int held = Held(map, state);
        for (int item = 0; reachable && held < 0 && item < map.Objects.Count; item++)
        {
            if (state.PlaceOf(item) != at) continue;
            next.Add((new HouseholdAction(HouseholdVerb.Take, at, item), state.Put(item, HouseholdState.Hand)));
        }

        if (held >= 0)
        {
            if (reachable) next.Add((new HouseholdAction(HouseholdVerb.Move, at, held), state.Put(held, at)));
            if (Treated(map, state, held) is { } treated) next.Add(treated);
        }

        if (at == map.DeskAt)
        {
            next.Add((new HouseholdAction(HouseholdVerb.Use, at), state with { IsLampOn = !state.IsLampOn }));
        }

        return next;
    }

    /// <summary>The object in hand; -1: none.</summary>
    public static int Held(HouseholdMap map, HouseholdState state)
    {
        for (int item = 0; item < map.Objects.Count; item++)
        {
            if (state.IsHeld(item)) return item;
        }

        return -1;
    }

    private static (HouseholdAction, HouseholdState)? Treated(HouseholdMap map, HouseholdState state, int held)
    {
        uint bit = HouseholdState.Bit(held);
        if (state.At == map.MicrowaveAt)
        {
            return (new(HouseholdVerb.Heat, state.At, held), state with { Hot = state.Hot | bit, Cold = state.Cold & ~bit });
        }

        if (state.At == map.FridgeAt)
        {
            return (new(HouseholdVerb.Cool, state.At, held), state with { Cold = state.Cold | bit, Hot = state.Hot & ~bit });
        }

        if (state.At != map.SinkAt) return null;
        return (new(HouseholdVerb.Clean, state.At, held), state with { Clean = state.Clean | bit });
    }
}
