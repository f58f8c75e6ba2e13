using Innate.Compute.Memory;

namespace Innate.Compute.Simd.Integers;

/// <summary>
/// The inner product of integer codes: C[r, 0..32) += sum over groups g of (d[g, n] k[g, r]) (dot of codes) + m[g, n] s[g, r],
/// for 6, 2 or 1 rows. A group's dot is whole numbers, exact on every instruction set; the two fused steps that add it are one
/// chain over the groups in order. So an element's bits depend on its own row and column alone.
/// </summary>
/// <remarks>
/// Nothing overflows: a code is at most 255, a row's value at most 127 in magnitude, a group at most 32 long. A dot then lies
/// within 255 * 127 * 32 = 1,036,320, below 2^24, so that float32 holds it exactly. Sixteen-bit sums are formed of codes up to
/// 15 alone: 15 * 127 * 16 = 30,480.
/// </remarks>
internal unsafe interface IIntegerTile
{
    /// <summary>Rows of a full tile.</summary>
    const int Height = 6;

    /// <summary>Six rows.</summary>
    /// <typeparam name="TForm">How the weight's groups are.</typeparam>
    /// <param name="t">The operands.</param>
    /// <param name="c">C, rows of <paramref name="strideC"/> floats.</param>
    /// <param name="strideC">From a row of C to the next.</param>
    static abstract void Multiply6<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm;

    /// <summary>Two rows.</summary>
    static abstract void Multiply2<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm;

    /// <summary>One row.</summary>
    static abstract void Multiply1<TForm>(in CodeTile t, float* c, nint strideC)
        where TForm : struct, ICodeForm;
}

/// <summary>A tile's operands; h is its height. A step is four columns.</summary>
internal unsafe struct CodeTile
{
    /// <summary>Bytes of the codes of a step: four of each of 32 outputs.</summary>
    public const int StepBytes = CodePlanes.StepBytes;

    /// <summary>[steps][h][4]: the rows' values.</summary>
    public sbyte* Rows;

    /// <summary>k, [groups][h]: what a row's values are multiples of.</summary>
    public float* RowScales;

    /// <summary>
    /// [groups][h]: where codes have minima, the sum of a row's values in a group, scaled; where not, a whole number, minus the
    /// code of zero times the sum.
    /// </summary>
    public float* RowTerms;

    /// <summary>[steps][32][4]: the weight's codes, none below zero.</summary>
    public byte* Codes;

    /// <summary>d, [groups][32].</summary>
    public float* Scales;

    /// <summary>m, [groups][32]; read where codes have minima.</summary>
    public float* Mins;

    /// <summary>How many groups.</summary>
    public int Groups;
}

/// <summary>What differs between the weights' forms in the arithmetic; constants to the compiler.</summary>
internal interface ICodeForm
{
    /// <summary>Steps of a group: 8 for 32 columns, 4 for 16.</summary>
    static abstract int Steps { get; }

    /// <summary>Whether a value is d code + m, with a minimum; else d (code - zero).</summary>
    static abstract bool HasMin { get; }

    /// <summary>Whether no code is above 15.</summary>
    static abstract bool IsSmall { get; }
}
