using Innate.Learning.Watching;
using Innate.Reports;
using Innate.Runs.Training;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Watching;

public sealed class RunRecorderTests
{
    [Fact]
    public void A_killed_and_resumed_run_leaves_the_records_of_one_run()
    {
        using TemporaryFolder folder = new();
        string run = folder["run"];
        using (RunRecorder recorder = RunRecorder.Open(run, null)) Train(recorder, 1, 7);
        using (RunRecorder recorder = RunRecorder.Open(run, 4))
        {
            Train(recorder, 5, 10);
            Assert.Equal(Path.Combine(run, "run.html"), recorder.WriteReport("A run", [new Fact("model", "tiny")]));
        }

        Assert.Equal(Enumerable.Range(1, 10), MetricsLog.Read(Path.Combine(run, "metrics.jsonl")).Select(m => m.Step));
        Assert.Equal([2, 4, 6, 8, 10], SampleLog.Read(Path.Combine(run, "samples.jsonl")).Select(s => s.Step));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(run, "tensorboard")).Length);
        Assert.Contains("10 steps", File.ReadAllText(Path.Combine(run, "run.html")), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(run, "*.partial"));

        static void Train(RunRecorder recorder, int first, int last)
        {
            for (int step = first; step <= last; step++)
            {
                recorder.Record(new StepMetrics(step, ("loss", 1.0 / step)));
                if (step % 2 == 0) recorder.Record(new TrainingSample(step, "p", "r"));
            }
        }
    }

    [Fact]
    public void A_spoilt_record_stops_the_resumption_and_lets_go_of_the_files()
    {
        using TemporaryFolder folder = new();
        RunRecorder.Open(folder.Path, null).Dispose();
        File.WriteAllText(folder["samples.jsonl"], "spoilt\n");
        InputException e = Assert.Throws<InputException>(() => RunRecorder.Open(folder.Path, 1));
        Assert.StartsWith(folder["samples.jsonl"] + ": line 1: ", e.Message, StringComparison.Ordinal);
        using FileStream alone = new(folder["metrics.jsonl"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }
}
