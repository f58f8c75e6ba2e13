using Innate.Generation;
using Innate.Judges;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs;
using Innate.Scoring;
using Innate.Tests.Support;

namespace Innate.Tests.Runs;

/// <summary>A run over rows that is stopped and run again writes the bytes of one that was not, or says why not.</summary>
public sealed class ResumedRowsTests : IDisposable
{
    private static readonly string Rows = string.Concat(Enumerable.Range(0, 52).Select(i => i % 19 == 8
        ? """{"prompt":7}""" + "\n"
        : $$"""{"prompt":"What is {{i}} + 5?","responses":["{{i + 5}}","{{i + (i % 7 == 0 ? 5 : 4)}}","{{i}}"]}""" + "\n"));

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    public ResumedRowsTests() => File.WriteAllText(_folder["rows.jsonl"], Rows);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands => ["judge", "generate", "label", "sampled label"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Stopped_at_every_batch_and_resumed_it_is_the_bytes_of_one_run(string command)
    {
        RowsResult whole = Run(command, "whole.jsonl")!;
        Assert.Equal((52, 3), (whole.Rows, whole.Errors));
        RowsResult? result;
        int stops = 0;
        while ((result = Run(command, "out.jsonl", resume: stops > 0, stopAfter: 1)) is null)
        {
            Tear(_folder["out.jsonl"], stops++);
        }

        Assert.Equal(["resuming after 16 rows.", "resuming after 32 rows.", "resuming after 48 rows."],
            _notes.Where(n => n.StartsWith("resuming", StringComparison.Ordinal)).Take(3));
        Assert.True(result is { Rows: 4 or 0, Errors: 0, HasEarlierErrors: true });
        Assert.Equal(stops, _notes.Count(n => n.StartsWith(
            "interrupted; the rows that are done are in out.jsonl.partial", StringComparison.Ordinal)));
        Assert.Equal(File.ReadAllText(_folder["whole.jsonl"]), File.ReadAllText(_folder["out.jsonl"]));
        Assert.Equal(["out.jsonl", "rows.jsonl", "whole.jsonl"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_part_goes_on_by_itself_and_gathers_to_one_run(string command)
    {
        Run(command, "whole.jsonl");
        for (int part = 1; part <= 2; part++)
        {
            Assert.Null(Run(command, "out.jsonl", part, stopAfter: 1));
            Tear(_folder[$"out.{part}-of-2.jsonl"], part);
            Assert.NotNull(Run(command, "out.jsonl", part));
            Assert.Contains("resuming after 16 rows.", _notes);
            byte[] made = File.ReadAllBytes(_folder[$"out.{part}-of-2.jsonl"]);

            // Once it is whole, nothing is computed twice.
            Assert.True(Run(command, "out.jsonl", part) is { Rows: 0, IsClean: false });
            Assert.EndsWith(" rows already: nothing to do.", _notes[^1], StringComparison.Ordinal);
            Assert.Equal(made, File.ReadAllBytes(_folder[$"out.{part}-of-2.jsonl"]));
        }

        new GatherRun(new GatherSettings { Output = _folder["out.jsonl"] }).Execute();
        Assert.Equal(File.ReadAllText(_folder["whole.jsonl"]), File.ReadAllText(_folder["out.jsonl"]));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_another_run_has_done_is_refused_or_made_anew_with_a_word(string command)
    {
        Assert.Null(Run(command, "out.jsonl", 1, stopAfter: 1));
        Assert.Null(Run(command, "whole.jsonl", stopAfter: 1));
        string differs = command switch { "judge" => "principle = ", "generate" => "temperature = 0", _ => "min_margin = 0" };
        Refused(command, differs);
        Assert.NotNull(Run(command, "out.jsonl", 1, other: true));
        Assert.Contains(
            $"is made anew, for there lies one that was made with {differs}", Told("made anew"), StringComparison.Ordinal);

        // Whole parts: of other settings, of other rows, changed afterwards.
        Assert.NotNull(Run(command, "out.jsonl", 1));
        Assert.Contains("a part of another job, where " + differs.Split(' ')[0], Told("made anew"), StringComparison.Ordinal);
        File.WriteAllText(_folder["rows.jsonl"], Rows.Replace("What is 9 + 5?", "What is 9 + 6?", StringComparison.Ordinal));
        Refused(command, "rows = ");
        Assert.NotNull(Run(command, "out.jsonl", 1));
        Assert.Contains("a part of another job, where the rows is 52 rows", Told("made anew"), StringComparison.Ordinal);
        File.AppendAllText(_folder["out.1-of-2.jsonl"], "{}\n");
        InputException e = Assert.Throws<InputException>(() => Run(command, "out.jsonl", 1, resume: true));
        Assert.Contains("found one that was changed after it was made", e.Message, StringComparison.Ordinal);
        Assert.NotNull(Run(command, "out.jsonl", 1));
        Assert.Contains("changed after it was made", Told("made anew"), StringComparison.Ordinal);
        Assert.Equal(0, Run(command, "out.jsonl", 1)!.Rows);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_part_that_another_process_is_doing_is_left_to_it(string command)
    {
        Assert.Null(Run(command, "out.jsonl", 1, stopAfter: 1));
        using FileStream other = PartialFile.Open(_folder["out.1-of-2.jsonl"], FileMode.Open);
        long length = other.Length;
        InputException e = Assert.Throws<InputException>(() => Run(command, "out.jsonl", 1));
        Assert.Contains("expected a file that no other run is writing, found ", e.Message, StringComparison.Ordinal);
        Assert.Equal(length, other.Length);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_finished_output_is_checked_before_it_is_called_finished(string command)
    {
        Run(command, "whole.jsonl");
        byte[] made = File.ReadAllBytes(_folder["whole.jsonl"]);
        if (command.EndsWith("label", StringComparison.Ordinal))
        {
            // Of which nobody can tell how many rows it has.
            InputException why = Assert.Throws<InputException>(() => Run(command, "whole.jsonl", resume: true));
            Assert.Contains("expected an unfinished output, whole.jsonl.partial", why.Message, StringComparison.Ordinal);
        }
        else
        {
            RowsResult nothing = Run(command, "whole.jsonl", resume: true)!;
            Assert.Equal((0, true), (nothing.Rows, nothing.HasEarlierErrors));
            Assert.EndsWith("holds all 52 rows already: nothing to do.", _notes[^1], StringComparison.Ordinal);
            InputException why = Assert.Throws<InputException>(() => Run(command, "whole.jsonl", resume: true, other: true));
            Assert.Contains("was made by another model, reward or setting", why.Message, StringComparison.Ordinal);
        }

        Assert.Equal(made, File.ReadAllBytes(_folder["whole.jsonl"]));
    }

    private void Refused(string command, string differs)
    {
        InputException e = Assert.Throws<InputException>(() => Run(command, "whole.jsonl", resume: true, other: true));
        Assert.Contains($"found one that was made with {differs}", e.Message, StringComparison.Ordinal);
    }

    private string Told(string what) => _notes.Last(n => n.Contains(what, StringComparison.Ordinal));

    // As a kill may leave it: a torn line, or one whose row is not counted yet.
    private static void Tear(string path, int how)
    {
        bool isCounted = File.Exists(PartialFile.CountsOf(path));
        File.AppendAllText(PartialFile.Of(path), how % 2 == 0 || !isCounted ? "{\"prompt\":" : "{\"prompt\":\"\"}\n");
        if (isCounted) File.AppendAllText(PartialFile.CountsOf(path), how % 2 == 0 ? "1" : "7\n");
    }

    // Null: it was stopped.
    private RowsResult? Run(
        string command, string output, int part = 0, bool resume = false, bool other = false, int stopAfter = int.MaxValue)
    {
        using CancellationTokenSource stop = new();
        int batches = 0;
        SynchronousProgress<RunEvent> events = new(e =>
        {
            if (e is RunNote note) _notes.Add(note.Text);
            if (e is RunAdvanced && ++batches == stopAfter) stop.Cancel();
        });
        RowShard? shard = part == 0 ? null : new RowShard(part, 2);
        RowLocation input = RowLocation.File(_folder["rows.jsonl"]) with { Shard = shard };
        RowLocation place = RowLocation.File(shard?.NameOf(_folder[output]) ?? _folder[output]);
        Run<RowsResult> run = command switch
        {
            "judge" => new JudgeRun(new JudgeRunSettings
            {
                Input = input, Output = place, Resume = resume,
                Judge = new JudgeSettings { Principle = other ? "Be brief." : null },
            }),
            "generate" => new GenerateRun(new GenerateSettings
            {
                Input = input, Output = place, Resume = resume, Count = 2,
                Sampling = new SamplingOptions { MaxTokens = 6, Seed = 3, Temperature = other ? 1 : 0.5 },
            }),
            _ => new LabelRun(new LabelSettings
            {
                Input = input, Output = place, Resume = resume, AllPairs = command == "label", MinMargin = other ? 0.5 : 0,
                Sample = command == "label" ? null : new SampleSettings { Count = 3, MaxTokens = 4, Seed = 5 },
            }),
        };
        try
        {
            return run.Execute(events, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
