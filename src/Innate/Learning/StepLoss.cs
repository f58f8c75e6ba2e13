namespace Innate.Learning;

/// <summary>What a recipe did in one step before the optimizer.</summary>
/// <param name="Loss">The batch's loss.</param>
/// <param name="Tokens">Tokens computed, prompts included.</param>
/// <param name="More">Other numbers worth watching, by name.</param>
public sealed record StepLoss(double Loss, long Tokens, params IReadOnlyList<(string Name, double Value)> More);
