using Innate.Compute;

namespace Innate.Tests.Compute;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_piece_is_done_once_however_often_the_team_is_called(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (int round = 0; round < 2000; round++)
        {
            int count = round % 13;
            var done = new int[count];
            team.For(count, (piece, worker) =>
            {
                Assert.InRange(worker, 0, threads - 1);
                Interlocked.Increment(ref done[piece]);
            });
            Assert.All(done, d => Assert.Equal(1, d));
        }
    }

    [Fact]
    public void A_failure_in_a_piece_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new ThreadTeam(3);
        for (int round = 0; round < 50; round++)
        {
            Assert.Throws<InvalidOperationException>(() => team.For(20, (piece, _) =>
            {
                if (piece == 11) throw new InvalidOperationException();
            }));
            int sum = 0;
            team.For(10, (piece, _) => Interlocked.Add(ref sum, piece));
            Assert.Equal(45, sum);
        }
    }
}
