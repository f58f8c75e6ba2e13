using System.Diagnostics;
using System.Globalization;

namespace Innate.Bench.Fuzzing;

/// <summary>
/// Makes inputs and hands them to a parser, one after another. An input with an outcome of a new kind is kept, and others are
/// made of it. What crashes, hangs or is refused without a sentence is saved.
/// </summary>
internal sealed class FuzzLoop(string name, FuzzTarget target, int seed, string folder)
{
    private const double Hang = 1;
    private const double Endless = 60;
    private const int MostKept = 3000;
    private const int SavedOfAKind = 3;

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _kept = [];
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _saved = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = new();
    private long _started;
    private long _accepted, _refused, _crashes, _hangs, _unclear, _mostBytes;
    private double _slowest;

    /// <summary>Runs; whether nothing was found.</summary>
    /// <param name="count">The most inputs.</param>
    /// <param name="seconds">The longest time; no input begins after it.</param>
    public bool Run(long count, double seconds)
    {
        Directory.CreateDirectory(folder);
        using CurrentInput current = new(Path.Combine(folder, $"{name}.current"), target.Longest);
        using Timer watch = new(_ => EndWhereEndless(), null, 1000, 1000);
        Mutator mutator = new(_random, target);
        _clock.Start();
        long done = 0;
        while (done < count && _clock.Elapsed.TotalSeconds < seconds)
        {
            byte[] input = done < target.Corpus.Count ? target.Corpus[(int)done] : mutator.Next(_kept);
            current.Set(input);
            Interlocked.Exchange(ref _started, Stopwatch.GetTimestamp());
            Take(input, FuzzOutcome.Of(target.Try, input));
            Interlocked.Exchange(ref _started, 0);
            done++;
            if (done % 100_000 == 0) Report(done);
        }

        Report(done);
        current.Delete();
        return _crashes + _hangs + _unclear == 0;
    }

    private void Take(byte[] input, FuzzOutcome outcome)
    {
        // The machine may be busy with something else: what is slow by the clock must be slow by the processor's time too.
        double seconds = outcome.Seconds;
        for (int i = 0; i < 2 && seconds > Hang; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            _ = FuzzOutcome.Of(target.Try, input);
            seconds = Math.Min(seconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        _slowest = Math.Max(_slowest, seconds);
        _mostBytes = Math.Max(_mostBytes, outcome.Bytes);
        if (outcome.Verdict == FuzzVerdict.Accepted) _accepted++;
        else if (outcome.Verdict == FuzzVerdict.Refused) _refused++;
        else _crashes++;
        if (outcome.Verdict == FuzzVerdict.Crashed) Save("crash", outcome.Kind, input, outcome.Error!.ToString());
        if (seconds > Hang)
        {
            _hangs++;
            Save("hang", outcome.Kind, input, string.Create(CultureInfo.InvariantCulture, $"{seconds:F2} s, {outcome.Kind}"));
        }

        if (outcome.IsUnclear)
        {
            _unclear++;
            Save("unclear", outcome.Kind, input, outcome.Error!.Message);
        }

        if (_kept.Count < MostKept && _kinds.Add(outcome.Kind)) _kept.Add(input);
    }

    private void Save(string what, string kind, byte[] input, string told)
    {
        string key = $"{what} {kind}";
        int before = _saved.GetValueOrDefault(key);
        _saved[key] = before + 1;
        if (before >= SavedOfAKind) return;
        string file = Path.Combine(folder, $"{name}-{seed}-{what}-{_saved.Values.Sum()}");
        File.WriteAllBytes(file + ".bin", input);
        File.WriteAllText(file + ".txt", told);
        Console.WriteLine($"{what}: {kind} ({file}.bin)");
    }

    // The input lies in the file of the current one.
    private void EndWhereEndless()
    {
        long started = Interlocked.Read(ref _started);
        if (started == 0 || Stopwatch.GetElapsedTime(started).TotalSeconds < Endless) return;
        Console.WriteLine($"hang: over {Endless:F0} s, ended; the input is {name}.current");
        Environment.Exit(1);
    }

    private void Report(long done) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {done:N0} inputs, {_accepted:N0} accepted, {_refused:N0} refused, {_unclear:N0} of them unclear, "
        + $"{_crashes:N0} crashes, {_hangs:N0} over 1 s, {_kinds.Count:N0} kinds, slowest {_slowest:F2} s, "
        + $"at most {_mostBytes / 1048576.0:F1} MiB allocated by one, "
        + $"peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB, {_clock.Elapsed.TotalSeconds:F0} s"));
}
