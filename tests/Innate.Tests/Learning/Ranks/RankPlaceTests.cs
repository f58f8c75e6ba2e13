using Innate.Learning.Ranks;

namespace Innate.Tests.Learning.Ranks;

/// <summary>What a launcher says in the environment.</summary>
public class RankPlaceTests
{
    [Theory]
    [InlineData(null, null, 0, 1)]
    [InlineData("0", "1", 0, 1)]
    [InlineData("3", "4", 3, 4)]
    public void A_process_knows_its_place(string? rank, string? size, int expectedRank, int expectedSize) =>
        Assert.Equal(new RankPlace(expectedRank, expectedSize), Of(rank, size));

    [Theory]
    [InlineData("5", "4", "RANK: expected a rank from 0 to 3, for the job has 4 (OMPI_COMM_WORLD_SIZE), found 5.")]
    [InlineData("-1", "4", "RANK: expected a rank from 0 to 3, for the job has 4 (OMPI_COMM_WORLD_SIZE), found -1.")]
    [InlineData("x", "4", "RANK: expected a rank from 0 to 3, for the job has 4 (OMPI_COMM_WORLD_SIZE), found x.")]
    [InlineData(null, "2", "RANK: expected a rank from 0 to 1, for the job has 2 (OMPI_COMM_WORLD_SIZE), found none.")]
    [InlineData("0", null, "SIZE: expected a whole number of at least 1, found none.")]
    [InlineData("0", "0", "SIZE: expected a whole number of at least 1, found 0.")]
    public void A_place_that_cannot_be_is_refused_by_name(string? rank, string? size, string expected) =>
        Assert.Equal($"OMPI_COMM_WORLD_{expected}", Assert.Throws<InputException>(() => Of(rank, size)).Message);

    private static RankPlace Of(string? rank, string? size) => RankPlace.Of(name => name switch
    {
        "OMPI_COMM_WORLD_RANK" => rank,
        "OMPI_COMM_WORLD_SIZE" => size,
        _ => null,
    });
}
