using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Innate.Bench;

/// <summary>
/// <c>innate score</c> and a PyTorch script on the same checkpoint, rows and threads, one after the other: responses a second,
/// peak memory, and how far the rewards are apart. Then one 4,096-token response, for the memory alone.
/// </summary>
internal static class ScoreAgainstTorch
{
    /// <param name="args">The innate command, the torch script, a working folder, and optionally a rows file.</param>
    public static int Run(string[] args)
    {
        (string innate, string script, string work) = (args[0], args[1], args[2]);
        string model = Path.Combine(work, "qwen2.5-0.5b-random"), rows = args.ElementAtOrDefault(3)
            ?? Path.Combine(work, "rows.jsonl");
        if (!File.Exists(Path.Combine(model, "model.safetensors")))
        {
            Console.WriteLine("writing a random checkpoint of the Qwen2.5-0.5B shape (1 GB) ...");
            RandomCheckpoint.Write(model);
        }

        if (args.Length < 4) RandomCheckpoint.WriteRows(rows, 4);
        string threads = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        string ours = Path.Combine(work, "innate.jsonl"), theirs = Path.Combine(work, "torch.jsonl");

        File.Delete(ours);
        (double innateSeconds, double innatePeak) =
            Timed(innate, ["score", "--model", model, "--in", rows, "--out", ours, "--threads", threads, "--quiet"]);
        (_, _) = Timed("python3", [script, model, rows, theirs, "--threads", threads]);
        using JsonDocument torch = JsonDocument.Parse(LastOutput);

        double[] a = Rewards(ours), b = Rewards(theirs);
        double worst = a.Zip(b, (x, y) => Math.Abs(x - y) / Math.Abs(y)).Max();
        double torchSeconds = torch.RootElement.GetProperty("seconds").GetDouble();
        double weights = new FileInfo(Path.Combine(model, "model.safetensors")).Length / 1e6;
        Console.WriteLine(
            $"innate score   {a.Length / innateSeconds,7:0.000} responses/s (whole process, loading included)   peak "
            + $"{innatePeak:0} MB, weights {weights:0} MB");
        Console.WriteLine(
            $"PyTorch        {b.Length / torchSeconds,7:0.000} responses/s (scoring alone)                      peak "
            + $"{torch.RootElement.GetProperty("peak_mb").GetDouble():0} MB");
        Console.WriteLine($"ratio {torchSeconds / innateSeconds:0.00}, largest relative difference of a reward {worst:0.0e0}");

        string longRow = Path.Combine(work, "long.jsonl"), longOut = Path.Combine(work, "long-out.jsonl");
        var random = new Random(3);
        string ids = string.Join(",", Enumerable.Range(0, 4096).Select(_ => random.Next(151936)));
        File.WriteAllText(longRow, $$"""{"prompt_ids":[1,2,3],"response_ids":[{{ids}}]}""");
        File.Delete(longOut);
        (double seconds, double peak) = Timed(
            innate, ["score", "--model", model, "--in", longRow, "--out", longOut, "--threads", threads, "--quiet"]);
        Console.WriteLine($"one response of 4,096 tokens: {seconds:0.0} s, peak {peak:0} MB = weights + {peak - weights:0} MB");
        return 0;
    }

    private static string LastOutput { get; set; } = "";

    private static (double Seconds, double PeakMegabytes) Timed(string file, string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                break; // ended between the wait and the look
            }
        }

        process.WaitForExit();
        LastOutput = output.Result;
        if (process.ExitCode != 0) throw new InvalidOperationException($"{file} ended with exit code {process.ExitCode}.");
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, peak / 1e6);
    }

    private static double[] Rewards(string file) => [.. File.ReadLines(file).SelectMany(line =>
    {
        using JsonDocument row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble()).ToArray();
    })];
}
