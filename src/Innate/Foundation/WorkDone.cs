namespace Innate.Foundation;

/// <summary>How far some work has come.</summary>
/// <param name="Items">Rows, items or questions that this run has done.</param>
/// <param name="Tokens">Tokens that it has computed; 0: they are not counted.</param>
/// <param name="Fraction">Of all the work, 0 to 1; null where its size is not known.</param>
public readonly record struct WorkDone(long Items, long Tokens, double? Fraction);
