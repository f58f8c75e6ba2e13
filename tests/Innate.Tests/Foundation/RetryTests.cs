namespace Innate.Tests.Foundation;

/// <summary>Pauses double up to the longest, and attempts end.</summary>
public class RetryTests
{
    private static readonly Retry Patience = new(Attempts: 4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

    [Fact]
    public void Pauses_double_up_to_the_longest() =>
        Assert.Equal([1, 2, 3, 3, 3], Enumerable.Range(1, 5).Select(n => Patience.PauseAfter(n).TotalSeconds));

    [Fact]
    public void The_last_attempt_is_the_last() =>
        Assert.Equal([false, false, false, true, true], Enumerable.Range(1, 5).Select(Patience.IsOver));

    [Fact]
    public void Many_failures_overflow_nothing() => Assert.Equal(3, Patience.PauseAfter(5000).TotalSeconds);
}
