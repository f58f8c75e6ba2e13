using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>A world's episodes as prompts: what each begins with.</summary>
internal static class WorldPrompts
{
    /// <summary>One a seed, from 0 on.</summary>
    /// <param name="world">The world.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="format">How words become ids.</param>
    /// <param name="budget">The longest first prompt, in tokens.</param>
    /// <param name="cancellation">Stops between seeds.</param>
    /// <exception cref="InputException">A world that does not begin, or says more at first than there is room for.</exception>
    public static IReadOnlyList<PolicyPrompt> Of(
        WorldChoice world, int seeds, ChatFormat format, int budget, CancellationToken cancellation)
    {
        using IEnvironment opened = world.Open();
        TurnFormat turns = new(format);
        List<PolicyPrompt> prompts = [];
        for (int seed = 0; seed < seeds; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            (string text, int[] ids) = EpisodePlayer.FirstOf(opened, (ulong)seed, turns);
            if (ids.Length > budget)
            {
                throw new InputException(
                    $"the world {world.Text}, seed {seed}: expected at most {budget} tokens before the first turn, found "
                    + $"{ids.Length}.");
            }

            prompts.Add(new PolicyPrompt(ids, null, seed, text) { WorldSeed = (ulong)seed });
        }

        return prompts;
    }
}
