using System.Diagnostics;
using Innate.Generation;
using Innate.Models;
using Innate.Sessions;

namespace Innate.Runs.Foretelling;

/// <summary>
/// What sampling will take at most: prompts are read, then every response grows to its longest, a pass a token.
/// </summary>
internal static class GenerateForecast
{
    private const int SmallTokens = 64, LargeTokens = 512, Steps = 5;

    /// <param name="session">The model, loaded.</param>
    /// <param name="groups">The prompts that are sampled together.</param>
    /// <param name="count">Responses to each.</param>
    /// <param name="sampling">How.</param>
    /// <param name="loadSeconds">What loading took.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static Forecast Of(
        ModelSession session, int[][][] groups, int count, SamplingOptions sampling, double loadSeconds,
        CancellationToken cancellation)
    {
        CausalLanguageModel decoder = session.Decoder!;
        ModelConfig config = decoder.Config;
        int slots = new ModelGenerator(decoder).Branches;
        long resident = Environment.WorkingSet, peak = Process.GetCurrentProcess().PeakWorkingSet64;
        double seconds = loadSeconds;
        long sampled = 0, most = 0;
        if (groups.Length > 0)
        {
            Pace reading = Reading(decoder, groups[0], cancellation);
            int full = (int)Math.Min(slots, (long)groups.Max(g => g.Length) * count);
            Pace steps = Sampling(decoder, groups[0], full, sampling, cancellation);
            seconds += reading.First + steps.First;
            foreach (int[][] group in groups)
            {
                PassSize prompts = new([.. group.Select(p => (0, p.Length))], 0);
                seconds += reading.Of(PassWork.Reading(config, prompts));
                int longest = group.Max(p => Math.Min(sampling.MaxTokens, config.MaxPositions - p.Length));
                long responses = (long)group.Length * count;
                sampled += group.Sum(p => (long)Math.Min(sampling.MaxTokens, config.MaxPositions - p.Length)) * count;
                for (long left = responses; left > 0; left -= slots)
                {
                    seconds += (longest - 1) * steps.Of(Math.Min(left, slots));
                }

                most = Math.Max(most, RunMemory.Reading(config, prompts, decoder.Kernels.Threads)
                    + RunMemory.Sampling(config, prompts.Tokens, Math.Min(responses, slots), longest));
            }
        }

        return new Forecast
        {
            Unit = "rows", Items = groups.Sum(g => (long)g.Length), Tokens = groups.Sum(g => g.Sum(p => (long)p.Length)),
            SampledTokens = sampled, LoadSeconds = loadSeconds, Seconds = seconds, PeakBytes = Math.Max(peak, resident + most),
        };
    }

    /// <summary>The pace of reading, on pieces of the prompts.</summary>
    private static Pace Reading(CausalLanguageModel decoder, int[][] prompts, CancellationToken cancellation)
    {
        (double, Action) Piece(int tokens)
        {
            var tree = new TokenTree();
            foreach (int[] prompt in prompts)
            {
                int room = tokens - tree.TokenCount;
                if (room > 0) tree.Add(-1, prompt[..Math.Min(room, prompt.Length)]);
            }

            void Read()
            {
                using var cache = new KeyValueCache(decoder.Config, keepLayers: false);
                decoder.Forward(tree, cache, cancellation);
            }

            PassSize size = new([.. tree.Nodes.Select(n => (0, n.Tokens.Length))], 0);
            return (PassWork.Reading(decoder.Config, size), Read);
        }

        return Pace.Measure(Piece(SmallTokens), Piece(LargeTokens));
    }

    /// <summary>The pace of a step over the responses that take part in it: alone, and as many as will be.</summary>
    private static Pace Sampling(
        CausalLanguageModel decoder, int[][] prompts, int branches, SamplingOptions sampling, CancellationToken cancellation)
    {
        double Step(int responses)
        {
            int[] prompt = prompts[0][..Math.Min(prompts[0].Length, SmallTokens)];
            SamplingOptions options = sampling with { MaxTokens = Steps + 2, Lookup = false, StopTexts = null, StopIds = [] };
            using var decoding = new ContinuousDecoding(decoder, responses);
            decoding.Add(new DecodingJob([prompt], responses, options));
            decoding.Step(cancellation);
            return Enumerable.Range(0, Steps).Select(_ => Pace.Seconds(() => decoding.Step(cancellation))).Order()
                .ElementAt(Steps / 2);
        }

        double first = Pace.Seconds(() => Step(1)), alone = Step(1);
        Pace pace = Pace.Through((1, alone), (branches, branches > 1 ? Step(branches) : alone));
        return pace with { First = Math.Max(0, first - ((Steps + 1) * alone)) };
    }
}
