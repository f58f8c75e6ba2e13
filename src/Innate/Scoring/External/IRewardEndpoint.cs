namespace Innate.Scoring.External;

/// <summary>A reward of the user's own: a program, or a server.</summary>
internal interface IRewardEndpoint : IDisposable
{
    /// <summary>Asks once about each group; failures are replies.</summary>
    /// <param name="groups">Each group's responses.</param>
    /// <param name="cancellation">Stops asking.</param>
    /// <returns>One reply a group, in their order, in whichever order they came.</returns>
    IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation);
}
