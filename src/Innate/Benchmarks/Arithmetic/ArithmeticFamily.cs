namespace Innate.Benchmarks.Arithmetic;

/// <summary>The five families of questions.</summary>
public enum ArithmeticFamily
{
    /// <summary>A sum or difference of two numbers of up to three digits.</summary>
    AddSubtract,

    /// <summary>Three numbers of up to two digits and two operations; products before sums.</summary>
    ThreeOperands,

    /// <summary>A one-digit number times one below 200.</summary>
    Products,

    /// <summary>A word problem of one operation.</summary>
    OneStep,

    /// <summary>A word problem of two operations.</summary>
    TwoStep,
}
