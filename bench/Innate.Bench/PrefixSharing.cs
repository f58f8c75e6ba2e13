using System.Diagnostics;
using System.Globalization;
using Innate.Compute;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Models;

namespace Innate.Bench;

/// <summary>
/// The forward pass and the gradient of a group of responses to one long prompt: as one tree, and as sequences that each repeat
/// the prompt. Gradients must agree.
/// </summary>
internal static class PrefixSharing
{
    /// <param name="args">Model folder; prompt, response tokens; group; threads.</param>
    public static int Run(string[] args)
    {
        int Number(int i, int fallback) => i < args.Length ? int.Parse(args[i], CultureInfo.InvariantCulture) : fallback;
        (int prompt, int response, int group, int threads) = (Number(1, 1024), Number(2, 128), Number(3, 8), Number(4, 2));
        using LanguageModel model = LanguageModel.Load(args[0], new() { Threads = threads });
        using var weights = new TrainedWeights(model.Decoder.Parameters);
        using var pass = new GradientPass(model.Decoder, weights.Gradients);
        var random = new Random(5);
        int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(model.VocabularySize))];
        int[] question = Draw(prompt);
        int[][] answers = [.. Enumerable.Range(0, group).Select(_ => Draw(response))];

        var tree = new TokenBatch(dropoutKey: null);
        tree.AddGroup(0, question, answers);
        var apart = new TokenBatch(dropoutKey: null);
        for (int i = 0; i < group; i++)
        {
            bool[] counted = [.. Enumerable.Range(0, prompt + response).Select(t => t >= prompt)];
            apart.AddSequence(i, [.. question, .. answers[i]], counted);
        }

        var times = new Dictionary<string, List<double>> { ["shared"] = [], ["apart"] = [] };
        var gradients = new Dictionary<string, float[]>();
        for (int round = 0; round < 4; round++)
        {
            foreach ((string name, TokenBatch batch) in new[] { ("shared", tree), ("apart", apart) })
            {
                weights.ClearGradients();
                long start = Stopwatch.GetTimestamp();
                pass.Forward(batch.Tree, batch.Rows, batch.Targets);
                pass.Backward(new HeadGradient([.. batch.Rows.Select((_, i) => ((i % 7) - 3) / (double)batch.TargetCount)]));
                if (round > 0) times[name].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                gradients[name] = [.. weights.Parameters.SelectMany(p =>
                    Enumerable.Range(0, p.Gradient.Rows).SelectMany(r => p.Gradient.Row(r).ToArray()))];
            }
        }

        double size = Math.Sqrt(gradients["apart"].Sum(g => (double)g * g));
        double difference = Math.Sqrt(gradients["apart"].Zip(gradients["shared"], (a, b) => Math.Pow(a - b, 2)).Sum());
        double shared = times["shared"].Order().ElementAt(1), separate = times["apart"].Order().ElementAt(1);
        Console.WriteLine(
            $"shared {shared:0.000} s, apart {separate:0.000} s, ratio {shared / separate:0.000}, gradients differ by "
            + $"{difference / size:0.0e0} relative");
        return 0;
    }
}
