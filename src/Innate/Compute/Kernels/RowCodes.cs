using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Blocks;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Integers;

namespace Innate.Compute.Kernels;

/// <summary>
/// Activations as integers: 32 columns at a time are rounded to multiples of their largest magnitude over 127, ties to even, each
/// row on its own. Rows lie in groups of 6, then of 2, then of 1, as tiles read them.
/// </summary>
internal readonly unsafe struct RowCodes
{
    /// <summary>Columns that share a scale.</summary>
    public const int Block = 32;

    private const int H = IIntegerTile.Height;

    // Blocks whose numbers are put away together.
    private const int AtOnce = 64;

    private readonly RowForm[] _forms;

    /// <summary>Lays them out in scratch of <see cref="Floats"/>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns, padded here to whole blocks.</param>
    /// <param name="forms">What the right sides ask of the rows.</param>
    /// <param name="scratch">Room.</param>
    public RowCodes(int rows, int columns, RowForm[] forms, float* scratch)
    {
        Rows = rows;
        Blocks = (columns + Block - 1) / Block;
        Columns = columns;
        _forms = forms;
        Codes = (sbyte*)scratch;
        Numbers = scratch + ((long)rows * Blocks * Block / sizeof(float));
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Blocks of a row.</summary>
    public int Blocks { get; }

    /// <summary>Groups of rows.</summary>
    public int GroupCount => Groups(Rows);

    private sbyte* Codes { get; }

    private float* Numbers { get; }

    /// <summary>Floats of scratch.</summary>
    public static long Floats(int rows, int columns, int forms)
    {
        long blocks = (columns + Block - 1) / Block;
        return rows * blocks * ((Block / sizeof(float)) + (4 * forms));
    }

    /// <summary>How many groups so many rows make.</summary>
    public static int Groups(int rows) => (rows / H) + (rows % H / 2) + (rows % 2);

    /// <summary>The first row and the height of a group.</summary>
    public static (int Row, int Height) At(int group, int rows)
    {
        int full = rows / H;
        if (group < full) return (group * H, H);
        int row = full * H, twos = (rows - row) / 2;
        group -= full;
        return group < twos ? (row + (group * 2), 2) : (row + (twos * 2), 1);
    }

    /// <summary>A group's operands for one form of right side, from a column that is a multiple of 256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Place(int row, int height, int form, int firstColumn, ref CodeTile tile)
    {
        tile.Rows = Codes + ((nint)row * Blocks * Block) + ((nint)firstColumn * height);
        int groups = Block / _forms[form].Columns;
        float* numbers = FormNumbers(form) + ((nint)row * Blocks * groups) + ((nint)firstColumn / Block * groups * height);
        tile.RowScales = numbers;
        tile.RowTerms = numbers + ((nint)Rows * Blocks * groups);
    }

    /// <summary>Rounds one group of rows of <paramref name="x"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Round(Matrix x, int group)
    {
        (int first, int height) = At(group, Rows);
        float* padded = stackalloc float[Block];
        float* scales = stackalloc float[AtOnce];
        int* sums = stackalloc int[2 * AtOnce];
        var codes = (int*)(Codes + ((nint)first * Blocks * Block));
        for (int r = 0; r < height; r++)
        {
            float* from = x.RowPointer(first + r);
            int* to = codes + r;
            for (int start = 0; start < Blocks; start += AtOnce)
            {
                int count = Math.Min(AtOnce, Blocks - start);
                for (int b = 0; b < count; b++, from += Block, to += Block / 4 * height)
                {
                    float* values = from;
                    int rest = Columns - ((start + b) * Block);
                    if (rest < Block)
                    {
                        new Span<float>(padded, Block).Clear();
                        new ReadOnlySpan<float>(values, rest).CopyTo(new Span<float>(padded, Block));
                        values = padded;
                    }

                    scales[b] = Round(values, to, height, sums + (2 * b));
                }

                for (int form = 0; form < _forms.Length; form++) Put(form, first, height, r, start, count, scales, sums);
            }
        }
    }

    /// <summary>
    /// Rounds 32 values to eight words, <paramref name="stride"/> apart, sums each half, and gives the scale: not a number where
    /// a value is none or infinite, so that nothing hides what went wrong before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Round(float* x, int* to, int stride, int* sums)
    {
        Vector256<float> v0 = Vector256.Load(x), v1 = Vector256.Load(x + 8);
        Vector256<float> v2 = Vector256.Load(x + 16), v3 = Vector256.Load(x + 24);
        // The bits of magnitudes are in the order of the magnitudes.
        Vector256<int> sign = Vector256.Create(0x7fffffff);
        Vector256<int> most = Vector256.Max(
            Vector256.Max(v0.AsInt32() & sign, v1.AsInt32() & sign), Vector256.Max(v2.AsInt32() & sign, v3.AsInt32() & sign));
        Vector128<int> four = Vector128.Max(most.GetLower(), most.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
        float magnitude = BitConverter.Int32BitsToSingle(four.ToScalar()), inverse = 127 / magnitude;
        // Below, 127 over it would be infinite.
        if (!(magnitude >= 1e-30f && float.IsFinite(magnitude)))
        {
            for (int i = 0; i < Block / 4; i++) to[i * stride] = 0;
            (sums[0], sums[1]) = (0, 0);
            return magnitude < 1e-30f ? 0 : float.NaN;
        }

        Vector256<int> q0 = Whole(v0, inverse), q1 = Whole(v1, inverse), q2 = Whole(v2, inverse), q3 = Whole(v3, inverse);
        (sums[0], sums[1]) = (Sum(q0 + q1), Sum(q2 + q3));
        PutBytes(q0, to, stride);
        PutBytes(q1, to + (2 * stride), stride);
        PutBytes(q2, to + (4 * stride), stride);
        PutBytes(q3, to + (6 * stride), stride);
        return magnitude / 127;
    }

    // To the nearest whole number: beside 1.5 * 2^23 float32 has no room for fractions. The low bits are then the number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Whole(Vector256<float> x, float inverse)
    {
        Vector256<float> beside = Vector256.Create(12582912f);
        return ((x * Vector256.Create(inverse)) + beside).AsInt32() - beside.AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum(Vector256<int> v)
    {
        Vector128<int> four = v.GetLower() + v.GetUpper();
        four += Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return (four + Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutBytes(Vector256<int> q, int* to, int stride)
    {
        Vector128<byte> lowest = Vector128.Create((byte)0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
        to[0] = Vector128.Shuffle(q.GetLower().AsByte(), lowest).AsInt32().ToScalar();
        to[stride] = Vector128.Shuffle(q.GetUpper().AsByte(), lowest).AsInt32().ToScalar();
    }

    private float* FormNumbers(int form)
    {
        float* numbers = Numbers;
        for (int f = 0; f < form; f++) numbers += 2L * Rows * Blocks * (Block / _forms[f].Columns);
        return numbers;
    }

    private void Put(int form, int first, int height, int row, int start, int count, float* scales, int* sums)
    {
        RowForm asked = _forms[form];
        int groups = Block / asked.Columns;
        float* to = FormNumbers(form) + ((nint)first * Blocks * groups) + ((nint)start * groups * height) + row;
        float* terms = to + ((nint)Rows * Blocks * groups);
        for (int b = 0; b < count; b++)
        {
            for (int g = 0; g < groups; g++, to += height, terms += height)
            {
                int sum = groups == 1 ? sums[2 * b] + sums[(2 * b) + 1] : sums[(2 * b) + g];
                *to = scales[b];
                if (asked.HasMin) *terms = scales[b] * sum;
                else *(int*)terms = -asked.Zero * sum;
            }
        }
    }
}

/// <summary>What a right side asks of the rows beside their codes.</summary>
/// <param name="Columns">Columns of a group: 16 or 32.</param>
/// <param name="HasMin">Scaled sums, for minima; else whole ones, for the code of zero.</param>
/// <param name="Zero">The code of zero.</param>
internal readonly record struct RowForm(int Columns, bool HasMin, int Zero)
{
    /// <summary>A layout's.</summary>
    public static RowForm Of(CodeLayout layout) => new(layout.GroupColumns, layout.HasMin, layout.Zero);
}
