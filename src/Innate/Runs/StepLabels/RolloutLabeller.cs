using Innate.Generation;
using Innate.Rows;
using Innate.Sessions;
using Innate.Verifiers;

namespace Innate.Runs.StepLabels;

/// <summary>
/// Labels by completions (<see cref="RolloutLabels"/>): all prefixes of all solutions of a batch are completed together, and what
/// they begin with in common is read once. The last step needs none: its label is whether the solution is right.
/// </summary>
/// <param name="session">The model that completes.</param>
/// <param name="reader">Grades.</param>
/// <param name="settings">How many, and how.</param>
internal sealed class RolloutLabeller(ModelSession session, SolutionReader reader, StepLabelSettings settings)
{
    // Apart from the draws of the solutions, which begin with the same prompts.
    private const ulong Salt = 0x5eed0fc0de;

    /// <summary>A line a solution.</summary>
    public IEnumerable<byte[]> Lines(IReadOnlyList<Solution> solutions, CancellationToken cancellation)
    {
        (int Solution, int Step)[] open =
            [.. solutions.SelectMany((s, i) => Enumerable.Range(0, s.Steps.Count - 1).Select(step => (i, step)))];
        int[][] prompts = [.. open.Select(o => Prefix(solutions[o.Solution], o.Step))];
        ModelLimits limits = ModelLimits.Of(session.Traces);
        IReadOnlyList<GeneratedResponse[]> groups = prompts.Length == 0 ? [] : session.Generator.Generate(
            [.. prompts.Select(p => p.Length < limits.MaxPositions ? p : p[..(limits.MaxPositions - 1)])], settings.Rollouts,
            settings.Sampling with
            {
                SeedsByPrompt = true, Seed = RandomBits.Mix(settings.Sampling.Seed, Salt),
                StopIds = session.StopIds(settings.Format),
            },
            null, cancellation);
        bool[][][] hits = [.. solutions.Select(s => new bool[s.Steps.Count][])];
        for (int i = 0; i < open.Length; i++)
        {
            Solution solution = solutions[open[i].Solution];
            int[] begun = solution.Ids[..solution.Ends[open[i].Step]];
            hits[open[i].Solution][open[i].Step] =
                [.. groups[i].Select(g => reader.IsRight(solution.Prompt, [.. begun, .. g.SaidIds], solution.Gold))];
        }

        for (int i = 0; i < solutions.Count; i++)
        {
            hits[i][^1] = [solutions[i].IsRight];
            yield return Line(solutions[i], hits[i]);
        }
    }

    private static int[] Prefix(Solution solution, int step) => [.. solution.Prompt, .. solution.Ids[..solution.Ends[step]]];

    private byte[] Line(Solution solution, bool[][] hits) => RowWriter.Line(w =>
    {
        RowWriter.PassThrough(w, solution.Row.Fields, StepLabelRun.Replaced);
        w.WriteStartArray("completions");
        foreach (string step in solution.Steps) w.WriteStringValue(step.Trim());
        w.WriteEndArray();
        w.WriteStartArray("labels");
        foreach (bool[] own in hits)
        {
            RolloutLabel label = RolloutLabels.Of(own);
            if (settings.IsSoft) w.WriteNumberValue(label.Soft);
            else w.WriteBooleanValue(label.Hard == 1);
        }

        w.WriteEndArray();
        w.WriteStartArray("hits");
        foreach (bool[] own in hits.SkipLast(1)) w.WriteNumberValue(own.Count(h => h));
        w.WriteEndArray();
        w.WriteNumber("rollouts", settings.Rollouts);
        w.WriteBoolean("right", solution.IsRight);
    });
}
