namespace Innate.Learning;

/// <summary>A loss or gradient that is not finite: the run stops with the step and the rows.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>No message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>A sentence for the user.</summary>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>A sentence for the user, and the cause.</summary>
    public TrainingDivergedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
