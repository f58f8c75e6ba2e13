namespace Innate.Compute;

/// <summary>
/// gpt_oss's gate: with g = min(gate, limit) and u = up between -limit and limit, h = g sigmoid(alpha g) (u + 1).
/// </summary>
/// <param name="Alpha">What the sigmoid's argument is multiplied by, <c>swiglu_alpha</c>.</param>
/// <param name="Limit">Where both are cut off, <c>swiglu_limit</c>.</param>
public sealed record ClampedSwiGlu(float Alpha, float Limit);
