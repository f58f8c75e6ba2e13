namespace Innate.Scoring.Grading;

/// <summary>
/// Steps of work that one answer may cost. An answer that needs more is compared as it is written: no text can make the grader
/// slow.
/// </summary>
internal sealed class WorkBudget(int steps = WorkBudget.Default)
{
    public const int Default = 20_000;

    /// <summary>Steps not yet taken.</summary>
    public int Left { get; private set; } = steps;

    /// <summary>Takes steps.</summary>
    /// <returns>False: there are not so many left, and from now on there are none.</returns>
    public bool Spend(int count)
    {
        Left = count > Left ? 0 : Left - count;
        return Left > 0;
    }
}
