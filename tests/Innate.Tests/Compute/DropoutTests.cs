using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Tests.Support;

namespace Innate.Tests.Compute;

/// <summary>Dropout is a function of a row's key, the salt and the column, so that it can be repeated anywhere.</summary>
public sealed class DropoutTests
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_mask_depends_on_key_salt_and_column_alone(SimdPath path)
    {
        using var memory = new TestMemory();
        ulong[] keys = [.. Enumerable.Range(0, 300).Select(i => RandomBits.Mix(1, (ulong)i))];
        bool[,] mask = Mask(memory, path, keys, 200, salt: 7, threads: 1);
        bool[,] narrow = Mask(memory, path, keys[40..], 33, salt: 7, threads: 3);
        bool[,] reversed = Mask(memory, path, [.. keys.Reverse()], 200, salt: 7, threads: 2);
        bool[,] otherSalt = Mask(memory, path, keys, 200, salt: 8, threads: 1);
        int sameSalt = 0, sameKey = 0, sameColumn = 0;
        for (int r = 0; r < 300; r++)
        {
            for (int c = 0; c < 200; c++)
            {
                Assert.Equal(mask[r, c], reversed[299 - r, c]);
                if (r >= 40 && c < 33) Assert.Equal(mask[r, c], narrow[r - 40, c]);
                sameSalt += mask[r, c] == otherSalt[r, c] ? 1 : 0;
                sameKey += mask[r, c] == mask[(r + 1) % 300, c] ? 1 : 0;
                sameColumn += mask[r, c] == mask[r, (c + 1) % 200] ? 1 : 0;
            }
        }

        // Independent masks that keep seven of ten agree in 0.58 of 60,000 places; six standard deviations are 0.012.
        Assert.All((int[])[sameSalt, sameKey, sameColumn], same => Assert.Equal(0.58, same / 60_000.0, 0.012));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.05f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void What_is_kept_is_one_minus_the_rate_and_the_mean_stays(float rate)
    {
        using IKernels kernels = CpuKernels.Create(1);
        using var memory = new TestMemory();
        ulong[] keys = [.. Enumerable.Range(0, 500).Select(i => RandomBits.Mix(3, (ulong)i))];
        Matrix x = memory.New(500, 400, 3);
        kernels.Dropout(x, keys, 5, rate, x); // in its own place
        double[] values = [.. TestMemory.Read(x).Cast<double>()];
        double kept = values.Count(v => v != 0) / 200_000.0, deviation = Math.Sqrt(rate * (1 - rate) / 200_000.0);
        Assert.Equal(1 - rate, kept, (5 * deviation) + 1e-12);
        Assert.All(values.Where(v => v != 0), v => Assert.Equal(3 / (1 - (double)rate), v, 3e-6));
        Assert.Equal(3, values.Average(), (3 * 5 * deviation / (1 - rate)) + 1e-12);
    }

    private static bool[,] Mask(TestMemory memory, SimdPath path, ulong[] keys, int columns, ulong salt, int threads)
    {
        using IKernels kernels = CpuKernels.Create(threads, path);
        Matrix x = memory.New(keys.Length, columns, 1), y = memory.New(keys.Length, columns, float.NaN);
        kernels.Dropout(x, keys, salt, 0.3f, y);
        var mask = new bool[keys.Length, columns];
        for (int r = 0; r < keys.Length; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                Assert.True(y.Row(r)[c] is 0 or 1 / (1 - 0.3f));
                mask[r, c] = y.Row(r)[c] != 0;
            }
        }

        return mask;
    }
}
