using System.Text;
using Innate.Learning;
using Innate.Learning.Ranks;

namespace Innate.Tests.Learning.Ranks;

/// <summary>What ends one rank's work ends all, and is told once.</summary>
public class RankTalkTests
{
    [Fact]
    public void Answers_come_to_all_in_the_order_of_ranks()
    {
        foreach ((string? heard, Exception? fault) in ThreadGroup.Run(4, talk => string.Join(
            '|', talk.Gather(Encoding.UTF8.GetBytes(new string('x', talk.Rank)), default).Select(Encoding.UTF8.GetString))))
        {
            Assert.Null(fault);
            Assert.Equal("|x|xx|xxx", heard);
        }
    }

    [Fact]
    public void A_fault_of_one_rank_is_told_by_the_first_alone_which_names_the_rank()
    {
        (int, Exception? Fault)[] ends = ThreadGroup.Run(3, talk => talk.Rank == 2
            ? throw new InputException("rows.jsonl, line 3: expected an object, found 7.")
            : talk.Gather([1], default).Length);
        Assert.Equal(
            "rank 2: rows.jsonl, line 3: expected an object, found 7.", Assert.IsType<InputException>(ends[0].Fault).Message);
        Assert.All(ends[1..], e => Assert.True(Assert.IsType<RankEndedException>(e.Fault).IsBadInput));
    }

    [Fact]
    public void A_fault_of_all_ranks_is_the_first_ones_own()
    {
        (int, Exception? Fault)[] ends = ThreadGroup.Run<int>(
            3, _ => throw new InputException("LearningRate", "a number above 0", "-1"));
        Assert.Equal("LearningRate: expected a number above 0, found -1.", ends[0].Fault!.Message);
        Assert.All(ends[1..], e => Assert.IsType<RankEndedException>(e.Fault));
    }

    [Fact]
    public void A_fault_of_several_ranks_names_them_and_the_setting()
    {
        (int, Exception? Fault)[] ends = ThreadGroup.Run(4, talk => talk.Rank is 1 or 3
            ? throw new InputException("Data", "a file", "none")
            : talk.Gather([1], default).Length);
        InputException told = Assert.IsType<InputException>(ends[0].Fault);
        Assert.Equal("--data: expected a file (on ranks 1, 3), found none.", told.MessageFor(_ => "--data"));
    }

    [Fact]
    public void A_rank_that_fails_otherwise_interrupts_the_others_and_a_loss_that_is_no_number_is_called_one()
    {
        Exception? Of(Exception thrown) => ThreadGroup.Run(2, talk => talk.Rank == 1
            ? throw thrown : talk.Gather([1], default).Length)[0].Fault;
        Assert.Equal("rank 1: the disk is full", Assert.IsType<TrainingInterruptedException>(
            Of(new IOException("the disk is full."))).Message);
        Assert.Equal("rank 1: step 3: no number", Assert.IsType<TrainingDivergedException>(
            Of(new TrainingDivergedException("step 3: no number"))).Message);
        Assert.IsType<OperationCanceledException>(Of(new OperationCanceledException()));
    }

    [Fact]
    public void A_rank_that_is_over_too_early_is_a_fault()
    {
        (int, Exception? Fault)[] ends =
            ThreadGroup.Run(2, talk => talk.Rank == 1 ? 0 : talk.Gather([1], default).Length);
        Assert.Contains(
            "rank 0 says work where others say work, done", ends[0].Fault!.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Ranks_that_differ_are_refused_with_all_that_differs()
    {
        (int, Exception? Fault)[] ends = ThreadGroup.Run(3, talk =>
        {
            talk.Agree(
                new Dictionary<string, string>
                {
                    ["Seed"] = "0", ["Data"] = talk.Rank == 2 ? "b" : "a", ["Steps"] = talk.Rank > 0 ? "9" : "8",
                    ["VERSION"] = "1",
                },
                default);
            return 0;
        });
        Assert.Equal(
            "--Data: expected the same on all ranks, a as on rank 0, found b on rank 2; "
            + "--Steps: expected the same on all ranks, 8 as on rank 0, found 9 on ranks 1, 2.",
            Assert.IsType<InputException>(ends[0].Fault).MessageFor(n => $"--{n}"));
        Assert.All(ends[1..], e => Assert.True(Assert.IsType<RankEndedException>(e.Fault).IsBadInput));
    }

    [Fact]
    public void What_one_rank_alone_has_set_is_told_too()
    {
        Dictionary<string, string> first = new() { ["Seed"] = "0" }, second = new() { ["Seed"] = "0", ["Margin"] = "2" };
        InputProblem only = Assert.Single(RankAgreement.Problems([first, second]));
        Assert.Equal(
            ("Margin", "the same on all ranks, nothing as on rank 0", "2 on rank 1"), (only.Field, only.Expected, only.Found));
    }

    [Fact]
    public void A_rank_that_gives_up_within_an_exchange_leaves_no_other_waiting()
    {
        using CancellationTokenSource stop = new();
        (int, Exception? Fault)[] ends = ThreadGroup.Run(3, talk =>
        {
            if (talk.Rank != 2) return talk.Gather([1], talk.Rank == 0 ? stop.Token : default).Length;
            stop.CancelAfter(50);
            stop.Token.WaitHandle.WaitOne();
            Thread.Sleep(50);
            return talk.Gather([1], default).Length;
        });
        Assert.IsAssignableFrom<OperationCanceledException>(ends[0].Fault);
        Assert.All(ends[1..], e => Assert.IsType<IOException>(e.Fault));
    }
}
