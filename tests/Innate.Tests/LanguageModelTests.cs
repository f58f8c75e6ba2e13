using Innate.Generation;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests;

/// <summary>A model's life: bounds, cancellation, turns, the end.</summary>
public class LanguageModelTests
{
    private static readonly TraceQuery Query = new([1, 2, 3], [[4, 5, 6]]);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void A_number_of_threads_that_makes_no_sense_is_refused(int threads) =>
        Assert.Contains("Threads", Assert.Throws<InputException>(() =>
            LanguageModel.Load(Folder, new() { Threads = threads })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_model_that_is_gone_says_so(int threads)
    {
        LanguageModel model = LanguageModel.Load(Folder, new() { Threads = threads });
        model.Trace([Query]);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Trace([Query]));
        Assert.Throws<ObjectDisposedException>(() => model.Generate([[1]], 1, new SamplingOptions()));
    }

    [Fact]
    public async Task Disposing_waits_for_the_call_under_way()
    {
        for (int round = 0; round < 20; round++)
        {
            LanguageModel model = LanguageModel.Load(Folder, new() { Threads = 2 });
            double[] expected = model.Trace([Query])[0][0].V;
            using var started = new ManualResetEventSlim();
            Task<int> calls = Task.Run(() =>
            {
                int done = 0;
                try
                {
                    while (true)
                    {
                        started.Set();
                        Assert.Equal(expected, model.Trace([Query])[0][0].V);
                        done++;
                    }
                }
                catch (ObjectDisposedException)
                {
                    return done;
                }
            });
            started.Wait();
            model.Dispose();
            await calls.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public void A_cancelled_call_leaves_no_mark_on_the_next()
    {
        using LanguageModel model = LanguageModel.Load(Folder);
        double[] expected = model.Trace([Query])[0][0].V;
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Trace([Query], 1, cancelled.Token));
        Assert.Equal(expected, model.Trace([Query])[0][0].V);
    }

    [Fact]
    public void Alphas_around_one_meet_at_one()
    {
        using LanguageModel model = LanguageModel.Load(Folder);
        double[] one = model.Trace([Query])[0][0].V;
        foreach (double alpha in (double[])[1 - 1e-9, 1 + 1e-9, 0.7 + 0.2 + 0.1])
        {
            Assert.All(model.Trace([Query], alpha)[0][0].V.Zip(one), p => Assert.Equal(p.Second, p.First, 1e-6));
        }

        Assert.All(model.Trace([Query], 1.0001)[0][0].V.Zip(one), p => Assert.InRange(p.First - p.Second, 1e-5, 1e-3));
        Assert.Throws<InputException>(() => model.Trace([Query], 1e30));
    }

    [Fact]
    public void A_query_with_very_many_responses_is_read_in_parts_to_the_same_bits()
    {
        using LanguageModel model = LanguageModel.Load(Folder);
        var random = new Random(4);
        int[][] responses =
            [.. Enumerable.Range(0, 70).Select(i => Enumerable.Range(0, 40 + i).Select(_ => random.Next(288)).ToArray())];
        TokenTrace[] together = model.Trace([new TraceQuery([1, 2], responses), Query])[0];
        Assert.Equal(70, together.Length);
        for (int i = 0; i < 70; i += 7)
        {
            Assert.Equal(model.Trace([new TraceQuery([1, 2], [responses[i]])])[0][0].V, together[i].V);
        }
    }

    [Fact]
    public void A_group_larger_than_a_batch_keeps_each_responses_place()
    {
        using LanguageModel model = LanguageModel.Load(Folder);
        var options = new SamplingOptions { MaxTokens = 5, Seed = 2 };
        GeneratedResponse[] many = model.Generate([[1, 2]], 130, options)[0];
        Assert.Equal(130, many.Length);
        GeneratedResponse[] few = model.Generate([[1, 2]], 3, options)[0];
        for (int i = 0; i < 3; i++) Assert.Equal(few[i].TokenIds, many[i].TokenIds);
        Assert.NotEqual(many[0].TokenIds, many[64].TokenIds);
    }

    [Fact]
    public void Prompts_around_the_size_of_a_step_are_read_whole()
    {
        using var copy = new CheckpointCopy("llama");
        copy.Config["max_position_embeddings"] = 8192;
        using LanguageModel model = LanguageModel.Load(copy.Write());
        var random = new Random(9);
        foreach (int length in (int[])[2047, 2048, 2049, 2052, 2060, 4200])
        {
            int[] prompt = [.. Enumerable.Range(0, length).Select(_ => random.Next(288))];
            GeneratedResponse sampled = model.Generate([prompt], 1, new SamplingOptions { MaxTokens = 4 })[0][0];
            Assert.Equal(model.Trace([new TraceQuery(prompt, [sampled.TokenIds])])[0][0].LogProbability,
                sampled.LogProbabilities);
        }
    }

    private static string Folder => Path.Combine(Places.Fixtures, "models", "llama");
}
