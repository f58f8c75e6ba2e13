using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>The null prompt of rows that give none, and how far logits are pushed from those that follow it.</summary>
public sealed record GuidanceSettings
{
    /// <summary>How far; null: logits are read as they are, and the null prompt is <c>pmi</c>'s alone.</summary>
    public Guidance? Guidance { get; init; }

    /// <summary>The null prompt of rows that give none; null: none.</summary>
    public RowPrompt? NullPrompt { get; init; }

    /// <summary>Refuses a null prompt that nothing reads, and rewards that no guidance reaches.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="expression">An expression in its place; null: none.</param>
    /// <exception cref="InputException">What does not go together.</exception>
    internal void Check(RewardKind reward, RewardExpression? expression)
    {
        Guidance?.Check();
        bool isOfTraces = expression is null ? !RewardNames.IsOfHead(reward) : expression.Needs.Passes.Count > 0;
        if (!isOfTraces)
        {
            throw new InputException(
                Guidance is null ? nameof(NullPrompt) : nameof(Guidance), "a reward of a model's traces in {Reward}",
                expression?.ToString() ?? RewardNames.NameOf(reward));
        }

        if (Guidance is null && expression?.Needs.EmptyPrompt != true)
        {
            throw new InputException(nameof(NullPrompt), "none without {Guidance} or a {Reward} with pmi, which read it", "one");
        }
    }

    /// <summary>A query of texts under these settings.</summary>
    /// <param name="query">Prompt and responses.</param>
    /// <param name="format">How text becomes ids.</param>
    /// <exception cref="InputException">There is no null prompt, or scales for an image that a text has not.</exception>
    internal TraceQuery Of(TraceQuery query, ChatFormat format)
    {
        if (Guidance is { ImageScale: not null })
        {
            throw new InputException(nameof(Guidance), "one scale for a prompt of text alone", $"{Guidance}");
        }

        int[]? without = NullPrompt?.Ids ?? (NullPrompt?.Text is { } text ? format.EncodePrompt(text).Ids : null);
        if (Guidance is not null && without is null)
        {
            throw new InputException(nameof(NullPrompt), "the prompt that {Guidance} compares with", "none");
        }

        return query with { Guidance = Guidance, NullPrompt = without };
    }

    /// <summary>What decides a result's bits.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Header =>
    [
        new("logits", Guidance is null ? "the prompt's" : $"guided, w = {Guidance}"),
        new("null_prompt", NullPrompt?.Ids is { } ids ? string.Join(',', ids) : NullPrompt?.Text ?? ""),
    ];
}
