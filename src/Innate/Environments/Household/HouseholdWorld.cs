namespace Innate.Environments.Household;

/// <summary>
/// A household in words, after ALFWorld, small enough for exact numbers: five places, three objects, a lamp, nine verbs. An
/// episode earns 1 when its task is done, and nothing else; it is over then, or after the last step.
/// </summary>
internal sealed class HouseholdWorld : IExactWorld
{
    private readonly HouseholdGenerator _generator;
    private readonly StepCount _steps;
    private HouseholdEpisode? _episode;
    private IReadOnlyList<string>? _plan;
    private HouseholdState _state;
    private ulong _seed;

    /// <summary>The miniature.</summary>
    /// <param name="options">The families of tasks, what is held out, the most steps (30).</param>
    /// <exception cref="InputException">An option cannot be used.</exception>
    public HouseholdWorld(WorldOptions options)
    {
        _generator = new HouseholdGenerator(HouseholdMap.Miniature, options);
        MaxSteps = WorldChoices.MaxSteps(options, 30);
        _steps = new StepCount(MaxSteps);
    }

    /// <inheritdoc/>
    public string Instructions => HouseholdText.Instructions;

    /// <inheritdoc/>
    public string Task => Episode.Task.Text(Episode.Map);

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <inheritdoc/>
    public int? OptimalSteps => Plan()?.Count is { } steps && steps <= MaxSteps ? steps : null;

    /// <summary>The present episode.</summary>
    public HouseholdEpisode Episode => _episode ?? throw new InvalidOperationException("No episode was begun.");

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        _seed = seed;
        return Begin(_generator.Draw(seed));
    }

    /// <summary>Begins a given episode.</summary>
    public EnvironmentStep Begin(HouseholdEpisode episode)
    {
        (_episode, _state, _plan) = (episode, episode.Start, null);
        _steps.Begin();
        return new EnvironmentStep(HouseholdText.Start(episode));
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        HouseholdMap map = Episode.Map;
        string written = WorldText.Normal(action);
        _steps.Take();
        foreach ((HouseholdAction valid, HouseholdState after) in HouseholdRules.Next(map, _state))
        {
            if (valid.Text(map) != written) continue;
            _state = after;
            return _steps.Done(HouseholdText.After(map, valid, after), Episode.Task.IsDone(after));
        }

        return _steps.Refused();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ValidActions() =>
        _steps.IsOver ? [] : [.. HouseholdRules.Next(Episode.Map, _state).Select(n => n.Action.Text(Episode.Map))];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Plan() => _plan ??= Episode.Plan()?.Select(a => a.Text(Episode.Map)).ToArray();

    /// <inheritdoc/>
    public IReadOnlyList<string>? ExpertPlan() =>
        Plan() is null ? null : [.. HouseholdExpert.Plan(Episode, _seed).Select(a => a.Text(Episode.Map))];

    /// <inheritdoc/>
    public double RandomSuccess() => Episode.RandomSuccess(MaxSteps);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
