using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>
/// Rotary position embedding (RoFormer, arXiv 2104.09864): the pair (x[i], x[i + d/2]) of a head turns by position *
/// frequency[i], with frequency[i] = theta^(-2i/d), stretched as <see cref="RopeConfig"/> says; or by its row and column in an
/// image (<see cref="GridRotary"/>). Angles are computed in float64: in float32 a position of 10,000 would already lose the
/// fourth digit.
/// </summary>
public sealed unsafe class RotaryEmbedding : IDisposable
{
    private readonly double[] _frequencies;
    private readonly float _attentionFactor;
    private readonly RopeConfig _config;
    private NativeBuffer? _tables;
    private int _positions;

    /// <summary>Prepares the frequencies; the tables grow with the positions that are met.</summary>
    public RotaryEmbedding(RopeConfig config, int headDimension)
    {
        _config = config;
        _frequencies = Frequencies(config, headDimension);
        _attentionFactor = config.Scaling is RopeScalingKind.Yarn or RopeScalingKind.Divided ? (float)config.AttentionFactor : 1;
        HeadDimension = headDimension;
    }

    /// <summary>Width of a head.</summary>
    public int HeadDimension { get; }

    /// <summary>Rotates the heads of x, [tokens, heads * head dimension], in place.</summary>
    public void Forward(IKernels kernels, Matrix x, int[] positions)
    {
        (Matrix cos, Matrix sin) = Tables(positions);
        kernels.Rotate(x, HeadDimension, cos, sin, positions);
    }

    /// <summary>Turns dLoss/d(rotated x) into dLoss/dx, in place.</summary>
    public void Backward(IKernels kernels, Matrix dx, int[] positions)
    {
        (Matrix cos, Matrix sin) = Tables(positions);
        kernels.RotateBackward(dx, HeadDimension, cos, sin, positions);
    }

    /// <inheritdoc/>
    public void Dispose() => _tables?.Dispose();

    private (Matrix Cos, Matrix Sin) Tables(int[] positions)
    {
        Grow(positions.Length == 0 ? 0 : positions.Max() + 1);
        int half = HeadDimension / 2;
        return (
            new Matrix((float*)_tables!.Pointer, _positions, half, half),
            new Matrix((float*)_tables.Pointer + ((long)_positions * half), _positions, half, half));
    }

    /// <summary>The angle a position, one for each pair of a head, in radians.</summary>
    internal static double[] Frequencies(RopeConfig config, int headDimension)
    {
        var frequencies = new double[headDimension / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double plain = PortableMath.Pow(config.Theta, -2.0 * i / headDimension);
            frequencies[i] = config.Scaling switch
            {
                RopeScalingKind.Linear => plain / config.Factor,
                RopeScalingKind.Llama3 => Llama3(config, plain),
                RopeScalingKind.Yarn => Yarn(config, plain, i, headDimension),
                RopeScalingKind.Divided => plain / config.Divisors[i],
                _ => plain,
            };
        }

        return frequencies;
    }

    /// <summary>Llama 3.1: by wavelength against the original context; a linear ramp between the two bounds.</summary>
    private static double Llama3(RopeConfig config, double plain)
    {
        double wavelength = 2 * Math.PI / plain;
        double turns = config.OriginalMaxPositions / wavelength;
        if (turns < config.LowFrequencyFactor) return plain / config.Factor;
        if (turns > config.HighFrequencyFactor) return plain;
        double smooth = (turns - config.LowFrequencyFactor) / (config.HighFrequencyFactor - config.LowFrequencyFactor);
        return ((1 - smooth) * plain / config.Factor) + (smooth * plain);
    }

    /// <summary>
    /// YaRN (arXiv 2309.00071, section 3.2): keep fast dimensions, stretch slow ones, a ramp over dimensions between.
    /// </summary>
    private static double Yarn(RopeConfig config, double plain, int i, int headDimension)
    {
        double low = Dimension(config.BetaFast), high = Dimension(config.BetaSlow);
        if (config.Truncate)
        {
            low = Math.Floor(low);
            high = Math.Ceiling(high);
        }

        low = Math.Max(low, 0);
        high = Math.Min(high, headDimension - 1);
        if (low == high) high += 0.001;
        double ramp = Math.Clamp((i - low) / (high - low), 0, 1);
        return (plain / config.Factor * ramp) + (plain * (1 - ramp));

        // The dimension whose frequency makes so many turns over the original context.
        double Dimension(double turns) =>
            headDimension * PortableMath.Log(config.OriginalMaxPositions / (turns * 2 * Math.PI))
            / (2 * PortableMath.Log(config.Theta));
    }

    private void Grow(int positions)
    {
        if (_tables is not null && positions <= _positions) return;
        int half = _frequencies.Length;
        (double Cos, double Sin)[][]? grid = _config.Scaling != RopeScalingKind.Grid ? null
            : GridRotary.Table(HeadDimension, _config.Theta, _config.GridSize, _config.ConditionTokens);
        if (positions > grid?.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(positions), positions, $"A grid has places for {grid.Length} tokens, its condition's among them.");
        }

        int count = grid?.Length ?? Math.Max(256, (int)Math.Min(int.MaxValue, positions * 5L / 4));
        var tables = new NativeBuffer(2L * count * half * sizeof(float));
        float* cos = (float*)tables.Pointer;
        float* sin = cos + ((long)count * half);
        for (int p = 0; p < count; p++)
        {
            for (int i = 0; i < half; i++)
            {
                (double s, double c) = grid is null ? PortableMath.SinCos(p * _frequencies[i]) : (grid[p][i].Sin, grid[p][i].Cos);
                cos[((long)p * half) + i] = (float)c * _attentionFactor;
                sin[((long)p * half) + i] = (float)s * _attentionFactor;
            }
        }

        _tables?.Dispose();
        _tables = tables;
        _positions = count;
    }
}
