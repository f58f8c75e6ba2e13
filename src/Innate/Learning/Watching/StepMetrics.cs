namespace Innate.Learning.Watching;

/// <summary>A named number of one step.</summary>
/// <param name="Name">In snake_case, as it stands in metrics.jsonl: <c>loss</c>, <c>grad_norm</c>.</param>
/// <param name="Value">What was measured; NaN or infinite where that is what came out.</param>
public readonly record struct Metric(string Name, double Value);

/// <summary>What was measured in one step of a training run, in the order given.</summary>
public sealed class StepMetrics
{
    /// <summary>The numbers of a step.</summary>
    /// <param name="step">The optimizer's step, counted from 1; 0 is the state before the first.</param>
    /// <param name="values">Names and values; their order is kept in files, lines and charts.</param>
    /// <exception cref="ArgumentException">The step is negative, or a name is empty, given twice or <c>step</c>.</exception>
    public StepMetrics(int step, params IEnumerable<(string Name, double Value)> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        Step = step;
        HashSet<string> names = new(StringComparer.Ordinal) { "step", "" };
        List<Metric> list = [];
        foreach ((string name, double value) in values)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException($"metric '{name}' is empty, given twice or reserved", nameof(values));
            }

            list.Add(new Metric(name, value));
        }

        Values = list;
    }

    /// <summary>The optimizer's step.</summary>
    public int Step { get; }

    /// <summary>The numbers, in the order given.</summary>
    public IReadOnlyList<Metric> Values { get; }

    /// <summary>A metric's value; null where this step has none of that name.</summary>
    public double? this[string name]
    {
        get
        {
            foreach (Metric metric in Values)
            {
                if (metric.Name == name) return metric.Value;
            }

            return null;
        }
    }

    /// <summary>These numbers and some more after them.</summary>
    /// <exception cref="ArgumentException">A name is empty, known already or <c>step</c>.</exception>
    public StepMetrics With(params IEnumerable<(string Name, double Value)> more) =>
        new(Step, Values.Select(m => (m.Name, m.Value)).Concat(more));
}
