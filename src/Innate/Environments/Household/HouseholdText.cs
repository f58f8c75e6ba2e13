namespace Innate.Environments.Household;

/// <summary>What a player is told, in ALFWorld's words. What is in a shut place, and in places elsewhere, is not told.</summary>
internal static class HouseholdText
{
    /// <summary>The verbs; ALFWorld's player is told as much.</summary>
    public const string Instructions = """
        You act in a household to do a task. Answer with one action and nothing else:
        go to PLACE
        open PLACE
        close PLACE
        take OBJECT from PLACE
        move OBJECT to PLACE
        heat OBJECT with microwave
        cool OBJECT with fridge
        clean OBJECT with sink
        use lamp
        You carry one object at a time, and see what is in a place when you are there and it is open.
        """;

    /// <summary>How an episode begins.</summary>
    public static string Start(HouseholdEpisode episode) =>
        "You are in the middle of a room. Looking quickly around you, you see " +
        $"{string.Join(", ", episode.Map.Places.Select(WithArticle))}. Your task is to: {episode.Task.Text(episode.Map)}.";

    /// <summary>What comes of an action.</summary>
    public static string After(HouseholdMap map, HouseholdAction action, HouseholdState after)
    {
        string place = map.Places[action.Place], item = action.Item < 0 ? "" : map.Objects[action.Item];
        return action.Verb switch
        {
            HouseholdVerb.Go => $"You arrive at {place}. {View(map, action.Place, after)}",
            HouseholdVerb.Open => $"You open the {place}. {View(map, action.Place, after)}",
            HouseholdVerb.Close => $"You close the {place}.",
            HouseholdVerb.Take => $"You pick up the {item} from the {place}.",
            HouseholdVerb.Move => $"You move the {item} to the {place}.",
            HouseholdVerb.Heat => $"You heat the {item} using the {place}.",
            HouseholdVerb.Cool => $"You cool the {item} using the {place}.",
            HouseholdVerb.Clean => $"You clean the {item} using the {place}.",
            _ => after.IsLampOn ? "You turn on the lamp." : "You turn off the lamp.",
        };
    }

    private static string View(HouseholdMap map, int place, HouseholdState state)
    {
        string name = map.Places[place];
        if (map.Shuts(place) && !state.IsOpen(place)) return $"The {name} is closed.";
        List<string> seen = [.. map.Objects.Where((_, i) => state.PlaceOf(i) == place).Select(WithArticle)];
        if (place == map.DeskAt) seen.Add("a lamp");
        string list = seen.Count == 0 ? "nothing" : string.Join(", ", seen);
        return map.Shuts(place) ? $"The {name} is open. In it, you see {list}." : $"On the {name}, you see {list}.";
    }

    private static string WithArticle(string name) =>
        "aeiou".Contains(name[0], StringComparison.Ordinal) ? $"an {name}" : $"a {name}";
}
