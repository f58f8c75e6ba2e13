using System.Globalization;
using Innate.Rewards;

namespace Innate.Benchmarks.Evaluation;

/// <summary>Weights to try on traces that are there already: <c>gamma=0.9:1:0.02,beta=0,0.1</c>.</summary>
/// <param name="Gammas">The surface's rows.</param>
/// <param name="Betas">Its columns.</param>
public sealed record SweepGrid(IReadOnlyList<double> Gammas, IReadOnlyList<double> Betas)
{
    // More is a slip of the pen: each point costs a measurement of the whole benchmark.
    private const int MostPoints = 4096;

    /// <summary>
    /// The discounts that every evaluation tries, where no other weights are asked for: from the opening alone to all alike.
    /// </summary>
    public static SweepGrid Discounts { get; } = new([0.9, 0.93, 0.95, 0.97, 0.99, 1], [0]);

    /// <summary>Points of the grid.</summary>
    public int Count => Gammas.Count * Betas.Count;

    /// <summary>The points, the betas of each gamma together.</summary>
    public IEnumerable<RewardOptions> Points(double alpha) =>
        Gammas.SelectMany(g => Betas.Select(b => new RewardOptions { Alpha = alpha, Gamma = g, Beta = b }));

    /// <summary>Reads a grid; a weight that is not named keeps its default.</summary>
    /// <param name="text">Of each weight its numbers, or low:high:step, with commas between.</param>
    /// <exception cref="InputException">Another form, a number out of range, or too many points.</exception>
    public static SweepGrid Parse(string text)
    {
        Dictionary<string, List<double>> axes = new(StringComparer.Ordinal);
        List<double>? axis = null;
        foreach (string part in text.Split(','))
        {
            string values = part;
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                string key = part[..equals];
                values = part[(equals + 1)..];
                if (key is not ("gamma" or "beta"))
                {
                    string hint = key == "alpha" ? ", for another alpha needs a pass of its own, as a scorer endogenous,alpha=X"
                        : "";
                    throw new InputException("Sweep", $"gamma=... or beta=...{hint}", $"'{part}'");
                }

                if (!axes.TryAdd(key, axis = [])) throw new InputException("Sweep", $"{key} once", "it twice");
            }

            if (axis is null)
            {
                throw new InputException("Sweep", "gamma=0.9:1:0.02,beta=0,0.1 or the like", $"'{text}'");
            }

            axis.AddRange(Range(values));
        }

        SweepGrid grid = new(Axis("gamma", 1), Axis("beta", 0));
        if (grid.Count > MostPoints)
        {
            throw new InputException("Sweep", $"at most {MostPoints} points", $"{grid.Count}");
        }

        try
        {
            foreach (RewardOptions point in grid.Points(1)) point.Check();
        }
        catch (InputException e)
        {
            throw e.Within("Sweep");
        }

        return grid;

        IReadOnlyList<double> Axis(string key, double fallback) =>
            axes.TryGetValue(key, out List<double>? found) ? found : [fallback];
    }

    private static double[] Range(string text)
    {
        double[] numbers = [.. text.Split(':').Select(Number)];
        switch (numbers)
        {
            case [double one]:
                return [one];
            case [double low, double high, double step] when step > 0 && high >= low && (high - low) / step < MostPoints:
                // From the low end by whole steps, so that no rounding accumulates; the high end counts where a step meets it.
                int steps = (int)Math.Floor(((high - low) / step) + 1e-9);
                return [.. Enumerable.Range(0, steps + 1).Select(i => Math.Round(low + (i * step), 12))];
            default:
                throw new InputException("Sweep", "a number or low:high:step", $"'{text}'");
        }
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x)
            ? x
            : throw new InputException("Sweep", "a number", $"'{text}'");
}
