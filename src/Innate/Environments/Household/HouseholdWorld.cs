namespace Innate.Environments.Household;

/// <summary>
/// A household in words, after ALFWorld, small enough for exact numbers: five places, three objects, a lamp, nine verbs. An
/// episode earns 1 when its task is done, and nothing else; it is over then, or after the last step.
/// </summary>
internal sealed class HouseholdWorld : IExactWorld
{
    private readonly HouseholdGenerator _generator;
    private HouseholdEpisode? _episode;
    private IReadOnlyList<HouseholdAction>? _plan;
    private HouseholdState _state;
    private int _steps;
    private bool _isDone = true;

    /// <summary>The miniature.</summary>
    /// <param name="options">The families of tasks, what is held out, the most steps (30).</param>
    /// <exception cref="InputException">An option cannot be used.</exception>
    public HouseholdWorld(WorldOptions options)
    {
        _generator = new HouseholdGenerator(HouseholdMap.Miniature, options);
        MaxSteps = options.MaxSteps ?? 30;
        if (MaxSteps < 1) throw new InputException(nameof(options.MaxSteps), "1 or more", $"{MaxSteps}");
    }

    /// <inheritdoc/>
    public string Task => Episode.Task.Text(Episode.Map);

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <inheritdoc/>
    public int? OptimalSteps => _plan?.Count;

    /// <summary>The present episode.</summary>
    public HouseholdEpisode Episode => _episode ?? throw new InvalidOperationException("No episode was begun.");

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed) => Begin(_generator.Draw(seed));

    /// <summary>Begins a given episode.</summary>
    public EnvironmentStep Begin(HouseholdEpisode episode)
    {
        (_episode, _state, _steps, _isDone) = (episode, episode.Start, 0, false);
        _plan = episode.Plan();
        return new EnvironmentStep(HouseholdText.Start(episode));
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (_isDone) throw new InvalidOperationException("The episode is over, or was never begun.");
        HouseholdMap map = Episode.Map;
        _steps++;
        bool isLast = _isDone = _steps == MaxSteps;
        string written = Normal(action);
        foreach ((HouseholdAction valid, HouseholdState after) in HouseholdRules.Next(map, _state))
        {
            if (valid.Text(map) != written) continue;
            _state = after;
            bool isSolved = Episode.Task.IsDone(after);
            _isDone = isLast || isSolved;
            return new EnvironmentStep(HouseholdText.After(map, valid, after), isSolved ? 1 : 0, _isDone) { IsSolved = isSolved };
        }

        return new EnvironmentStep(HouseholdText.Nothing, IsDone: isLast) { IsValid = false };
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ValidActions() =>
        _isDone ? [] : [.. HouseholdRules.Next(Episode.Map, _state).Select(n => n.Action.Text(Episode.Map))];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Plan() => _plan is null ? null : [.. _plan.Select(a => a.Text(Episode.Map))];

    /// <inheritdoc/>
    public double RandomSuccess() => Episode.RandomSuccess(MaxSteps);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Case, spaces and a full stop at the end are a matter of writing; any other difference is another action.
    private static string Normal(string action) => string.Join(
        ' ', action.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
}
