using System.Diagnostics;
using System.Text;
using Innate.Text;

namespace Innate.Bench;

/// <summary>
/// Megabytes a second on one thread: a text file's lines encoded one by one, first with a tokenizer that has seen nothing, then
/// again; and the time to load the tokenizer.
/// </summary>
internal static class TokenizerSpeed
{
    /// <param name="args">A folder with tokenizer.json, and a UTF-8 text file.</param>
    public static int Run(string[] args)
    {
        string[] lines = File.ReadAllLines(args[1]);
        double megabytes = lines.Sum(l => (long)Encoding.UTF8.GetByteCount(l)) / 1e6;
        long start = Stopwatch.GetTimestamp();
        Tokenizer tokenizer = Tokenizer.Load(args[0]);
        Console.WriteLine(
            $"loaded in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms; {megabytes:0.0} MB in {lines.Length} lines");
        for (int round = 0; round < 5; round++)
        {
            start = Stopwatch.GetTimestamp();
            long tokens = lines.Sum(l => (long)tokenizer.Encode(l).Length);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(
                $"{(round == 0 ? "first" : "again")}: {megabytes / seconds:0.0} MB/s, {tokens / seconds / 1e6:0.0} million "
                + $"tokens/s");
        }

        return 0;
    }
}
