using Innate.Theory.Checks;

namespace Innate.Theory;

/// <summary>All checks, in the order in which they build on each other.</summary>
public sealed record TheoryRun(TheoryOptions Options, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>The checks' names and what runs them.</summary>
    public static IReadOnlyList<(string Name, Func<TheoryOptions, CheckResult> Run)> All { get; } =
    [
        ("Inverse", InverseCheck.Run),
        ("Telescoping", TelescopingCheck.Run),
        ("Proposition 1", Proposition1Check.Run),
        ("Theorem 1", Theorem1Check.Run),
        ("Theorem 2", Theorem2Check.Run),
        ("Fixed point", FixedPointCheck.Run),
        ("Power law", PowerLawCheck.Run),
        ("Flawed expert", FlawedExpertCheck.Run),
        ("Label-free rewards", LabelFreeCheck.Run),
        ("Offsets", OffsetCheck.Run),
        ("Self-certainty", SelfCertaintyCheck.Run),
        ("KL gradients", KlGradientCheck.Run),
        ("Occupancy", OccupancyCheck.Run),
    ];

    /// <summary>Whether all that should hold holds.</summary>
    public bool Holds => Checks.All(c => c.Holds);

    /// <summary>Runs them one after another.</summary>
    /// <param name="options">Seed and size.</param>
    /// <param name="begin">Told of each check before it runs: how many are done, and its name.</param>
    /// <param name="cancellation">Stops between two checks.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TheoryRun Run(
        TheoryOptions options, Action<int, string>? begin = null, CancellationToken cancellation = default)
    {
        List<CheckResult> checks = [];
        foreach ((string name, Func<TheoryOptions, CheckResult> run) in All)
        {
            cancellation.ThrowIfCancellationRequested();
            begin?.Invoke(checks.Count, name);
            checks.Add(run(options));
        }

        return new TheoryRun(options, checks);
    }
}
