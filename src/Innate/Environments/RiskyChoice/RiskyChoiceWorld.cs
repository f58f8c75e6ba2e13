using System.Globalization;

namespace Innate.Environments.RiskyChoice;

/// <summary>
/// How many of 100 people choose lottery B? One answer, in percent, is paid 1 - (stated - share)^2, a proper rule; within 5
/// percent points it is right. The people are simulated, so that their share and their bias are known.
/// </summary>
internal sealed class RiskyChoiceWorld : IExactWorld
{
    /// <summary>How far off a right answer may be.</summary>
    public const double Tolerance = 0.05;

    private static readonly ProspectAgent[] Agents =
    [
        new(), new(Alpha: 1, Lambda: 1, Gamma: 1), new(Alpha: 1, Gamma: 1), new(Alpha: 1, Lambda: 1), new(Lambda: 1, Gamma: 1),
    ];

    private readonly IReadOnlyList<int> _families;
    private readonly StepCount _steps;
    private RiskyProblem _problem = RiskyProblem.Certainty;

    /// <summary>The world.</summary>
    /// <param name="options">The families of people and the most steps (3).</param>
    /// <exception cref="InputException">An option cannot be used.</exception>
    public RiskyChoiceWorld(WorldOptions options)
    {
        WorldChoices.NothingHeldOut(options, "risky-choice");
        MaxSteps = WorldChoices.MaxSteps(options, 3);
        _families = WorldChoices.Families(options, ["prospect", "mean", "loss-averse", "weighting", "diminishing"]);
        _steps = new StepCount(MaxSteps);
    }

    /// <inheritdoc/>
    public string Instructions => "Answer with one whole number from 0 to 100 and nothing else.";

    /// <inheritdoc/>
    public string Task => $"say how many of 100 people choose B. {Told(_problem)}";

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <inheritdoc/>
    public int? OptimalSteps => 1;

    /// <summary>The share of the present episode.</summary>
    public double Share { get; private set; }

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        WorldRandom random = new(seed, "risky-choice");
        ProspectAgent people = Agents[random.Of(_families)];
        return Begin(new RiskyProblem(Draw(random), Draw(random)), people);
    }

    /// <summary>Begins a given episode.</summary>
    public EnvironmentStep Begin(RiskyProblem problem, ProspectAgent people)
    {
        (_problem, Share) = (problem, people.ShareOfB(problem));
        _steps.Begin();
        return new EnvironmentStep($"{Told(problem)} How many of 100 people choose B?");
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        string written = WorldText.Normal(action).TrimEnd('%', ' ');
        _steps.Take();
        if (!double.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
            || percent is not (>= 0 and <= 100))
        {
            return _steps.Refused();
        }

        string told = string.Create(CultureInfo.InvariantCulture, $"{100 * Share:F0} of 100 people choose B.");
        return _steps.Done(told, IsRight(percent), isEnd: true) with { Reward = 1 + ShareReward.Squared(percent / 100, Share) };
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ValidActions() => _steps.IsOver ? [] : [.. Answers()];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Plan() => [string.Create(CultureInfo.InvariantCulture, $"{100 * Share:F0}")];

    /// <summary>The share of the whole numbers from 0 to 100 that are right.</summary>
    public double RandomSuccess() => Enumerable.Range(0, 101).Count(p => IsRight(p)) / 101.0;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool IsRight(double percent) => Math.Abs((percent / 100) - Share) <= Tolerance;

    private static IEnumerable<string> Answers() =>
        Enumerable.Range(0, 101).Select(p => p.ToString(CultureInfo.InvariantCulture));

    // Half of the lotteries are sure; the others pay one of two amounts.
    private static Lottery Draw(WorldRandom random)
    {
        int first = random.Below(19) - 9, second = random.Below(19) - 9;
        double chance = (1 + random.Below(9)) / 10.0;
        return random.Below(2) == 0 ? new Lottery([(first, 1)]) : new Lottery([(first, chance), (second, 1 - chance)]);
    }

    private static string Told(RiskyProblem problem) => $"A: {Told(problem.A)}. B: {Told(problem.B)}.";

    private static string Told(Lottery lottery) => string.Join(
        ", ",
        lottery.Outcomes.Select(o => o.Chance == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{o.Amount} for sure")
            : string.Create(CultureInfo.InvariantCulture, $"{o.Amount} with chance {o.Chance:0.##}")));
}
