namespace Innate.Learning.Ranks;

/// <summary>The work of all ranks is over for a reason that the first rank tells: nothing is left to say here.</summary>
public sealed class RankEndedException : Exception
{
    /// <summary>No message.</summary>
    public RankEndedException()
    {
    }

    /// <summary>The reason.</summary>
    public RankEndedException(string message)
        : base(message)
    {
    }

    /// <summary>The reason, and what was thrown here.</summary>
    public RankEndedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether the reason is what the user handed in.</summary>
    public bool IsBadInput => InnerException is InputException;
}
