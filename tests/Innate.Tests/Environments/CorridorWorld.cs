using System.Globalization;
using Innate.Environments;

namespace Innate.Tests.Environments;

/// <summary>
/// A corridor of seven places with a door at one end, left or right by the seed: "go left", "go right". A step towards the door
/// earns 0.1 where steps are paid, the door 1.
/// </summary>
internal sealed class CorridorWorld(bool paysSteps = false, int? breaksAt = null) : IEnvironment
{
    private int _at, _steps;
    private int _door;
    private bool _over = true;

    /// <summary>All that was asked of it.</summary>
    public List<string> Asked { get; } = [];

    public EnvironmentStep Reset(ulong seed)
    {
        (_at, _steps, _over, _door) = (0, 0, false, seed % 2 == 0 ? -3 : 3);
        return new EnvironmentStep($"The door is on the {(_door < 0 ? "left" : "right")}.");
    }

    public EnvironmentStep Act(string action)
    {
        if (_over) throw new InvalidOperationException("the episode is over.");
        Asked.Add(action);
        if (++_steps == breaksAt)
        {
            _over = true;
            return new EnvironmentStep("") { Failure = "the corridor fell in" };
        }

        int way = action switch { "go left" => -1, "go right" => 1, _ => 0 };
        if (way == 0 || Math.Abs(_at + way) > 3) return new EnvironmentStep("Nothing happens.") { IsValid = way != 0 };
        _at += way;
        _over = _at == _door;
        double paid = paysSteps && Math.Sign(way) == Math.Sign(_door) ? 0.1 : 0;
        return new EnvironmentStep(
            _over ? "You are out." : string.Create(CultureInfo.InvariantCulture, $"You are at {_at}."), _over ? 1 : paid, _over)
        {
            IsSolved = _over,
        };
    }

    public void Dispose()
    {
    }
}
