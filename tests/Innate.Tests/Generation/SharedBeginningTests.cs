using Innate.Checkpoints;
using Innate.Generation;
using Innate.Sessions;

namespace Innate.Tests.Generation;

/// <summary>Prompts that begin alike share what they have in common, and no sample knows of it.</summary>
public class SharedBeginningTests
{
    [Fact]
    public void A_solution_up_to_each_of_its_steps_gets_the_samples_that_each_prompt_gets_alone()
    {
        using ModelSession session = ModelSession.Open(EmbeddedModel.Folder);
        int[] whole = session.Tokenizer.Encode(
            "<|im_start|>user\nWhat is 47 x 8?<|im_end|>\n<|im_start|>assistant\n40 x 8 = 320. 7 x 8 = 56. 320 + 56 = 376.");
        int[] other = [.. whole[..^12], 51, 50, 49, 48];

        // In an order in which some share with what stands before them, one with the middle of another, one with nothing.
        int[][] prompts = [whole[..^8], whole[..^20], whole, other, [51, 50, 49], whole[..^1]];
        foreach (int slots in (int[])[1, 3, 128])
        {
            ModelGenerator generator = new(session.Decoder!) { Branches = slots };
            SamplingOptions options = new() { MaxTokens = 24, Seed = 4, SeedsByPrompt = true, StopIds = session.StopIds(new()) };
            IReadOnlyList<GeneratedResponse[]> together = generator.Generate(prompts, 3, options);
            for (int p = 0; p < prompts.Length; p++)
            {
                GeneratedResponse[] alone = generator.Generate([prompts[p]], 3, options)[0];
                for (int r = 0; r < 3; r++)
                {
                    Assert.Equal(alone[r].TokenIds, together[p][r].TokenIds);
                    Assert.Equal(alone[r].LogProbabilities, together[p][r].LogProbabilities);
                }
            }
        }
    }

    [Fact]
    public void A_job_that_is_given_up_leaves_no_keys_behind()
    {
        using ModelSession session = ModelSession.Open(EmbeddedModel.Folder);
        int[] ids = [.. Enumerable.Range(40, 30)];
        using ContinuousDecoding decoding = new(session.Decoder!, slots: 4);
        DecodingJob first = new([ids[..20], ids, ids[..25]], 2, new SamplingOptions { MaxTokens = 6 });
        decoding.Add(first);
        decoding.Step(default);
        decoding.Remove(first);
        DecodingJob second = new([ids, ids[..22]], 2, new SamplingOptions { MaxTokens = 6, SeedsByPrompt = true });
        decoding.Add(second);
        while (!second.IsDone) decoding.Step(default);
        Assert.Equal(
            new ModelGenerator(session.Decoder!).Generate([ids], 2, second.Options)[0].Select(r => r.TokenIds),
            second.Results[0].Select(r => r.TokenIds));
        Assert.Equal(0, decoding.CacheBytes);
    }
}
