using Innate.Generation;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Generation;

/// <summary>Several calls drawn together, as a server does: nobody's draws depend on the company.</summary>
public class ContinuousDecodingTests
{
    private static readonly string Folder = Path.Combine(Places.Fixtures, "models", "llama");

    [Fact]
    public void Jobs_drawn_together_come_out_as_drawn_alone()
    {
        using LanguageModel model = LanguageModel.Load(Folder, new() { Threads = 2 });
        (int[][] Prompts, int Count, SamplingOptions Options)[] jobs =
        [
            ([[1, 2, 3], [4, 5]], 3, new() { MaxTokens = 9, Seed = 1 }),
            ([[7]], 5, new() { MaxTokens = 4, Seed = 2, Temperature = 0.7, TopK = 5, Likeliest = 2 }),
            ([[1, 2, 3]], 2, new() { MaxTokens = 12, Seed = 3, RepetitionPenalty = 1.3, StopIds = [5, 6] }),
        ];
        var alone = jobs.Select(j => model.Generate(j.Prompts, j.Count, j.Options)).ToArray();
        foreach (int slots in new[] { 1, 3, 64 })
        {
            using var decoding = new ContinuousDecoding(model.Decoder, slots);
            DecodingJob[] together = [.. jobs.Select(j => new DecodingJob(j.Prompts, j.Count, j.Options))];

            // The second comes in the middle of the first, the third is given up and asked again.
            decoding.Add(together[0]);
            decoding.Step(default);
            decoding.Step(default);
            decoding.Add(together[1]);
            DecodingJob lost = new(jobs[2].Prompts, jobs[2].Count, jobs[2].Options);
            decoding.Add(lost);
            decoding.Step(default);
            decoding.Remove(lost);
            decoding.Add(together[2]);
            while (decoding.Jobs.Count > 0) decoding.Step(default);
            Assert.Equal(0, decoding.Active);
            for (int i = 0; i < jobs.Length; i++)
            {
                for (int p = 0; p < jobs[i].Prompts.Length; p++)
                {
                    for (int r = 0; r < jobs[i].Count; r++)
                    {
                        Assert.Equal(alone[i][p][r].TokenIds, together[i].Results[p][r].TokenIds);
                        Assert.Equal(alone[i][p][r].LogProbabilities, together[i].Results[p][r].LogProbabilities);
                    }
                }
            }
        }
    }

    [Fact]
    public void Without_guesses_every_active_response_advances_by_one_token_a_step()
    {
        using LanguageModel model = LanguageModel.Load(Folder, new() { Threads = 2 });
        using var decoding = new ContinuousDecoding(model.Decoder, slots: 3);
        List<(string Job, int Prompt, int Response)> tokens = [];
        DecodingJob Job(string name, int[][] prompts, int count, int length) => new(
            prompts, count, new() { MaxTokens = length, Seed = 1, Lookup = false },
            t => tokens.Add((name, t.Prompt, t.Response)));
        decoding.Add(Job("a", [[1, 2], [3]], 2, 7));
        decoding.Add(Job("b", [[5]], 3, 4));
        Dictionary<(string, int, int), int> lengths = [];
        long before = 0;
        while (decoding.Jobs.Count > 0)
        {
            var active = lengths.Where(l => l.Value < (l.Key.Item1 == "a" ? 7 : 4)).Select(l => l.Key).ToHashSet();
            tokens.Clear();
            decoding.Step(default);
            var perResponse = tokens.GroupBy(t => t).ToDictionary(g => g.Key, g => g.Count());

            // A new response has a first token from its prompt, and then takes part in the step.
            Assert.True(active.IsSubsetOf(perResponse.Keys));
            foreach (((string, int, int) response, int count) in perResponse)
            {
                Assert.Equal(active.Contains(response) ? 1 : 2, count);
                lengths[response] = lengths.GetValueOrDefault(response) + count;
            }

            Assert.InRange(perResponse.Count, 1, 3);
            Assert.Equal(tokens.Count, decoding.TokensSampled - before);
            before = decoding.TokensSampled;
        }

        Assert.Equal(7, lengths.Count);
        Assert.All(lengths, l => Assert.Equal(l.Key.Item1 == "a" ? 7 : 4, l.Value));
    }

    [Fact]
    public void Slots_go_to_the_job_with_the_fewest_and_among_equals_to_the_first_that_came()
    {
        using LanguageModel model = LanguageModel.Load(Folder, new() { Threads = 2 });
        using var decoding = new ContinuousDecoding(model.Decoder, slots: 4);
        List<string> admitted = [];
        DecodingJob Job(string name, int prompts, int count, int length)
        {
            HashSet<(int, int)> seen = [];
            return new(
                [.. Enumerable.Range(1, prompts).Select(i => (int[])[i])], count, new() { MaxTokens = length, Seed = 1 },
                t =>
                {
                    if (seen.Add((t.Prompt, t.Response))) admitted.Add($"{name}{t.Prompt}{t.Response}");
                });
        }

        // Alone, a job has all slots; its responses come in the order of its prompts.
        DecodingJob first = Job("a", 3, 2, 5), second = Job("b", 1, 4, 9), third = Job("c", 1, 1, 3);
        decoding.Add(first);
        decoding.Step(default);
        Assert.Equal(["a00", "a01", "a10", "a11"], admitted);

        // Whoever comes later waits for a free slot, and has it before a job that holds as many or more.
        decoding.Add(second);
        decoding.Add(third);
        decoding.Step(default);
        decoding.Step(default);
        Assert.Equal((4, 0, 0), (first.Active, second.Active, third.Active));
        while (first.Active == 4) decoding.Step(default);
        Assert.Equal(0, first.Active);
        decoding.Step(default);
        Assert.Equal(["a20", "b00", "c00", "a21"], admitted[4..]);
        while (admitted.Count < 9 && decoding.Jobs.Count > 0) decoding.Step(default);
        Assert.Equal("b01", admitted[8]);
        while (decoding.Jobs.Count > 0) decoding.Step(default);
        Assert.Equal(["b02", "b03"], admitted[9..]);
    }

    [Fact]
    public void The_likeliest_tokens_are_those_of_the_logits_in_equal_floats()
    {
        var parity = new ParityModel("llama");
        using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2 });
        TraceQuery query = new(parity.Prompt, [parity.Response]);
        TokenTrace plain = model.Trace([query])[0][0], told = model.TraceLikeliest([query], 4)[0][0];
        Assert.Equal(plain.Q, told.Q);
        Assert.Equal(plain.V, told.V);
        Assert.Equal(plain.LogProbability, told.LogProbability);
        Assert.Equal(plain.Entropy, told.Entropy);
        Assert.Equal(plain.MeanLogit, told.MeanLogit);
        Assert.Null(plain.Likeliest);
        int vocabulary = model.VocabularySize;
        for (int h = 0; h < told.Length; h++)
        {
            float[] reference =
                parity.Logits[((parity.PromptLength + h - 1) * vocabulary)..((parity.PromptLength + h) * vocabulary)];
            LikelyTokens likely = told.Likeliest![h];
            Assert.Equal([.. Enumerable.Range(0, vocabulary).OrderByDescending(i => reference[i]).Take(4)], likely.Ids);
            Assert.Equal(1 + reference.Count(z => z > reference[told.Tokens[h]]), likely.Rank);
            int own = Array.IndexOf(likely.Ids, told.Tokens[h]);
            if (own >= 0) Assert.Equal(told.LogProbability[h], likely.LogProbabilities[own]);
        }
    }

    [Fact]
    public void Among_equals_the_lower_id_comes_first_and_shares_the_rank()
    {
        LikelyTokens likely = LikelyTokens.Of([1, 3, 3, 2, 3], 4, logSumExp: 0, token: 4);
        Assert.Equal([1, 2, 4, 3], likely.Ids);
        Assert.Equal([3.0, 3, 3, 2], likely.LogProbabilities);
        Assert.Equal(1, likely.Rank);
        Assert.Empty(LikelyTokens.Of([1, 2], 0, 0, 0).Ids);
        Assert.Equal(2, LikelyTokens.Of([1, 2], 9, 0, 0).Ids.Length);
    }
}
