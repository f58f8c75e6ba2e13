namespace Innate.Compute;

/// <summary>How a router's logits become the weights of the experts that it chose.</summary>
public enum ExpertWeighting
{
    /// <summary>Softmax over all experts: the weights of the chosen sum to less than 1.</summary>
    SoftmaxOverAll,

    /// <summary>Softmax over the chosen alone, which is that over all divided by the sum of the chosen.</summary>
    SoftmaxOverChosen,
}
