using Innate.Rows.Shards;

namespace Innate.Tests.Rows.Shards;

/// <summary>What a scheduler says of a process becomes a part of the job, or a sentence.</summary>
public sealed class JobEnvironmentTests
{
    [Theory]
    [InlineData("3/7", "SLURM_ARRAY_TASK_ID=2;SLURM_ARRAY_TASK_COUNT=7;SLURM_ARRAY_TASK_MIN=0;SLURM_ARRAY_TASK_MAX=6")]
    [InlineData("2/7", "SLURM_ARRAY_TASK_ID=2;SLURM_ARRAY_TASK_COUNT=7;SLURM_ARRAY_TASK_MIN=1;SLURM_ARRAY_TASK_MAX=7;"
        + "SLURM_PROCID=0;SLURM_NTASKS=1")]
    [InlineData("3/7", "SLURM_ARRAY_TASK_ID=3;SLURM_ARRAY_TASK_COUNT=1;SLURM_ARRAY_TASK_MIN=3;SLURM_ARRAY_TASK_MAX=3", 7)]
    [InlineData("4/8", "RANK=3;WORLD_SIZE=8;JOB_COMPLETION_INDEX=3")]
    [InlineData("4/8", "RANK=3;WORLD_SIZE=8;JOB_COMPLETION_INDEX=3", 8)]
    [InlineData("4/8", "OMPI_COMM_WORLD_RANK=3;OMPI_COMM_WORLD_SIZE=8;SLURM_PROCID=0;SLURM_NTASKS=8")]
    [InlineData("2/4", "SLURM_PROCID=1;SLURM_NTASKS=4")]
    [InlineData("2/4", "SLURM_PROCID=1;SLURM_NTASKS=4;OMPI_COMM_WORLD_RANK=1;OMPI_COMM_WORLD_SIZE=4")]
    [InlineData("4/4", "OMPI_COMM_WORLD_RANK=3;OMPI_COMM_WORLD_SIZE=4")]
    [InlineData("1/2", "RANK=0;WORLD_SIZE=2")]
    [InlineData("5/9", "JOB_COMPLETION_INDEX=4", 9)]
    [InlineData("5/9", "JOB_COMPLETION_INDEX=4;JOB_COMPLETIONS=9")]
    [InlineData("1/1", "OMPI_COMM_WORLD_RANK=0;OMPI_COMM_WORLD_SIZE=1")]
    public void A_part_is_read(string part, string environment, int? count = null) =>
        Assert.Equal(part, Read(environment, count).ToString());

    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=5;OMPI_COMM_WORLD_SIZE=4",
        "expected a job environment that names a part from 0 to 3, found OMPI_COMM_WORLD_RANK = 5 of 4.")]
    [InlineData("RANK=-1;WORLD_SIZE=4", "names a part from 0 to 3")]
    [InlineData("RANK=one;WORLD_SIZE=4", "expected a whole number in RANK, found 'one'")]
    [InlineData("SLURM_ARRAY_TASK_ID=3;SLURM_ARRAY_TASK_COUNT=1;SLURM_ARRAY_TASK_MIN=3;SLURM_ARRAY_TASK_MAX=3",
        "expected auto/N")]
    [InlineData("SLURM_ARRAY_TASK_ID=2;SLURM_ARRAY_TASK_COUNT=2;SLURM_ARRAY_TASK_MIN=2;SLURM_ARRAY_TASK_MAX=5",
        "expected auto/N")]
    [InlineData("SLURM_ARRAY_TASK_ID=9;SLURM_ARRAY_TASK_COUNT=2;SLURM_ARRAY_TASK_MIN=9", "a part from 1 to 7", 7)]
    [InlineData("JOB_COMPLETION_INDEX=4", "expected auto/N, for JOB_COMPLETION_INDEX does not tell how many parts there are")]
    [InlineData("JOB_COMPLETION_INDEX=9", "names a part from 0 to 8, found JOB_COMPLETION_INDEX = 9", 9)]
    [InlineData("RANK=1;WORLD_SIZE=4", "expected auto/4, as the job environment has it, found auto/9", 9)]
    [InlineData("RANK=1;WORLD_SIZE=4;OMPI_COMM_WORLD_RANK=2;OMPI_COMM_WORLD_SIZE=4", "that names one part, found")]
    [InlineData("", "found none of SLURM_ARRAY_TASK_ID")]
    public void What_is_none_is_said(string environment, string said, int? count = null) => Assert.Contains(
        said, Assert.Throws<InputException>(() => Read(environment, count)).MessageFor(n => n), StringComparison.Ordinal);

    [Fact]
    public void Names_lie_beside_the_whole_and_blocks_stay_together()
    {
        RowShard shard = RowShard.Parse("3/7");
        Assert.Equal(("a/rewards.3-of-7.jsonl", "a/run.3-of-7"), (shard.NameOf("a/rewards.jsonl"), shard.NameOf("a/run/")));
        RowShard blocks = shard with { Block = 16 };
        Assert.Equal(Enumerable.Range(32, 16), Enumerable.Range(0, 112).Where(i => blocks.Has(i)));
        Assert.All(Enumerable.Range(0, 200), i => Assert.Single(
            Enumerable.Range(1, 7), part => new RowShard(part, 7) { Block = 3 }.Has(i)));
    }

    private static RowShard Read(string environment, int? count)
    {
        Dictionary<string, string> variables = environment.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return JobEnvironment.Read(name => variables.GetValueOrDefault(name), count);
    }
}
