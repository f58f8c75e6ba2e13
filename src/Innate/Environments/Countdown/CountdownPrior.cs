using Innate.Compute;
using Innate.Search;

namespace Innate.Environments.Countdown;

/// <summary>
/// What is thought of Countdown's moves before they are tried: a softmax over a linear form of what can be seen of a move
/// without going further. The last move is not judged: to look at its result would be the very check that a search is counted
/// by.
/// </summary>
internal sealed class CountdownPrior
{
    private const int PerTurn = 11, Turns = CountdownRules.MostNumbers;
    private const double Clip = 3;

    private readonly double[] _weights = new double[Turns * PerTurn];

    /// <summary>Each move's chance.</summary>
    /// <param name="from">The numbers before.</param>
    /// <param name="after">The numbers after each move, its result last.</param>
    /// <param name="target">What is to be made.</param>
    public double[] Chances(long[] from, IReadOnlyList<long[]> after, long target)
    {
        if (from.Length <= 2) return [.. after.Select(_ => 1.0 / after.Count)];
        return Chances(from, [.. Features(from, after, target)]);
    }

    private double[] Chances(long[] from, double[][] features)
    {
        double[] scores = [.. features.Select(f => Score(from, f))];
        double top = scores.Max(), sum = 0;
        for (int a = 0; a < scores.Length; a++) sum += scores[a] = PortableMath.Exp(scores[a] - top);
        for (int a = 0; a < scores.Length; a++) scores[a] /= sum;
        return scores;
    }

    /// <summary>
    /// Learns by self-play: each round plays its games with the prior as it stands, then goes down the cross-entropy to what the
    /// searches came to.
    /// </summary>
    /// <param name="games">Numbers and targets.</param>
    /// <param name="rounds">Times that all games are played.</param>
    /// <param name="passes">Of each search.</param>
    /// <param name="seed">Decides all that is random.</param>
    public static CountdownPrior BySelfPlay(IReadOnlyList<(long[] From, long Target)> games, int rounds, int passes, ulong seed)
    {
        const int sweeps = 60;
        const double rate = 0.5;
        CountdownPrior prior = new();
        for (int round = 0; round < rounds; round++)
        {
            (SelfPlayTarget<long[]> Place, double[][] Features)[] places =
            [
                .. games.SelectMany((g, i) => CountdownSearch
                    .Play(g.From, g.Target, prior, passes, RandomBits.Key(seed, (ulong)((round * games.Count) + i)))
                    .Where(p => p.State.Length > 2).Select(p => (p, Features(p.State, p.After, g.Target).ToArray()))),
            ];
            for (int sweep = 0; sweep < sweeps && places.Length > 0; sweep++) prior.Step(places, rate);
        }

        return prior;
    }

    private void Step((SelfPlayTarget<long[]> Place, double[][] Features)[] places, double rate)
    {
        double[] gradient = new double[_weights.Length];
        foreach ((SelfPlayTarget<long[]> place, double[][] features) in places)
        {
            double[] chances = Chances(place.State, features);
            for (int a = 0; a < features.Length; a++)
            {
                double miss = place.Policy[a] - chances[a];
                for (int f = 0; f < PerTurn; f++) gradient[First(place.State) + f] += miss * features[a][f];
            }
        }

        for (int w = 0; w < gradient.Length; w++) _weights[w] += rate * gradient[w] / places.Length;
    }

    private static int First(long[] from) => (from.Length - 1) * PerTurn;

    private double Score(long[] from, double[] features)
    {
        double score = 0;
        for (int f = 0; f < PerTurn; f++) score += _weights[First(from) + f] * features[f];
        return score;
    }

    // Which operation it was, what of a result, and how large result, sum and product of what is left are beside the target.
    private static IEnumerable<double[]> Features(long[] from, IReadOnlyList<long[]> after, long target)
    {
        CountdownMove[] moves = [.. CountdownRules.Next(from).Select(n => n.Move)];
        for (int a = 0; a < after.Count; a++)
        {
            long result = moves[a].Result;
            double size = Beside(result, target), sum = 0, product = 0;
            foreach (long left in after[a])
            {
                sum += left;
                product += PortableMath.Log(Math.Max(1, left));
            }

            yield return
            [
                moves[a].Operation == '+' ? 1 : 0, moves[a].Operation == '-' ? 1 : 0, moves[a].Operation == '*' ? 1 : 0,
                result == 0 ? 1 : 0, result == 1 ? 1 : 0, result > 1 && target % result == 0 ? 1 : 0,
                size, size * size, Beside(sum, target), Math.Min(0, Clipped(product - PortableMath.Log(target))),
                from.Contains(result) ? 1 : 0,
            ];
        }
    }

    private static double Beside(double size, long target) =>
        Clipped(PortableMath.Log(size + 1) - PortableMath.Log(target + 1.0));

    private static double Clipped(double x) => Math.Clamp(x, -Clip, Clip);
}
