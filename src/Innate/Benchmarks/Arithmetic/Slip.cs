namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// What an erring expert does. Each is made in one place and carried on from there, so that only that place is wrong.
/// </summary>
public enum SlipKind
{
    /// <summary>A carry or a borrow is left out: 47 + 85 = 122.</summary>
    ForgottenCarry,

    /// <summary>A step's result is one too high or too low; in a sum by columns that step is one column.</summary>
    OffByOne,

    /// <summary>A step's result is ten too high or too low; steps without columns only.</summary>
    OffByTen,

    /// <summary>Two neighbouring digits of a result change places; after columns, those of the answer.</summary>
    TransposedDigits,

    /// <summary>
    /// A word problem's step takes another operation: subtraction for addition, addition for subtraction and for
    /// multiplication, subtraction for division.
    /// </summary>
    WrongOperation,

    /// <summary>a + b x c or a - b x c is taken from left to right.</summary>
    WrongOrder,
}

/// <summary>One slip of one question's solution.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Line">The step in which it does, from 0; for a wrong operation the operation, from 0.</param>
/// <param name="Amount">
/// By how much: what is added (off by one, off by ten), the power of ten that gets no carry (forgotten carry), the power of
/// ten of the lower digit (transposed digits); else 0.
/// </param>
internal readonly record struct Slip(SlipKind Kind, int Line, int Amount);
