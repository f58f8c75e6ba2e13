using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;

namespace Innate.Tests.Reinforcement.Methods;

/// <summary>Which groups are learned from again, and that they are the same groups.</summary>
public sealed class ReplayBufferTests : IDisposable
{
    private readonly TinyScene _tiny = new();
    private readonly Support.TemporaryFolder _folder = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Older_groups_come_again_after_the_sampled_ones_and_the_oldest_are_forgotten()
    {
        RunMemory memory = new(), restored = new();
        Dictionary<long, string[]> said = [];
        HashSet<long> again = [];
        for (int number = 1; number <= 8; number++)
        {
            RolloutScene scene = Scene(number, memory);
            IReadOnlyList<RolloutGroup> sampled = _tiny.Sampled(scene), groups = ReplayBuffer.With(scene, sampled);
            Assert.Equal(sampled.Select(g => g.Rollouts), groups.Take(2).Select(g => g.Rollouts));
            Assert.Equal([2.0 * (number - 1), (2.0 * number) - 1], groups.Take(2).Select(g => g.Notes![0][0]));
            foreach (RolloutGroup group in groups)
            {
                long of = (long)group.Notes![0][0];
                if (!said.TryAdd(of, Ids(group))) Assert.Equal(said[of], Ids(group));
                Assert.Same(_tiny.Prompts[(int)(of % 2)], group.Prompt);
                Assert.InRange(of, 2 * Math.Max(0, number - ReplayBuffer.Batches), (2 * number) - 1);
                if (of < 2 * (number - 1)) again.Add(of);
            }

            // What is remembered begins with the oldest group that can still be drawn.
            Assert.Equal(2.0 * Math.Max(0, number - ReplayBuffer.Batches), memory["replay"][0]);

            // Two updates of as many groups as were sampled; what is brought back is brought to be learned from.
            int[] chosen = ReplayBuffer.Choice(scene, groups);
            Assert.Equal(4, chosen.Length);
            Assert.All(Enumerable.Range(2, groups.Count - 2), older => Assert.Contains(older, chosen));
        }

        // Read back from a checkpoint the buffer says the same, with what policy and reference say now.
        string file = _folder["memory"];
        File.WriteAllBytes(file, memory.ToBytes());
        restored.Read(file);
        RolloutScene ninth = Scene(9, memory), read = Scene(9, restored);
        IReadOnlyList<RolloutGroup> here = ReplayBuffer.With(ninth, _tiny.Sampled(ninth));
        IReadOnlyList<RolloutGroup> there = ReplayBuffer.With(read, _tiny.Sampled(read));
        Assert.Equal(here.Select(Ids), there.Select(Ids));
        Assert.Equal(memory.ToBytes(), restored.ToBytes());
        Assert.True(again.Count >= 5, $"{again.Count} groups of 16 came again");
        Rollout older = here[^1].Rollouts[3];
        Assert.True(here.Count > 2);
        TinyScene.Same(
            TinyScene.Plain(_tiny.Models.Policy, here[^1].Prompt.Ids, older.Response.TokenIds), older.Policy.LogProbability);
        TinyScene.Same(
            TinyScene.Plain(_tiny.Models.Reference!, here[^1].Prompt.Ids, older.Response.TokenIds),
            older.Frozen!.LogProbability);
    }

    private RolloutScene Scene(int number, RunMemory memory) => _tiny.Of(RecipeList.Of("reval").Learns, number, memory);

    private static string[] Ids(RolloutGroup group) =>
        [.. group.Rollouts.Select(r => $"{r.Response.FinishReason} {string.Join(' ', r.Response.TokenIds)}")];
}
