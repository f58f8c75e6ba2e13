using Innate.Rewards;
using Innate.Scoring.Expressions;

namespace Innate.Scoring.External;

/// <summary>
/// Asks an endpoint until it answers: what failed is asked about again, all of it together, after a pause that doubles each time,
/// up to 30 seconds.
/// </summary>
/// <param name="endpoint">Whom; it is disposed of with this.</param>
/// <param name="attempts">How often, 1 or more.</param>
/// <param name="firstPause">The first pause; null: half a second.</param>
/// <param name="clock">The clock that pauses go by; null: the system's.</param>
internal sealed class ExternalReward(
    IRewardEndpoint endpoint, int attempts, TimeSpan? firstPause = null, TimeProvider? clock = null) : IDisposable
{
    private readonly Retry _retry = new(attempts, firstPause ?? TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));

    /// <summary>The endpoint of a recipe's part.</summary>
    /// <exception cref="InputException">The environment has no key of the name that was given.</exception>
    public static ExternalReward Of(ExternalRewardOptions options) =>
        new(EndpointOf(options), options.Attempts);

    /// <summary>The endpoint of an expression's leaf.</summary>
    /// <param name="leaf">A command, a server, a trained reward model, or a function.</param>
    /// <param name="functions">The functions that there are.</param>
    /// <exception cref="InputException">The environment has no key of the name that was given.</exception>
    public static ExternalReward Of(LeafNode leaf, IReadOnlyList<RewardFunction> functions) => leaf.FunctionName is { } name
        ? new ExternalReward(new FunctionEndpoint(name, functions.First(f => f.Name == name).Reward), attempts: 1)
        : leaf.Options.Model is { } model
        ? new ExternalReward(new RewardModelEndpoint(model, leaf.Options.Steps ?? StepRule.Min), attempts: 1)
        : Of(ExternalRewardOptions.Of(leaf.Options));

    /// <summary>The rewards of each group.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public IReadOnlyList<RewardReply> Score(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation)
    {
        var replies = new RewardReply[groups.Count];
        int[] open = [.. Enumerable.Range(0, groups.Count)];
        for (int attempt = 1; open.Length > 0; attempt++)
        {
            IReadOnlyList<RewardReply> latest = endpoint.Ask([.. open.Select(i => groups[i])], cancellation);
            for (int i = 0; i < open.Length; i++) replies[open[i]] = latest[i];
            open = [.. open.Where(i => replies[i].CanRetry)];
            if (_retry.IsOver(attempt) || open.Length == 0) break;
            Task.Delay(_retry.PauseAfter(attempt), clock ?? TimeProvider.System, cancellation).GetAwaiter().GetResult();
        }

        return replies;
    }

    /// <inheritdoc/>
    public void Dispose() => endpoint.Dispose();

    private static IRewardEndpoint EndpointOf(ExternalRewardOptions options)
    {
        TimeSpan timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        return options.Run is { } run
            ? new CommandEndpoint(run, timeout)
            : new HttpEndpoint(options.Url!, KeyOf(options), timeout, options.Dialect ?? RewardDialects.Usual);
    }

    private static string? KeyOf(ExternalRewardOptions options)
    {
        if (options.KeyEnvironment is not { } name) return null;
        return Environment.GetEnvironmentVariable(name) is { Length: > 0 } key
            ? key
            : throw new InputException(
                field: "Rewards: http", expected: "key-env to name an environment variable that holds a key",
                found: $"no environment variable {name}");
    }
}
