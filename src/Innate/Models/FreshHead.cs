using Innate.Compute;
using Innate.Models.Creation;
using Innate.Text;

namespace Innate.Models;

/// <summary>
/// The score head that a language model gets in its language head's place before it learns to judge. It begins as transformers
/// begins one (<c>_init_weights</c>, <c>initializer_range</c> 0.02; confirmed by code):
/// <code>
/// W[i] ~ N(0, 0.02^2),  b = 0
/// </code>
/// </summary>
/// <param name="Seed">Decides W.</param>
internal sealed record FreshHead(ulong Seed)
{
    /// <summary>The head's weight in a checkpoint, [labels, hidden].</summary>
    public const string Weight = "score.weight";

    /// <summary>The bias of a head on steps, [labels].</summary>
    public const string Bias = "score.bias";

    private const double Deviation = 0.02;

    /// <summary>Whether it judges steps, with two labels and a bias; else it gives a text one number, without.</summary>
    public bool JudgesSteps { get; init; }

    /// <summary>Where a head on steps wants responses cut.</summary>
    public StepSplit StepSplit { get; init; }

    /// <summary>Whether it is held as float32 whatever the model's type is: beside adapters, which are too.</summary>
    public bool IsWide { get; init; }

    /// <summary>The id that texts are read without at their ends; null: none is.</summary>
    public int? PaddingId { get; init; }

    /// <summary>A language model's shape with this head.</summary>
    public ModelConfig On(ModelConfig config) =>
        config with { IsClassifier = true, JudgesSteps = JudgesSteps, StepSplit = StepSplit, PaddingId = PaddingId };

    /// <summary>W, row after row.</summary>
    /// <param name="count">Its values.</param>
    public float[] Values(int count)
    {
        NormalNumbers numbers = new(Seed, Weight);
        return [.. Enumerable.Range(0, count).Select(i => (float)(Deviation * numbers[i]))];
    }
}
