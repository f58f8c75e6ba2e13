using System.Globalization;

namespace Innate.Environments.HiddenHypotheses;

/// <summary>
/// A hidden sequence of three symbols from 0 to 3, to be guessed ("0 1 2"). What one is told after a wrong guess is the family;
/// the fewer rounds it takes, the more the feedback says. An episode earns 1 for the sequence, and nothing else.
/// </summary>
internal sealed class HiddenSequenceWorld : IExactWorld
{
    /// <summary>L and S.</summary>
    public const int Length = 3, Symbols = 4;

    private readonly IReadOnlyList<int> _families;
    private readonly StepCount _steps;
    private FeedbackKind _kind;
    private int[] _secret = [];

    /// <summary>The world.</summary>
    /// <param name="options">The families (reward, first-error, correction, demonstration) and the most steps (64).</param>
    /// <exception cref="InputException">An option cannot be used.</exception>
    public HiddenSequenceWorld(WorldOptions options)
    {
        WorldChoices.NothingHeldOut(options, "hidden-sequence");
        MaxSteps = WorldChoices.MaxSteps(options, (int)Math.Pow(Symbols, Length));
        _families = WorldChoices.Families(options, ["reward", "first-error", "correction", "demonstration"]);
        _steps = new StepCount(MaxSteps);
    }

    /// <inheritdoc/>
    public string Instructions =>
        $"Answer with {Length} symbols from 0 to {Symbols - 1} with spaces between them and nothing else, such as: 0 1 2";

    /// <inheritdoc/>
    public string Task => $"guess the hidden sequence of {Length} symbols from 0 to {Symbols - 1}";

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <summary>1: a guess may be lucky.</summary>
    public int? OptimalSteps => 1;

    /// <inheritdoc/>
    public EnvironmentStep Reset(ulong seed)
    {
        WorldRandom random = new(seed, "hidden-sequence");
        FeedbackKind kind = (FeedbackKind)random.Of(_families);
        return Begin(kind, [.. Enumerable.Range(0, Length).Select(_ => random.Below(Symbols))]);
    }

    /// <summary>Begins a given episode.</summary>
    public EnvironmentStep Begin(FeedbackKind kind, int[] secret)
    {
        (_kind, _secret) = (kind, secret);
        _steps.Begin();
        return new EnvironmentStep($"A sequence of {Length} symbols from 0 to {Symbols - 1} is hidden. Guess it, such as 0 1 2.");
    }

    /// <inheritdoc/>
    public EnvironmentStep Act(string action)
    {
        string written = WorldText.Normal(action);
        _steps.Take();
        if (Read(written) is not { } guess) return _steps.Refused();
        FeedbackSeen seen = Feedback.Of(_kind, _secret, guess);
        return _steps.Done(Told(_kind, seen), seen.IsRight);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ValidActions() =>
        _steps.IsOver ? [] : [.. HelixPlayer.Sequences(Length, Symbols).Select(s => string.Join(' ', s))];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Plan() => [string.Join(' ', _secret)];

    /// <summary>The chance that one of the guesses is right, each drawn alike and anew.</summary>
    public double RandomSuccess() => 1 - Math.Pow(1 - Math.Pow(Symbols, -Length), MaxSteps);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static int[]? Read(string written)
    {
        string[] parts = written.Split(' ');
        return parts.Length == Length && parts.All(p => p.Length == 1 && p[0] >= '0' && p[0] < '0' + Symbols)
            ? [.. parts.Select(p => p[0] - '0')] : null;
    }

    private static string Told(FeedbackKind kind, FeedbackSeen seen)
    {
        if (seen.IsRight) return "Right.";
        string place = (seen.FirstError + 1).ToString(CultureInfo.InvariantCulture);
        return kind switch
        {
            FeedbackKind.Reward => "Wrong.",
            FeedbackKind.FirstError => $"Wrong at place {place}.",
            FeedbackKind.Correction => $"Wrong at place {place}, where {seen.Told} belongs.",
            _ => $"Wrong. The sequence is {seen.Told}.",
        };
    }
}
