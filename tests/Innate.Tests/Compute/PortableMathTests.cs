using Innate.Compute;
using Innate.Compute.Simd;

namespace Innate.Tests.Compute;

public unsafe class PortableMathTests
{
    [Fact]
    public void Exp_and_log_agree_with_the_runtime_to_the_last_bits()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            double x = (random.NextDouble() * 1400) - 700;
            Assert.Equal(1, PortableMath.Exp(x) / Math.Exp(x), 1e-15);
            double y = Math.Pow(10, (random.NextDouble() * 600) - 300);
            Assert.Equal(Math.Log(y), PortableMath.Log(y), Math.Abs(Math.Log(y)) * 1e-15);
        }

        Assert.Equal(0, PortableMath.Log(1));
        Assert.Equal(1, PortableMath.Exp(0));
        Assert.Equal(0, PortableMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.NegativeInfinity, PortableMath.Log(0));
        Assert.True(double.IsNaN(PortableMath.Log(-1)));
        Assert.Equal(Math.Log(double.Epsilon), PortableMath.Log(double.Epsilon), 1e-12);
    }

    [Fact]
    public void Sine_and_cosine_hold_for_a_million_positions()
    {
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            double x = (random.NextDouble() * 2e6) - 1e6;
            (double s, double c) = PortableMath.SinCos(x);
            Assert.Equal(Math.Sin(x), s, 2e-15);
            Assert.Equal(Math.Cos(x), c, 2e-15);
        }
    }

    [Fact]
    public void Lane_functions_agree_with_float64_and_with_each_other_on_every_path()
    {
        float* x = stackalloc float[16], a = stackalloc float[16], b = stackalloc float[16];
        var random = new Random(3);
        for (int round = 0; round < 5000; round++)
        {
            for (int i = 0; i < 16; i++) x[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 3)));
            Lanes128.Store(LaneMath.Exp(Lanes128.Load(x)), a);
            for (int i = 0; i < 16; i++)
            {
                // Below e^-87.33 the result is zero by definition; above 88 it stays at e^88.
                double expected = x[i] < -87.33f ? 0 : Math.Exp(Math.Min(x[i], 88f));
                Assert.True(Math.Abs(a[i] - expected) <= 3e-7 * expected, $"exp({x[i]}) = {a[i]}");
            }

            SameOnAllPaths(LaneMath.Exp, LaneMath.Exp, LaneMath.Exp);
            Lanes128.Store(LaneMath.Tanh(Lanes128.Load(x)), a);
            for (int i = 0; i < 16; i++)
            {
                Assert.True(Math.Abs(a[i] - Math.Tanh(x[i])) <= 4e-7 * Math.Abs(Math.Tanh(x[i])), $"tanh({x[i]}) = {a[i]}");
            }

            SameOnAllPaths(LaneMath.Tanh, LaneMath.Tanh, LaneMath.Tanh);
            float sum = Lanes128.Sum(Lanes128.Load(x));
            if (SimdPaths.Supported.Contains(SimdPath.Avx2)) Assert.Equal(sum, Lanes256.Sum(Lanes256.Load(x)));
            if (SimdPaths.Supported.Contains(SimdPath.Avx512)) Assert.Equal(sum, Lanes512.Sum(Lanes512.Load(x)));
        }

        void SameOnAllPaths(Func<Lanes128, Lanes128> portable, Func<Lanes256, Lanes256> avx2, Func<Lanes512, Lanes512> avx512)
        {
            Lanes128.Store(portable(Lanes128.Load(x)), a);
            if (SimdPaths.Supported.Contains(SimdPath.Avx2))
            {
                Lanes256.Store(avx2(Lanes256.Load(x)), b);
                for (int i = 0; i < 16; i++) Assert.Equal(a[i], b[i]);
            }

            if (SimdPaths.Supported.Contains(SimdPath.Avx512))
            {
                Lanes512.Store(avx512(Lanes512.Load(x)), b);
                for (int i = 0; i < 16; i++) Assert.Equal(a[i], b[i]);
            }
        }
    }
}
