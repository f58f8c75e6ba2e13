using Innate.Learning.Data;
using Innate.Reinforcement.Methods;

namespace Innate.Reinforcement.Schedules;

/// <summary>
/// Which prompts a stage learns from: those that the stages before did not find too easy. What was found is a part of the run's
/// memory.
/// </summary>
/// <param name="stages">The run's stages.</param>
/// <param name="count">Prompts of the data.</param>
/// <param name="seed">The run's.</param>
/// <param name="memory">The run's.</param>
internal sealed class StagePrompts(StagePlan stages, int count, ulong seed, RunMemory memory)
{
    private const string Sums = "prompt_reward_sums", Counts = "prompt_reward_counts", Left = "prompts_left";

    private readonly bool _drops = stages.Stages.Any(s => s.DropsAbove is not null);

    /// <summary>The places of a batch's prompts.</summary>
    public int[] Batch(long number, int prompts)
    {
        if (!_drops || memory[Left] is not { Length: > 0 } left) return new ExampleOrder(count, seed).Batch(number, prompts);
        return [.. new ExampleOrder(left.Length, seed).Batch(number, prompts).Select(i => (int)left[i])];
    }

    /// <summary>Leaves out what was too easy, where a stage begins that asks for it; never all.</summary>
    /// <param name="number">The batch that is to be sampled.</param>
    public void Begin(int number)
    {
        if (!_drops || !stages.Begins(number) || stages.Of(number)!.DropsAbove is not { } most) return;
        double[] sums = memory[Sums], counts = memory[Counts];
        double[] left =
        [
            .. Enumerable.Range(0, count).Where(i => sums.Length == 0 || counts[i] == 0 || sums[i] / counts[i] <= most)
                .Select(i => (double)i),
        ];
        if (left.Length > 0) memory[Left] = left;
    }

    /// <summary>Remembers what a prompt's answers were rewarded with.</summary>
    public void Rewarded(int prompt, double[] rewards)
    {
        if (!_drops) return;
        if (memory[Sums].Length == 0) (memory[Sums], memory[Counts]) = (new double[count], new double[count]);
        memory[Sums][prompt] += rewards.Sum();
        memory[Counts][prompt] += rewards.Length;
    }
}
