using Innate.Generation;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// Groups that are learned from again (ReVal, arXiv 2603.23355): whole groups, so that a reward is still centred among those it
/// was sampled with. What they say is a part of the run's memory; what policy and reference say of them is asked anew.
/// </summary>
internal static class ReplayBuffer
{
    /// <summary>How many batches the buffer holds: the paper's 5120 responses of 1024 a batch.</summary>
    public const int Batches = 5;

    private const string Buffer = "replay";
    private const ulong Salt = 0x4e91;

    /// <summary>The groups, noted by number and batch, and after them the older ones that are drawn; all are kept.</summary>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        long first = (scene.Number - 1L) * groups.Count;
        List<RolloutGroup> held = [.. Read(scene), .. groups.Select((g, i) => Noted(g, first + i, groups.Count))];
        held = [.. held.TakeLast(Batches * groups.Count)];
        scene.Memory[Buffer] = [.. held.SelectMany(Numbers)];
        HashSet<long> drawn = [.. Draws(scene, groups.Count).Where(n => n < first)];
        RolloutGroup[] older = [.. held.Where(g => drawn.Contains(NumberOf(g)))];
        IReadOnlyList<RolloutGroup> filled = older.Length == 0 ? [] : GivenResponses.Fill(
            scene, older, [.. older.Select(g => g.Rollouts.Select(r => r.Response).ToArray())]);
        return [.. held.TakeLast(groups.Count), .. filled];
    }

    /// <summary>The places of the groups that the batch's updates learn from, one perhaps in both.</summary>
    /// <param name="scene">Decides the draws.</param>
    /// <param name="groups">As <see cref="With"/> leaves them.</param>
    public static int[] Choice(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        Dictionary<long, int> places = groups.Select((g, i) => (Number: NumberOf(g), i)).ToDictionary(g => g.Number, g => g.i);
        return
        [
            .. Draws(scene, (int)groups[0].Notes![0][1]).Where(places.ContainsKey).Select(n => places[n]).Order(),
        ];
    }

    // The numbers of the groups that are learned from now, of all that were ever sampled.
    private static IEnumerable<long> Draws(RolloutScene scene, int ofBatch) => new ReplayPlan
    {
        New = ofBatch, Capacity = Batches * ofBatch, Batch = ofBatch, Updates = scene.Recipe.UpdatesPerRollout,
    }.Draw(scene.Number - 1, scene.Key(Salt)).SelectMany(update => update);

    private static RolloutGroup Noted(RolloutGroup group, long number, int ofBatch) =>
        group with { Notes = [[number, ofBatch]] };

    private static long NumberOf(RolloutGroup group) => (long)group.Notes![0][0];

    // Number, groups of its batch, the prompt's line, responses; of each whether it was cut off, its length, its ids.
    private static IEnumerable<double> Numbers(RolloutGroup group) =>
    [
        .. group.Notes![0], group.Prompt.Line, group.Rollouts.Count,
        .. group.Rollouts.SelectMany(r => (double[])
        [
            r.Response.FinishReason == FinishReason.Length ? 1 : 0, r.Length, .. r.Response.TokenIds.Select(id => (double)id),
        ]),
    ];

    private static List<RolloutGroup> Read(RolloutScene scene)
    {
        Dictionary<long, PolicyPrompt> prompts = scene.Prompts.ToDictionary(p => p.Line);
        List<RolloutGroup> groups = [];
        double[] numbers = scene.Memory[Buffer];
        int at = 0;
        while (at < numbers.Length)
        {
            long number = (long)Next();
            int ofBatch = (int)Next();
            PolicyPrompt prompt = prompts[(long)Next()];
            Rollout[] rollouts = [.. Enumerable.Range(0, (int)Next()).Select(_ => ReadOne())];
            groups.Add(Noted(
                new RolloutGroup(prompt, rollouts) { Key = RandomBits.Mix(scene.Key(Salt), (ulong)number) }, number, ofBatch));
        }

        return groups;

        double Next() => numbers[at++];

        Rollout ReadOne()
        {
            FinishReason reason = Next() == 1 ? FinishReason.Length : FinishReason.Stop;
            int[] ids = [.. Enumerable.Range(0, (int)Next()).Select(_ => (int)Next())];
            return new Rollout(new GeneratedResponse(ids, [], reason), scene.Models.TextOf(ids));
        }
    }
}
