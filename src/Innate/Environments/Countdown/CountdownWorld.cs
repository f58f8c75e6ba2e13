namespace Innate.Environments.Countdown;

/// <summary>
/// Countdown with four numbers: two are put together at a time ("3 * 4") until one is left, which is to be the target. Some
/// targets cannot be made; there the right action is "no solution", which an exhaustive count decides. An episode earns 1 for
/// either, and nothing else.
/// </summary>
internal sealed class CountdownWorld : IExactWorld
{
    /// <summary>The action that says that there is none.</summary>
    public const string NoSolution = "no solution";

    private const int HowMany = 4, Largest = 9, LowestTarget = 10, HighestTarget = 99;

    private readonly IReadOnlyList<int> _families;
    private readonly StepCount _steps;
    private long[] _start = [], _left = [];
    private long _target;
    private CountdownCount _count;

    /// <summary>The world.</summary>
    /// <param name="options">The families (possible, impossible) and the most steps (8).</param>
    /// <exception cref="InputException">An option cannot be used.</exception>
    public CountdownWorld(WorldOptions options)
    {
        WorldChoices.NothingHeldOut(options, "countdown");
        MaxSteps = WorldChoices.MaxSteps(options, 8);
        _families = WorldChoices.Families(options, ["possible", "impossible"]);
        _steps = new StepCount(MaxSteps);
    }

    /// <inheritdoc/>
    public string Instructions => """
        Put two of the numbers together at a time, until the one that is left is the target. Answer with one step and nothing
        else, such as 3 * 4, with + - * or /. The larger less the smaller; a quotient only where it is whole. Where the target
        cannot be made, answer: no solution
        """;

    /// <inheritdoc/>
    public string Task => $"make {_target} of {string.Join(", ", _start)}";

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <summary>The present episode's numbers, and what is to be made of them.</summary>
    public (long[] From, long Target) Numbers => (_start, _target);

    /// <inheritdoc/>
    public int? OptimalSteps => Plan()!.Count is var steps && steps <= MaxSteps ? steps : null;

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        WorldRandom random = new(seed, "countdown");
        bool isPossible = random.Of(_families) == 0;
        while (true)
        {
            long[] numbers = [.. Enumerable.Range(0, HowMany).Select(_ => 1L + random.Below(Largest))];
            long target = isPossible
                ? RandomResult(numbers, random) : LowestTarget + random.Below(HighestTarget - LowestTarget + 1);
            if (target is < LowestTarget or > HighestTarget) continue;
            if (isPossible == CountdownRules.Count(numbers, target).Winning > 0) return Begin(numbers, target);
        }
    }

    /// <summary>Begins a given episode.</summary>
    /// <param name="numbers">2 to <see cref="CountdownRules.MostNumbers"/>.</param>
    /// <param name="target">What is to be made.</param>
    public EnvironmentStep Begin(long[] numbers, long target)
    {
        (_start, _left, _target) = (numbers, numbers, target);
        _count = CountdownRules.Count(numbers, target);
        _steps.Begin();
        return new EnvironmentStep($"Numbers: {string.Join(", ", numbers)}. Target: {target}.");
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        string written = WorldText.Normal(action);
        _steps.Take();
        if (written == NoSolution)
        {
            bool isRight = _count.Winning == 0;
            return _steps.Done(isRight ? "There is no solution." : "There is a solution.", isRight, isEnd: true);
        }

        written = written.Replace(" ", "", StringComparison.Ordinal);
        foreach ((CountdownMove move, long[] left) in CountdownRules.Next(_left))
        {
            if (!Is(move, written)) continue;
            _left = left;
            string told = $"{move.Text} = {move.Result}. Numbers: {string.Join(", ", left)}.";
            return _steps.Done(told, left.Length == 1 && left[0] == _target, isEnd: left.Length == 1);
        }

        return _steps.Refused();
    }

    /// <summary>The moves; equal ones of different numbers stand as often. What says "no solution" is none of them.</summary>
    public IReadOnlyList<string> ValidActions() => _steps.IsOver ? [] : [.. CountdownRules.Next(_left).Select(n => n.Move.Text)];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Plan() => CountdownRules.Solve(_start, _target) is { } moves
        ? [.. moves.Select(m => m.Text)] : [NoSolution];

    /// <summary>The chance of random moves; that of an impossible target is 0, as a move never says so.</summary>
    public double RandomSuccess() => MaxSteps < _start.Length - 1 ? 0 : _count.RandomSuccess;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static bool Is(CountdownMove move, string written) =>
        written == $"{move.Left}{move.Operation}{move.Right}"
        || (move.Operation is '+' or '*' && written == $"{move.Right}{move.Operation}{move.Left}");

    private static long RandomResult(long[] numbers, WorldRandom random)
    {
        while (numbers.Length > 1) numbers = random.Of([.. CountdownRules.Next(numbers)]).Left;
        return numbers[0];
    }
}
