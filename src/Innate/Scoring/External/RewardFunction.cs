namespace Innate.Scoring.External;

/// <summary>A reward of the program that uses the library, named in an expression by its name.</summary>
/// <param name="Name">
/// A letter, then letters, digits and underscores; none of the names that there are. Two functions of one name are the same to a
/// run that is resumed.
/// </param>
/// <param name="Reward">The reward of a response; null: it has none. It may be called many times for the same response.</param>
public sealed record RewardFunction(string Name, Func<RewardQuery, double?> Reward);
