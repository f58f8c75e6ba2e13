namespace Innate.Learning;

/// <summary>
/// A step cannot be taken for want of something outside: nothing is wrong with the weights, and the run can go on from them
/// later.
/// </summary>
public sealed class TrainingInterruptedException : Exception
{
    /// <summary>No message.</summary>
    public TrainingInterruptedException()
    {
    }

    /// <summary>A sentence for the user.</summary>
    public TrainingInterruptedException(string message)
        : base(message)
    {
    }

    /// <summary>A sentence for the user, and the cause.</summary>
    public TrainingInterruptedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
