using System.Runtime.CompilerServices;

namespace Innate.Foundation;

/// <summary>Checks of arguments that the runtime has no helper for.</summary>
internal static class Require
{
    /// <summary>Refuses what lies outside [0, 1], NaN included.</summary>
    public static void Unit(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value is >= 0 and <= 1) return;
        throw new ArgumentOutOfRangeException(name, value, $"{name}: expected 0 to 1, found {value}.");
    }

    /// <summary>Refuses spans that should go along with each other and do not.</summary>
    public static void Length(int expected, int found, string name)
    {
        if (expected != found) throw new ArgumentException($"{name}: expected {expected} numbers, found {found}.", name);
    }
}
