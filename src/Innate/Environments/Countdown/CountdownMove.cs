namespace Innate.Environments.Countdown;

/// <summary>Two numbers are put together.</summary>
/// <param name="Left">The left number; of a difference and a quotient the larger.</param>
/// <param name="Operation">One of + - * /.</param>
/// <param name="Right">The right number.</param>
/// <param name="Result">What it makes.</param>
internal readonly record struct CountdownMove(long Left, char Operation, long Right, long Result)
{
    /// <summary>As a player writes it, such as "3 * 4".</summary>
    public string Text => $"{Left} {Operation} {Right}";
}
