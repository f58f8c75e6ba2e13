using Innate.Environments.Countdown;
using Innate.Environments.HiddenHypotheses;
using Innate.Environments.Household;
using Innate.Environments.Peano;
using Innate.Environments.RiskyChoice;

namespace Innate.Environments;

/// <summary>The worlds that have a name.</summary>
public static class WorldList
{
    private static readonly (string Name, Func<WorldOptions, IEnvironment> Open)[] All =
    [
        ("household", o => new HouseholdWorld(o)),
        ("countdown", o => new CountdownWorld(o)),
        ("peano", o => new PeanoWorld(o)),
        ("risky-choice", o => new RiskyChoiceWorld(o)),
        ("hidden-sequence", o => new HiddenSequenceWorld(o)),
    ];

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(w => w.Name)];

    /// <summary>Opens a world; play begins with <see cref="IEnvironment.Reset"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What may be chosen; null: nothing is.</param>
    /// <exception cref="InputException">There is no world of that name, or it has no use for an option.</exception>
    public static IEnvironment Open(string name, WorldOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach ((string own, Func<WorldOptions, IEnvironment> open) in All)
        {
            if (own == name) return open(options ?? new WorldOptions());
        }

        throw Unknown(name);
    }

    /// <summary>What is told of a name that is none.</summary>
    internal static InputException Unknown(string name) => new(
        "World", $"one of {string.Join(", ", Names)}",
        $"'{name}'{NearestName.Hint(name, [.. Names, .. WorldChoice.OtherNames])}");
}
