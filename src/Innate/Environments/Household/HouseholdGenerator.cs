namespace Innate.Environments.Household;

/// <summary>
/// Episodes by seed: objects anywhere, fridge and microwave open or shut, a task of one of the families that is not done already
/// and can be done. A task whose object and place are held out is drawn for the test alone.
/// </summary>
internal sealed class HouseholdGenerator
{
    private readonly HouseholdMap _map;
    private readonly HouseholdFamily[] _families;
    private readonly HashSet<(int Item, int Place)> _heldOut;
    private readonly bool _onlyHeldOut;

    /// <summary>Reads what may be chosen.</summary>
    /// <exception cref="InputException">A family or a pair is unknown, or nothing is left to draw.</exception>
    public HouseholdGenerator(HouseholdMap map, WorldOptions options)
    {
        _map = map;
        _families = [.. WorldChoices.Families(options, HouseholdTask.FamilyNames).Select(f => (HouseholdFamily)f)];
        _heldOut = [.. options.HeldOut.Select(Pair)];
        _onlyHeldOut = options.OnlyHeldOut;
        if (_onlyHeldOut && _heldOut.Count == 0)
        {
            throw new InputException(nameof(WorldOptions.OnlyHeldOut), "{HeldOut} beside it", "none");
        }

        if (!AllTasks().Any(IsWanted))
        {
            throw new InputException(
                nameof(WorldOptions.HeldOut), "a task that is left", string.Join(", ", options.HeldOut));
        }
    }

    /// <summary>The episode of a seed; it can be done.</summary>
    public HouseholdEpisode Draw(ulong seed)
    {
        WorldRandom random = new(seed, "household");
        while (true)
        {
            int[] places = [.. _map.Objects.Select(_ => random.Below(_map.Places.Count))];
            int[] open = [.. Enumerable.Range(0, _map.Places.Count).Where(_map.Shuts).Where(_ => random.Below(2) == 1)];
            HouseholdState start = HouseholdState.Start(places, open);
            HouseholdFamily family = random.Of(_families);
            HouseholdTask[] tasks = [.. Tasks(family).Where(t => IsWanted(t) && !t.IsDone(start))];
            if (tasks.Length == 0) continue;
            HouseholdEpisode episode = new(_map, start, random.Of(tasks));
            if (episode.Plan() is not null) return episode;
        }
    }

    private bool IsWanted(HouseholdTask task) => _onlyHeldOut == (
        _heldOut.Contains((task.Item, task.Place)) || _heldOut.Contains((task.Second, task.Place)));

    private IEnumerable<HouseholdTask> AllTasks() => _families.SelectMany(Tasks);

    private IEnumerable<HouseholdTask> Tasks(HouseholdFamily family)
    {
        IEnumerable<int> items = Enumerable.Range(0, _map.Objects.Count), places = Enumerable.Range(0, _map.Places.Count);
        return family switch
        {
            HouseholdFamily.Look => items.Where(_ => _map.DeskAt >= 0).Select(i => new HouseholdTask(family, i, _map.DeskAt)),
            HouseholdFamily.PutTwo => items.SelectMany(i => items.Where(j => j > i)
                .SelectMany(j => places.Select(p => new HouseholdTask(family, i, p, j)))),
            _ => items.SelectMany(i => places.Select(p => new HouseholdTask(family, i, p))),
        };
    }

    private (int Item, int Place) Pair(string text)
    {
        string[] parts = text.Split(':');
        (int item, int place) = parts.Length == 2 ? (Index(_map.Objects, parts[0]), Index(_map.Places, parts[1])) : (-1, -1);
        if (item >= 0 && place >= 0) return (item, place);
        throw new InputException(
            nameof(WorldOptions.HeldOut),
            $"OBJECT:PLACE of {string.Join(", ", _map.Objects)} and {string.Join(", ", _map.Places)}", $"'{text}'");
    }

    private static int Index(IReadOnlyList<string> names, string name) => names.ToList().IndexOf(name.Trim());
}
