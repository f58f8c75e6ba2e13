namespace Innate.Rewards;

/// <summary>A response's reward and what each token gave to it.</summary>
/// <param name="Value">The outcome reward.</param>
/// <param name="PerToken">One token reward a response token; the reward's file says how they combine to the value.</param>
public sealed record RewardResult(double Value, double[] PerToken);
