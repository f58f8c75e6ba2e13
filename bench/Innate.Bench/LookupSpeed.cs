using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Innate.Generation;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Bench;

/// <summary>
/// Sampling with and without guesses from the text itself, by turns on the same prompts and seeds: tokens a second, passes, and
/// what a guess costs where it helps least. The samples must be the same.
/// </summary>
internal static class LookupSpeed
{
    /// <param name="args">Model; a file of rows with "prompt"; tokens; temperature; threads; prompts together.</param>
    public static int Run(string[] args)
    {
        string At(int i, string fallback) => args.ElementAtOrDefault(i) ?? fallback;
        int tokens = int.Parse(At(2, "100"), CultureInfo.InvariantCulture);
        double temperature = double.Parse(At(3, "0"), CultureInfo.InvariantCulture);
        int together = int.Parse(At(5, "1"), CultureInfo.InvariantCulture);
        using ModelSession session = ModelSession.Open(args[0], int.Parse(At(4, "2"), CultureInfo.InvariantCulture));
        RowEncoder encoder = RowEncoder.Of(session, new Innate.Text.ChatFormatOptions());
        int[][] prompts =
        [
            .. File.ReadLines(args[1]).Take(4 * together).Select(line => encoder.EncodePrompt(
                new RowPrompt { Text = JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()! })),
        ];
        Dictionary<bool, List<double>> rates = new() { [true] = [], [false] = [] };
        foreach (int[][] group in prompts.Chunk(together))
        {
            Dictionary<bool, string> sampled = [];
            foreach (bool lookup in new[] { true, false, false, true })
            {
                var options = new SamplingOptions
                {
                    MaxTokens = tokens, Temperature = temperature, Seed = 1, Lookup = lookup,
                    StopIds = [.. session.EndOfSequenceIds],
                };
                var job = new DecodingJob(group, 1, options);
                using var decoding = new ContinuousDecoding(session.Decoder!, slots: 128);
                decoding.Add(job);
                decoding.Step(CancellationToken.None); // reads the prompts
                (long first, int passes, long start) = (decoding.TokensSampled, 0, Stopwatch.GetTimestamp());
                for (; !job.IsDone; passes++) decoding.Step(CancellationToken.None);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                long count = decoding.TokensSampled - first;
                rates[lookup].Add(count / seconds);
                sampled[lookup] = string.Join(' ', job.Results.SelectMany(r => r[0].TokenIds));
                Console.Error.WriteLine(
                    $"lookup {lookup,-5} {count,5} tokens, {passes,4} passes, {count / seconds:0.0} tokens/s");
            }

            if (sampled[true] != sampled[false]) throw new InvalidOperationException("The samples differ.");
        }

        (double with, double without) = (Median(rates[true]), Median(rates[false]));
        Console.WriteLine($"with guesses {with:0.0} tokens/s, without {without:0.0}, ratio of medians {with / without:0.00}");
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
