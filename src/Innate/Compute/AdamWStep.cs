namespace Innate.Compute;

/// <summary>
/// What one step of AdamW (Loshchilov and Hutter, arXiv 1711.05101) does to every element, worked out once for all: with
/// g the scaled gradient, m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
/// w = (1 - lr decay) w - lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
/// </summary>
/// <param name="Keep">1 - lr decay.</param>
/// <param name="Rate">lr / (1 - beta1^t).</param>
/// <param name="GradientScale">What gradients are multiplied by: the clipping.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="InverseRootCorrection">1 / sqrt(1 - beta2^t).</param>
/// <param name="Epsilon">Added to the root.</param>
public readonly record struct AdamWStep(
    float Keep, float Rate, float GradientScale, float Beta1, float Beta2, float InverseRootCorrection, float Epsilon);
