using System.Diagnostics;
using Innate.Checkpoints;
using Innate.Tests.Support;

namespace Innate.Tests.Cli.Training;

/// <summary>The real command under mpirun: several processes train one model.</summary>
public class TrainRanksTests
{
    // More ranks than cores, as root in a container; of mpirun's own words only those that cannot be helped.
    private const string Mpi =
        "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; exec timeout 60 mpirun -q --oversubscribe";

    private static readonly string Sft =
        $"$I train sft --model '{EmbeddedModel.Folder}' --threads 1 --steps 20 --batch-size 4 --shares 4 --learning-rate 1e-3 "
        + "--sample-every 20 --quiet";

    // What one process makes of the rows, which are the same in every folder.
    private static readonly Lazy<(byte[] Weights, double[] Losses)> Alone = new(() =>
    {
        using TrainFolder folder = new();
        CliResult alone = folder.Shell($"exec {Sft} --data rows.jsonl --out run");
        Assert.Equal((0, "run/final\n", ""), (alone.Code, alone.Output, alone.Error));
        return (folder.Weights("run"), folder.Losses("run"));
    });

    [MpiFact]
    public void One_two_and_four_ranks_end_with_the_same_bytes()
    {
        using TrainFolder folder = new();
        foreach (int ranks in (int[])[2, 4])
        {
            CliResult job = folder.Shell($"{Mpi} -n {ranks} {Sft} --data rows.jsonl --out of{ranks}");
            Assert.Equal((0, $"of{ranks}/final\n", ""), (job.Code, job.Output, job.Error));
            Assert.Equal(Alone.Value.Weights, folder.Weights($"of{ranks}"));
            Assert.Equal(Alone.Value.Losses, folder.Losses($"of{ranks}"));
        }
    }

    [MpiFact]
    public void A_job_of_which_a_rank_is_killed_ends_and_two_ranks_go_on_to_the_same_bytes()
    {
        using TrainFolder folder = new();
        string train = $"{Sft} --data rows.jsonl --save-every 3 --out";
        // Rank 1 says who it is; a longer run would only be killed later.
        using Process job = folder.Start(
            $"{Mpi} -n 3 bash -c '[ $OMPI_COMM_WORLD_RANK = 1 ] && echo $$ > pid; exec \"$@\"' - {train} run");
        string metrics = folder["run/metrics.jsonl"];
        while (!File.Exists(metrics) || File.ReadLines(metrics).Count() < 7)
        {
            Assert.False(job.HasExited, "the job ended before a rank was killed");
            Thread.Sleep(5);
        }

        using (Process rank = Process.GetProcessById(int.Parse(File.ReadAllText(folder["pid"]), null))) rank.Kill();
        job.WaitForExit();
        Assert.NotEqual(0, job.ExitCode);
        Assert.False(Directory.Exists(folder["run/final"]));
        Assert.NotEmpty(Directory.GetDirectories(folder["run/checkpoints"], "step-????????"));

        CliResult resumed = folder.Shell($"{Mpi} -n 2 {train} run --resume");
        Assert.Equal((0, "run/final\n", ""), (resumed.Code, resumed.Output, resumed.Error));
        Assert.Equal(Alone.Value.Weights, folder.Weights("run"));
        Assert.Equal(Alone.Value.Losses, folder.Losses("run"));
    }

    [MpiFact]
    public void A_rank_with_other_rows_ends_the_job_with_one_sentence()
    {
        using TrainFolder folder = new();
        File.WriteAllLines(folder["other.jsonl"], File.ReadLines(folder["rows.jsonl"]).Skip(1));
        CliResult job = folder.Shell(
            $"{Mpi} -n 2 {Sft} --data rows.jsonl --out run : -n 1 {Sft} --data other.jsonl --out run");
        Assert.Equal(2, job.Code);
        Assert.Matches(
            "^innate: --data: expected the same on all ranks, rows of digest [0-9a-f]+ as on rank 0, "
            + "found rows of digest [0-9a-f]+ on rank 2.\n$", job.Error);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [MpiFact]
    public void An_environment_that_names_another_rank_than_there_is_is_refused()
    {
        using TrainFolder folder = new();
        CliResult job = folder.Shell(
            $"{Mpi} -n 2 bash -c '[ $OMPI_COMM_WORLD_RANK = 1 ] && export OMPI_COMM_WORLD_RANK=5; exec \"$@\"' - "
            + $"{Sft} --data rows.jsonl --out run");
        Assert.Equal((2, Refusal(2)), (job.Code, job.Error));
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void Without_a_launcher_a_rank_that_cannot_be_is_refused_too()
    {
        if (OperatingSystem.IsWindows()) return;
        using TrainFolder folder = new();
        CliResult result = folder.Shell(
            $"export OMPI_COMM_WORLD_RANK=5 OMPI_COMM_WORLD_SIZE=4; exec {Sft} --data rows.jsonl --out run");
        Assert.Equal((2, Refusal(4)), (result.Code, result.Error));
    }

    private static string Refusal(int ranks) =>
        $"innate: OMPI_COMM_WORLD_RANK: expected a rank from 0 to {ranks - 1}, for the job has {ranks} (OMPI_COMM_WORLD_SIZE), "
        + "found 5.\n";
}
