namespace Innate.Reinforcement.Advantages;

/// <summary>Token-level numbers of one group: rewards, values, returns or advantages, one a token of each response.</summary>
/// <param name="Responses">[response][token]; responses differ in length.</param>
internal sealed record TokenLevelGroup(IReadOnlyList<double[]> Responses)
{
    /// <summary>The numbers of one response, one a token.</summary>
    /// <param name="response">The response's index within its group, from 0.</param>
    public double[] this[int response] => Responses[response];

    /// <summary>The same number at every token of a response.</summary>
    /// <param name="perResponse">One number a response.</param>
    /// <param name="lengths">Tokens of each response.</param>
    /// <exception cref="ArgumentException">There are not as many lengths as numbers.</exception>
    public static TokenLevelGroup Repeat(double[] perResponse, IReadOnlyList<int> lengths)
    {
        Require.Length(perResponse.Length, lengths.Count, nameof(lengths));
        return new TokenLevelGroup(
        [
            .. perResponse.Select((number, response) =>
            {
                var tokens = new double[lengths[response]];
                Array.Fill(tokens, number);
                return tokens;
            }),
        ]);
    }
}

/// <summary>Token-level numbers of a whole batch of rollouts.</summary>
/// <param name="Groups">One entry a group, in the batch's order.</param>
internal sealed record TokenLevelBatch(IReadOnlyList<TokenLevelGroup> Groups)
{
    /// <summary>The numbers of one group.</summary>
    /// <param name="group">The group's index within its batch, from 0.</param>
    public TokenLevelGroup this[int group] => Groups[group];

    /// <summary>All responses of the batch, group after group.</summary>
    public IEnumerable<double[]> Responses => Groups.SelectMany(g => g.Responses);

    /// <summary>The responses of a batch that was taken apart, put back into groups.</summary>
    /// <param name="responses">One array a response, group after group.</param>
    /// <param name="groupSizes">Responses of each group.</param>
    /// <exception cref="ArgumentException">The sizes do not add up to the responses.</exception>
    public static TokenLevelBatch Regroup(IReadOnlyList<double[]> responses, IEnumerable<int> groupSizes)
    {
        List<TokenLevelGroup> groups = [];
        int next = 0;
        foreach (int size in groupSizes)
        {
            groups.Add(new TokenLevelGroup([.. responses.Skip(next).Take(size)]));
            next += size;
        }

        Require.Length(next, responses.Count, nameof(responses));
        return new TokenLevelBatch(groups);
    }
}
