namespace Innate.Environments.Household;

/// <summary>
/// Does a task knowing only what it was told, as ALFWorld's handcoded expert does (Shridhar et al. 2021, arXiv 2010.03768): it
/// goes through the places in an order drawn by seed, opens what is shut, and remembers what it saw, until it finds what it
/// needs. A shortest plan knows where things are, so nothing can be learned of looking from it.
/// </summary>
internal sealed class HouseholdExpert
{
    private readonly HouseholdMap _map;
    private readonly HouseholdTask _task;
    private readonly int[] _order;
    private readonly HashSet<int> _seen = [];
    private readonly List<HouseholdAction> _actions = [];
    private HouseholdState _state;

    private HouseholdExpert(HouseholdEpisode episode, ulong seed)
    {
        (_map, _task, _state) = (episode.Map, episode.Task, episode.Start);
        WorldRandom random = new(seed, "household-expert");
        _order = [.. Enumerable.Range(0, _map.Places.Count)];
        for (int i = _order.Length - 1; i > 0; i--)
        {
            int j = random.Below(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }
    }

    /// <summary>Its actions, the last of which does the task.</summary>
    /// <param name="episode">It can be done.</param>
    /// <param name="seed">Decides where it looks first.</param>
    public static IReadOnlyList<HouseholdAction> Plan(HouseholdEpisode episode, ulong seed)
    {
        HouseholdExpert expert = new(episode, seed);
        if (expert._task.Family != HouseholdFamily.PutTwo) expert.Bring(expert._task.Item);
        else
        {
            foreach (int item in (int[])[expert._task.Item, expert._task.Second]) expert.Bring(item);
        }

        return expert._actions;
    }

    private void Bring(int item)
    {
        if (_task.IsDone(_state)) return;
        Find(item);
        if (_task.Family == HouseholdFamily.PutTwo && _state.At == _task.Place) return;
        Do(HouseholdVerb.Take, _state.At, item);
        if (Tool() is { } tool)
        {
            Go(tool.Place);
            Do(tool.Verb, tool.Place, item);
        }

        Go(_task.Place);
        if (_task.Family == HouseholdFamily.Look)
        {
            Do(HouseholdVerb.Use, _task.Place);
            return;
        }

        Open(_task.Place);
        Do(HouseholdVerb.Move, _task.Place, item);
    }

    private (HouseholdVerb Verb, int Place)? Tool() => _task.Family switch
    {
        HouseholdFamily.Clean => (HouseholdVerb.Clean, _map.SinkAt),
        HouseholdFamily.Heat => (HouseholdVerb.Heat, _map.MicrowaveAt),
        HouseholdFamily.Cool => (HouseholdVerb.Cool, _map.FridgeAt),
        _ => null,
    };

    // Where it was seen; else through the places that were not looked into.
    private void Find(int item)
    {
        int where = _state.PlaceOf(item);
        foreach (int place in _seen.Contains(where) ? [where] : _order.Where(p => !_seen.Contains(p)).ToArray())
        {
            Go(place);
            Open(place);
            _seen.Add(place);
            if (where == place) return;
        }

        throw new InvalidOperationException("An object is in no place.");
    }

    private void Go(int place)
    {
        if (_state.At != place) Do(HouseholdVerb.Go, place);
    }

    private void Open(int place)
    {
        if (_map.Shuts(place) && !_state.IsOpen(place)) Do(HouseholdVerb.Open, place);
    }

    private void Do(HouseholdVerb verb, int place, int item = -1)
    {
        HouseholdAction wanted = new(verb, place, item);
        _state = HouseholdRules.Next(_map, _state).First(n => n.Action == wanted).After;
        _actions.Add(wanted);
    }
}
