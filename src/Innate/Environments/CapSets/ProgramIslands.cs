using Innate.Search;

namespace Innate.Environments.CapSets;

/// <summary>The numbers of <see cref="ProgramIslands"/>.</summary>
internal sealed record IslandOptions
{
    /// <summary>Islands; 1: one population.</summary>
    public int Islands { get; init; } = 10;

    /// <summary>Programs evaluated in all, the first included.</summary>
    public int Evaluations { get; init; } = 600;

    /// <summary>Evaluations between two resets; FunSearch counts hours, which no run could repeat.</summary>
    public int ResetEvery { get; init; } = 200;

    /// <summary>n: the cap sets' dimensions that are tests, the last of which is the score.</summary>
    public IReadOnlyList<int> Dimensions { get; init; } = [2, 3, 4];
}

/// <summary>What the islands came to.</summary>
/// <param name="Best">The best program.</param>
/// <param name="Size">The size of its cap set in the last dimension.</param>
/// <param name="FoundAfter">Evaluations until it was found.</param>
internal sealed record IslandsFound(PriorityProgram Best, int Size, int FoundAfter);

/// <summary>
/// FunSearch's loop on cap sets (Romera-Paredes et al. 2024; from its published code), with a random mutation where it asks a
/// language model: programs live on islands; an island is drawn, two of its programs are drawn (<see cref="IslandSampling"/>), a
/// new one is made of them, evaluated exactly, and put on that island. At a reset the worse half of the islands begin anew, each
/// with the best program of a better one.
/// </summary>
/// <param name="options">The numbers.</param>
internal sealed class ProgramIslands(IslandOptions options)
{
    /// <summary>Runs.</summary>
    /// <param name="seed">Decides all that is random.</param>
    public IslandsFound Run(ulong seed)
    {
        WorldRandom random = new(seed, "islands");
        Member start = Evaluated(PriorityProgram.Constant);
        List<Member>[] islands = [.. Enumerable.Range(0, options.Islands).Select(_ => new List<Member> { start })];
        IslandsFound best = new(start.Program, start.Score, 1);
        for (int evaluations = 2; evaluations <= options.Evaluations; evaluations++)
        {
            List<Member> island = islands[random.Below(islands.Length)];
            Member first = Draw(island, random), second = Draw(island, random);
            if (first.Score < second.Score) (first, second) = (second, first);
            Member child = Evaluated(PriorityProgram.Child(first.Program, second.Program, random));
            island.Add(child);
            if (child.Score > best.Size) best = new IslandsFound(child.Program, child.Score, evaluations);
            if (evaluations % options.ResetEvery == 0) Reset(islands, random);
        }

        return best;
    }

    private Member Evaluated(PriorityProgram program)
    {
        int[] sizes = [.. options.Dimensions.Select(n => CapSet.Greedy(n, program.Of).Count)];
        return new Member(program, sizes[^1], string.Join(' ', sizes));
    }

    // A cluster by the score, then a program of it by its length.
    private static Member Draw(List<Member> island, WorldRandom random)
    {
        Member[][] clusters = [.. island.GroupBy(m => m.Signature, StringComparer.Ordinal).Select(g => g.ToArray())];
        double temperature = IslandSampling.Temperature(island.Count);
        Member[] cluster = clusters[Drawn(
            IslandSampling.Clusters([.. clusters.Select(c => (double)c[0].Score)], temperature), random)];
        return cluster[Drawn(IslandSampling.Programs([.. cluster.Select(m => (double)m.Program.Length)]), random)];
    }

    private static int Drawn(double[] chances, WorldRandom random)
    {
        double left = random.Uniform();
        for (int i = 0; i < chances.Length - 1; i++)
        {
            left -= chances[i];
            if (left < 0) return i;
        }

        return chances.Length - 1;
    }

    // A little noise decides between equal islands.
    private static void Reset(List<Member>[] islands, WorldRandom random)
    {
        Member[] best = [.. islands.Select(island => island.MaxBy(m => m.Score)!)];
        int[] order = [.. Enumerable.Range(0, islands.Length).OrderBy(i => best[i].Score + (1e-6 * random.Uniform()))];
        int lost = islands.Length / 2;
        foreach (int island in order[..lost]) islands[island] = [best[random.Of(order[lost..])]];
    }

    private sealed record Member(PriorityProgram Program, int Score, string Signature);
}
