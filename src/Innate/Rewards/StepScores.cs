using Innate.Models;

namespace Innate.Rewards;

/// <summary>The numbers that a score head read of a query, response by response.</summary>
internal static class StepScores
{
    /// <summary>The rules' names.</summary>
    public static string[] Rules { get; } = ["min", "last", "product", "mean", "max", "geometric-mean", "max-delta"];

    /// <summary>The rule of a name; null: there is none.</summary>
    public static StepRule? Find(string name) => Array.IndexOf(Rules, name) is >= 0 and int at ? (StepRule)at : null;

    /// <summary>Of each response the chance that each of its steps is right; of a head that reads texts its one number.</summary>
    /// <param name="query">What was read.</param>
    /// <param name="read">The numbers, response after response.</param>
    public static double[][] Of(TraceQuery query, double[] read)
    {
        var responses = new double[query.Responses.Count][];
        int at = 0;
        for (int i = 0; i < responses.Length; i++)
        {
            int count = query.Places?[i].Length ?? 1;
            responses[i] = read[at..(at + count)];
            at += count;
        }

        return responses;
    }

    /// <summary>Each response's score.</summary>
    /// <param name="query">What was read.</param>
    /// <param name="read">The numbers, response after response.</param>
    /// <param name="rule">How steps become one score.</param>
    public static double[] Values(TraceQuery query, double[] read, StepRule rule) =>
        query.Places is null ? read : [.. Of(query, read).Select(steps => StepAggregate.Of(steps).Of(rule))];

    /// <summary>
    /// Step scores as rewards of tokens: each step is paid what it changed of the score so far, on its last token, and the
    /// payments add up to the score whatever the rule is.
    /// <code>
    /// r_k = A(s_1 .. s_k) - A(s_1 .. s_{k-1}),  A() = 0
    /// </code>
    /// </summary>
    /// <param name="steps">One a step.</param>
    /// <param name="rule">A.</param>
    public static double[] Payments(IReadOnlyList<double> steps, StepRule rule)
    {
        double[] paid = [.. Enumerable.Range(1, steps.Count).Select(k => StepAggregate.Of([.. steps.Take(k)]).Of(rule))];
        for (int i = paid.Length - 1; i > 0; i--) paid[i] -= paid[i - 1];
        return paid;
    }
}
