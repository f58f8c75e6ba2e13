namespace Innate.Rows;

/// <summary>A row's rewards, or why it has none.</summary>
/// <param name="Scored">One a response; null: see <see cref="Error"/>.</param>
/// <param name="Error">Why it has none.</param>
public sealed record RowScores(ScoredResponse[]? Scored, string? Error);
