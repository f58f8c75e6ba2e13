namespace Innate.Reinforcement.Rewards;

/// <summary>A statement of a response.</summary>
/// <param name="HasGold">Whether it contains a known answer.</param>
/// <param name="CitationHolds">
/// Whether its citation bears it out; null: it has none, or nobody looked. Of a statement without a known answer it does not
/// count.
/// </param>
internal readonly record struct GroundedStatement(bool HasGold, bool? CitationHolds);

/// <summary>A response that was to answer from documents, or to refuse.</summary>
internal sealed record GroundedAnswer
{
    /// <summary>Whether the format is right, the tags' counts aside.</summary>
    public required bool HasFormat { get; init; }

    /// <summary>How often each of the four tags occurs.</summary>
    public required IReadOnlyList<int> Tags { get; init; }

    /// <summary>Whether the documents hold an answer.</summary>
    public required bool IsAnswerable { get; init; }

    /// <summary>The statements of the answer.</summary>
    public required IReadOnlyList<GroundedStatement> Statements { get; init; }

    /// <summary>rs: how much the response is like a refusal, 0 to 1; stage 1 does not look at it.</summary>
    public double Refusal { get; init; }
}

/// <summary>
/// Ground-GRPO's reward in its two stages (arXiv 2506.15522; confirmed by the paper):
/// <code>
/// share = tags that occur exactly once / tags
/// R = share                            where the format is wrong or the tags do not occur equally often
/// R = share + 1 + extra                else
/// extra in stage 1 (answerable prompts only): S
///       in stage 2: 0.5 + S            answerable, not refused
///                   rs                 not answerable, refused
///                   0                  else
/// S = sum over statements with a known answer of 0.5, +0.5 where its citation holds, -0.5 where it does not
/// </code>
/// A refusal is an rs of 0.85 or more; the paper leaves 0.85 itself open, ours refuses. As printed S grows with every repetition
/// of an answer: with the number of known answers given, it is held to that (ours).
/// </summary>
internal static class GroundedAnswerReward
{
    /// <summary>From this likeness on a response is a refusal.</summary>
    public const double RefusalFrom = 0.85;

    /// <summary>The reward.</summary>
    /// <param name="answer">The response, read and judged.</param>
    /// <param name="stage">1 or 2.</param>
    /// <param name="goldAnswers">How many known answers there are: S is at most that. Null: as printed.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Another stage, no tags, a likeness outside [0, 1], a cap below 0.
    /// </exception>
    public static double Compute(GroundedAnswer answer, int stage, int? goldAnswers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stage, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stage, 2);
        ArgumentOutOfRangeException.ThrowIfZero(answer.Tags.Count, nameof(answer));
        ArgumentOutOfRangeException.ThrowIfNegative(goldAnswers ?? 0, nameof(goldAnswers));
        Require.Unit(answer.Refusal, nameof(answer));
        double share = (double)answer.Tags.Count(c => c == 1) / answer.Tags.Count;
        bool equal = answer.Tags.All(c => c == answer.Tags[0]);
        if (!answer.HasFormat || !equal) return share;
        return share + 1 + (stage == 1 ? Statements(answer, goldAnswers) : SecondStage(answer, goldAnswers));
    }

    private static double SecondStage(GroundedAnswer answer, int? goldAnswers)
    {
        bool refuses = answer.Refusal >= RefusalFrom;
        if (answer.IsAnswerable) return refuses ? 0 : 0.5 + Statements(answer, goldAnswers);
        return refuses ? answer.Refusal : 0;
    }

    private static double Statements(GroundedAnswer answer, int? goldAnswers)
    {
        double sum = 0;
        foreach (GroundedStatement statement in answer.Statements)
        {
            if (!statement.HasGold) continue;
            sum += 0.5 + statement.CitationHolds switch { true => 0.5, false => -0.5, null => 0 };
        }

        return goldAnswers is { } most ? Math.Min(sum, most) : sum;
    }
}
