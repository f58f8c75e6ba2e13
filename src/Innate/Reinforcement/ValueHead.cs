using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;
using Innate.Models;

namespace Innate.Reinforcement;

/// <summary>
/// V(s) = w h + b, a linear reading of the policy's last hidden state h, after the final norm. It learns from returns and sends
/// no gradient into the policy, so that learning to predict does not move what is predicted. Its gradient is clipped by its own
/// norm and does not count in the policy's (<see cref="ModelParameter.IsApart"/>).
/// </summary>
internal sealed class ValueHead
{
    private readonly float[] _weights;

    /// <summary>A head whose values are 0 everywhere.</summary>
    /// <param name="hidden">The width of h.</param>
    /// <param name="rate">Its learning rate, as a multiple of the policy's.</param>
    public ValueHead(int hidden, double rate = 1)
    {
        _weights = new float[hidden + 1];
        Parameter = new ModelParameter("value_head", ElementType.Float32, 1, hidden + 1)
        {
            TensorRows = 1,
            Vector = _weights,
            RateScale = rate,
            IsApart = true,
        };
    }

    /// <summary>w, and b at the end: hidden + 1 numbers.</summary>
    public ModelParameter Parameter { get; }

    /// <summary>V of each row, in the reward's unit.</summary>
    /// <param name="hidden">h: [tokens, hidden].</param>
    /// <returns>One number a token.</returns>
    public double[] Values(Matrix hidden)
    {
        var values = new double[hidden.Rows];
        for (int t = 0; t < values.Length; t++)
        {
            ReadOnlySpan<float> h = hidden.Row(t);
            double sum = _weights[^1];
            for (int c = 0; c < h.Length; c++) sum += (double)_weights[c] * h[c];
            values[t] = sum;
        }

        return values;
    }

    /// <summary>Adds dLoss/dw and dLoss/db.</summary>
    /// <param name="hidden">h: [tokens, hidden].</param>
    /// <param name="valueGradient">dLoss/dV, one number a token.</param>
    /// <param name="gradients">Holds the place of <see cref="Parameter"/>; without one the head is frozen.</param>
    public void Backward(Matrix hidden, double[] valueGradient, Gradients gradients)
    {
        if (gradients.Of(_weights) is not { } place) return;
        Span<float> to = place.Row(0);
        for (int t = 0; t < valueGradient.Length; t++)
        {
            ReadOnlySpan<float> h = hidden.Row(t);
            float d = (float)valueGradient[t];
            for (int c = 0; c < h.Length; c++) to[c] += d * h[c];
            to[^1] += d;
        }
    }
}
