using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Layers;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Layers;

/// <summary>A layer of experts: what it computes, for whom, and its gradient.</summary>
public sealed class MixtureOfExpertsTests
{
    public static TheoryData<ExpertWeighting, bool, bool, float, bool> Forms => new()
    {
        { ExpertWeighting.SoftmaxOverChosen, false, false, 1, false },
        { ExpertWeighting.SoftmaxOverAll, true, false, 1, true },
        { ExpertWeighting.SoftmaxOverChosen, true, true, 0.5f, false },
        { ExpertWeighting.SoftmaxOverAll, false, true, 1, true },
        { ExpertWeighting.SoftmaxOverChosen, false, false, 3, true },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_gradient_is_what_central_differences_in_float64_say(
        ExpertWeighting weighting, bool hasBefore, bool hasAfter, float scale, bool isClamped)
    {
        foreach (bool keeps in (bool[])[false, true])
        {
            using var memory = new TestMemory();
            var world = new World(weighting, isClamped, memory);
            world.Check(hasBefore, hasAfter, scale, keeps);
        }
    }

    [Fact]
    public void A_token_has_the_same_bits_alone_in_any_order_and_among_many()
    {
        string? expected = null;
        foreach ((SimdPath path, int threads) in SimdPaths.Supported.SelectMany(p => ((int[])[1, 3]).Select(t => (p, t))))
        {
            using var memory = new TestMemory();
            var world = new World(ExpertWeighting.SoftmaxOverChosen, isClamped: false, memory);
            using IKernels kernels = CpuKernels.Create(threads, path);
            using var scratch = new ForwardMemory();
            // More tokens than an expert takes at a time.
            Matrix x = memory.Random(new Random(8), 2000, World.Hidden), y = memory.New(2000, World.Hidden);
            world.Layer.Forward(kernels, scratch, x, y);
            foreach (int t in (int[])[0, 1, 777, 1999])
            {
                Matrix alone = memory.New(1, World.Hidden);
                world.Layer.Forward(kernels, scratch, x.Slice(t, 1), alone);
                Assert.Equal(y.Row(t).ToArray(), alone.Row(0).ToArray());
            }

            Matrix backwards = memory.New(2000, World.Hidden);
            for (int t = 0; t < 2000; t++) x.Row(1999 - t).CopyTo(backwards.Row(t));
            world.Layer.Forward(kernels, scratch, backwards, backwards); // in place
            for (int t = 0; t < 2000; t++) Assert.Equal(y.Row(t).ToArray(), backwards.Row(1999 - t).ToArray());
            string bits = Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(y.Row(1234)));
            Assert.Equal(expected ??= bits, bits);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_the_experts_that_tokens_chose_are_read(string name)
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
        MixtureOfExperts layer = model.Decoder.Layers.Select(l => l.Mlp).OfType<MixtureOfExperts>().First();
        int[] ids = [5, 6];
        float[] expected = Logits();
        int unread = 0;
        foreach (GatedMlp expert in layer.Experts)
        {
            // What reads an expert full of what is no number, says so.
            ModelParameter[] own = [.. model.Decoder.Parameters
                .Where(p => p.Matrix == expert.Gate.Weight || p.Matrix == expert.Up.Weight || p.Matrix == expert.Down.Weight)];
            Assert.Equal(3, own.Length);
            float[][] held = [.. own.Select(RandomNumbers.Get)];
            foreach (ModelParameter p in own) RandomNumbers.Set(p, [.. Enumerable.Repeat(float.NaN, p.Rows * p.Columns)]);
            float[] found = Logits();
            if (found.Any(float.IsNaN))
            {
                Assert.Contains(float.NaN, Gradients());
            }
            else
            {
                unread++;
                Assert.Equal(expected, found);
                Assert.All(Gradients(), g => Assert.True(float.IsFinite(g)));
            }

            for (int i = 0; i < own.Length; i++) RandomNumbers.Set(own[i], held[i]);
        }

        Assert.InRange(unread, layer.Experts.Count - (ids.Length * layer.ExpertsPerToken), layer.Experts.Count - layer.ExpertsPerToken);

        float[] Logits()
        {
            using var cache = new KeyValueCache(model.Config, keepLayers: false);
            return model.Decoder.Logits(model.Decoder.Forward(TokenTree.Of(ids), cache), [1]).Row(0).ToArray();
        }

        float[] Gradients()
        {
            using var store = new GradientBuffers(model.Decoder);
            using var pass = new GradientPass(model.Decoder, store.Gradients);
            pass.Forward(TokenTree.Of(ids), [0], [6]);
            pass.Backward(new HeadGradient([-1]));
            return store.ByTensor()["model.embed_tokens.weight"];
        }
    }

    public static TheoryData<string> Names => [.. ToyModel.Mixtures];

    /// <summary>A layer of float32 weights, and the same in float64 by plain loops, with the choice of experts held fast.</summary>
    private sealed class World
    {
        public const int Hidden = 10;
        private const int Inner = 6, Experts = 5, Chosen = 2, Tokens = 9;
        private const float Scale = 0.7f;

        private readonly TestMemory _memory;
        private readonly bool _isClamped;
        private readonly ExpertWeighting _weighting;
        private readonly List<(string Name, Linear Map)> _maps = [];
        private readonly RmsNorm _before = new([.. Enumerable.Range(0, Hidden).Select(i => 0.6f + (i * 0.1f))], 1e-3f);
        private readonly RmsNorm _after = new([.. Enumerable.Range(0, Hidden).Select(i => 1.5f - (i * 0.1f))], 1e-3f);

        public World(ExpertWeighting weighting, bool isClamped, TestMemory memory)
        {
            (_weighting, _isClamped, _memory) = (weighting, isClamped, memory);
            var random = new Random(3);
            Linear Map(string name, int outputs, int inputs)
            {
                float[] bias = [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle() - 0.5f)];
                var map = new Linear(memory.Weight(random, outputs, inputs), bias)
                {
                    Adapter = new LoraAdapter(memory.Weight(random, 3, inputs), memory.Weight(random, outputs, 3), Scale),
                };
                _maps.Add((name, map));
                return map;
            }

            Layer = new MixtureOfExperts
            {
                Router = Map("router", Experts, Hidden),
                Weighting = weighting,
                ExpertsPerToken = Chosen,
                Experts =
                [
                    .. Enumerable.Range(0, Experts).Select(e => new GatedMlp
                    {
                        Activation = Activation.Silu,
                        Clamped = isClamped ? new ClampedSwiGlu(1.25f, 2) : null,
                        Gate = Map($"{e}.gate", Inner, Hidden),
                        Up = Map($"{e}.up", Inner, Hidden),
                        Down = Map($"{e}.down", Hidden, Inner),
                    }),
                ],
            };
        }

        public MixtureOfExperts Layer { get; }

        public void Check(bool hasBefore, bool hasAfter, float scale, bool keeps)
        {
            using IKernels kernels = CpuKernels.Create(2);
            using var forward = new ForwardMemory();
            using var backward = new BackwardMemory(forward) { MlpRows = 2 };
            using var kept = new LayerActivations();
            Matrix x = _memory.Random(new Random(5), Tokens, Hidden), dx = _memory.Random(new Random(6), Tokens, Hidden);
            double[,] xs = TestMemory.Read(x), ds = TestMemory.Read(dx);
            var gradients = new Gradients();
            var places = new List<(string Name, double[] Values, Func<double[]> Found)>
            {
                ("x", [.. xs.Cast<double>()], () => [.. TestMemory.Read(dx).Cast<double>()]),
            };
            foreach ((string name, Linear map) in _maps)
            {
                AddMatrix($"{name}.weight", map.Weight);
                AddVector($"{name}.bias", map.Bias!);
                AddMatrix($"{name}.A", map.Adapter!.A);
                AddMatrix($"{name}.B", map.Adapter.B);
            }

            AddVector("before", _before.Weight);
            AddVector("after", _after.Weight);
            var branch = new ResidualBranch(hasBefore ? _before : null, hasAfter ? _after : null, scale);
            if (keeps)
            {
                Matrix normed = _memory.Copy(x), y = _memory.New(Tokens, Hidden), again = _memory.New(Tokens, Hidden);
                branch.Before?.Forward(kernels, x, normed);
                Layer.ForwardKeeping(kernels, forward, kept, normed, y);
                Layer.Forward(kernels, forward, normed, again);
                Assert.Equal(TestMemory.Read(again), TestMemory.Read(y));
                kept.AreKept = true;
            }

            Layer.Backward(kernels, backward, kept, branch, x, dx, gradients);
            var values = places.ToDictionary(p => p.Name, p => p.Values);
            int[][] choice = [.. Enumerable.Range(0, Tokens).Select(t => Choose(values, hasBefore, t))];
            Assert.True(choice.SelectMany(c => c).Distinct().Count() >= 4);
            foreach ((string name, double[] at, Func<double[]> found) in places)
            {
                double[] gradient = found(), expected = new double[at.Length];
                for (int i = 0; i < at.Length; i++)
                {
                    double held = at[i];
                    at[i] = held + 1e-5;
                    double above = Loss(values, choice, ds, hasBefore, hasAfter, scale);
                    at[i] = held - 1e-5;
                    expected[i] = (above - Loss(values, choice, ds, hasBefore, hasAfter, scale)) / 2e-5;
                    at[i] = held;
                }

                double largest = Math.Max(1e-3, expected.Max(Math.Abs));
                for (int i = 0; i < at.Length; i++)
                {
                    Assert.True(
                        Math.Abs(expected[i] - gradient[i]) <= 2e-5 * largest,
                        $"{_weighting}, keeps {keeps}: {name}[{i}]: expected {expected[i]}, found {gradient[i]}");
                }
            }

            void AddMatrix(string name, PackedWeight weight)
            {
                PackedWeight place = _memory.Undefined(weight.Rows, weight.Columns, ElementType.Float32);
                place.Clear();
                gradients.Add(weight, place);
                places.Add((name, [.. TestMemory.Read(weight).Cast<double>()], () => [.. TestMemory.Read(place).Cast<double>()]));
            }

            void AddVector(string name, float[] weight)
            {
                Matrix place = _memory.New(1, weight.Length);
                gradients.Add(weight, place);
                places.Add((name, [.. weight.Select(v => (double)v)], () => [.. TestMemory.Read(place).Cast<double>()]));
            }
        }

        private static double[] Input(Dictionary<string, double[]> v, bool hasBefore, int token)
        {
            double[] x = v["x"][(token * Hidden)..((token + 1) * Hidden)];
            return hasBefore ? Norm(x, v["before"]) : x;
        }

        private static int[] Choose(Dictionary<string, double[]> v, bool hasBefore, int token)
        {
            double[] logits = Map(v, "router", Input(v, hasBefore, token));
            return [.. Enumerable.Range(0, Experts).OrderByDescending(e => logits[e]).Take(Chosen).Order()];
        }

        private double Loss(
            Dictionary<string, double[]> v, int[][] choice, double[,] ds, bool hasBefore, bool hasAfter, float scale)
        {
            double loss = 0;
            for (int t = 0; t < Tokens; t++)
            {
                double[] input = Input(v, hasBefore, t), logits = Map(v, "router", input), sum = new double[Hidden];
                IEnumerable<int> summed = _weighting == ExpertWeighting.SoftmaxOverAll ? Enumerable.Range(0, Experts) : choice[t];
                double all = summed.Sum(e => Math.Exp(logits[e]));
                foreach (int e in choice[t])
                {
                    double[] gate = Map(v, $"{e}.gate", input), up = Map(v, $"{e}.up", input);
                    double[] output = Map(v, $"{e}.down", [.. gate.Zip(up, Gate)]);
                    for (int c = 0; c < Hidden; c++) sum[c] += Math.Exp(logits[e]) / all * output[c];
                }

                double[] y = hasAfter ? Norm(sum, v["after"]) : sum;
                for (int c = 0; c < Hidden; c++) loss += ds[t, c] * (v["x"][(t * Hidden) + c] + (scale * y[c]));
            }

            return loss;
        }

        private double Gate(double gate, double up)
        {
            if (!_isClamped) return gate / (1 + Math.Exp(-gate)) * up;
            double cut = Math.Min(gate, 2);
            return cut / (1 + Math.Exp(-1.25 * cut)) * (Math.Clamp(up, -2, 2) + 1);
        }

        private static double[] Map(Dictionary<string, double[]> v, string name, double[] x)
        {
            double[] y = Product(v[$"{name}.weight"], x), change = Product(v[$"{name}.B"], Product(v[$"{name}.A"], x));
            return [.. y.Select((value, i) => value + v[$"{name}.bias"][i] + (Scale * change[i]))];
        }

        private static double[] Product(double[] w, double[] x) =>
            [.. Enumerable.Range(0, w.Length / x.Length).Select(r => x.Select((value, c) => value * w[(r * x.Length) + c]).Sum())];

        private static double[] Norm(double[] x, double[] w)
        {
            double root = Math.Sqrt(x.Average(a => a * a) + 1e-3f);
            return [.. x.Select((value, c) => value / root * w[c])];
        }
    }
}
