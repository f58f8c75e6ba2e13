namespace Innate.Reinforcement.Objectives;

/// <summary>What is in the whole batch, however it is cut into micro-batches: the denominators come from it.</summary>
/// <param name="Tokens">Response tokens that count, over all sequences.</param>
/// <param name="Sequences">Responses that count.</param>
internal readonly record struct BatchTotals(long Tokens, int Sequences)
{
    /// <summary>The totals of responses of these lengths.</summary>
    /// <param name="lengths">Tokens of each response.</param>
    public static BatchTotals Of(IEnumerable<int> lengths)
    {
        long tokens = 0;
        int sequences = 0;
        foreach (int length in lengths)
        {
            tokens += length;
            sequences++;
        }

        return new BatchTotals(tokens, sequences);
    }
}

/// <summary>
/// How the tokens' terms become one loss: each is multiplied by a weight that depends on the whole batch and the length of its
/// own response alone, so the parts of a batch add up to it exactly. Papers and code part here:
/// <code>
/// TokenMean     1 / N            N: tokens in the batch. Long responses weigh more
/// SequenceMean  1 / (S |y|)      S: sequences in the batch, |y|: tokens of the response. Tokens of long ones weigh less
/// SequenceSum   1 / S            every token alike, whatever the lengths; the loss grows with them
/// TokenBudget   1 / (S L)        L: a constant, the longest response allowed. As SequenceSum, in the size of a mean
/// </code>
/// </summary>
internal readonly record struct Aggregation
{
    private readonly Kind _kind;
    private readonly int _budget;

    private Aggregation(Kind kind, int budget = 0) => (_kind, _budget) = (kind, budget);

    private enum Kind
    {
        TokenMean,
        SequenceMean,
        SequenceSum,
        TokenBudget,
    }

    /// <summary>The mean over all tokens of the batch: denominator N.</summary>
    public static Aggregation TokenMean => new(Kind.TokenMean);

    /// <summary>The mean over sequences of the mean over their tokens: denominator S |y|.</summary>
    public static Aggregation SequenceMean => new(Kind.SequenceMean);

    /// <summary>The mean over sequences of the sum over their tokens: denominator S.</summary>
    public static Aggregation SequenceSum => new(Kind.SequenceSum);

    /// <summary>The sum over all tokens by a constant: denominator S L.</summary>
    /// <param name="tokens">L, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">L is less than 1.</exception>
    public static Aggregation TokenBudget(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        return new Aggregation(Kind.TokenBudget, tokens);
    }

    /// <summary>What a token's term is multiplied by.</summary>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="length">|y|: tokens of the token's response.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no sequence, or fewer tokens than the response.</exception>
    public double Weight(BatchTotals batch, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Sequences, 1, nameof(batch));
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Tokens, length, nameof(batch));
        return length == 0 ? 0 : _kind switch
        {
            Kind.TokenMean => 1.0 / batch.Tokens,
            Kind.SequenceMean => 1.0 / ((double)batch.Sequences * length),
            Kind.SequenceSum => 1.0 / batch.Sequences,
            _ => 1.0 / ((double)batch.Sequences * _budget),
        };
    }
}
