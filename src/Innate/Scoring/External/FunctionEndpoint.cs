namespace Innate.Scoring.External;

/// <summary>A function of the program that uses the library, asked as a program or a server is.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="reward">The function.</param>
internal sealed class FunctionEndpoint(string name, Func<RewardQuery, double?> reward) : IRewardEndpoint
{
    public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation) =>
        [.. groups.Select(g => Ask(g, cancellation))];

    public void Dispose()
    {
    }

    private RewardReply Ask(IReadOnlyList<RewardQuery> group, CancellationToken cancellation)
    {
        List<double?> values = [];
        foreach (RewardQuery query in group)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                values.Add(reward(query));
            }
#pragma warning disable CA1031 // whatever a function of the user's throws is a reward that is missing, not the end of the run
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return RewardReply.Failed($"{name} failed: {e.Message}");
            }
#pragma warning restore CA1031
        }

        return RewardReply.Of(values);
    }
}
