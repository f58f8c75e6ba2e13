using Innate.Rows;

namespace Innate.Audits;

/// <summary>A text that is scored.</summary>
/// <param name="Prompt">The place of its prompt among the item's.</param>
/// <param name="Text">The response.</param>
internal readonly record struct AuditText(int Prompt, string Text);

/// <summary>Two texts of an item.</summary>
/// <param name="Contrast">The place of what they differ in.</param>
/// <param name="First">The first text's place among the item's.</param>
/// <param name="Second">The second's.</param>
internal readonly record struct AuditPair(int Contrast, int First, int Second);

/// <summary>One prompt with all that is compared under it, so that the prompt is read once.</summary>
/// <param name="Cluster">Items of one cluster are resampled together: those with the same prompt.</param>
/// <param name="Row">The prompt, and the user's responses; none for what is compared beside them.</param>
/// <param name="Prompts">The prompt, and its variants with other words in it.</param>
/// <param name="Texts">The user's responses first, then the others.</param>
/// <param name="Pairs">What is compared.</param>
internal sealed record AuditItem(
    string Cluster, Row Row, IReadOnlyList<RowPrompt> Prompts, IReadOnlyList<AuditText> Texts, IReadOnlyList<AuditPair> Pairs)
{
    /// <summary>How many of the first texts are the user's responses.</summary>
    public int Originals { get; init; }

    /// <summary>The contrast of one's own sample with another model's; null: none is sampled.</summary>
    public int? Sampled { get; init; }

    /// <summary>The item with a sample of another model and one of the model itself, which are compared too.</summary>
    public AuditItem WithSamples(string other, string own) => Sampled is not { } contrast ? this : this with
    {
        Texts = [.. Texts, new AuditText(0, other), new AuditText(0, own)],
        Pairs = [.. Pairs.Select(p => p.Contrast == contrast ? new AuditPair(contrast, Texts.Count, Texts.Count + 1) : p)],
    };
}
