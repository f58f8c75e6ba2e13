using System.Text.Json;
using System.Text.RegularExpressions;

namespace Innate.Reinforcement.Rewards.External;

/// <summary>What came back for one group: its rewards, or why there are none.</summary>
internal sealed partial class RewardReply
{
    private RewardReply(double[]? rewards, string? reason, bool canRetry) =>
        (Rewards, Reason, CanRetry) = (rewards, reason, canRetry);

    /// <summary>One a response, all finite; null where there are none.</summary>
    public double[]? Rewards { get; }

    /// <summary>Why there are none.</summary>
    public string? Reason { get; }

    /// <summary>Whether asking again may help: the call failed. Not so where the answer was that there is no reward.</summary>
    public bool CanRetry { get; }

    /// <summary>The call failed.</summary>
    public static RewardReply Failed(string reason) => new(null, reason, true);

    /// <summary>The answers: where one of them is null or not finite, the group has no rewards.</summary>
    public static RewardReply Of(IReadOnlyList<double?> rewards)
    {
        for (int i = 0; i < rewards.Count; i++)
        {
            if (rewards[i] is not { } reward) return new RewardReply(null, $"response {i + 1} was given no reward", false);
            if (double.IsFinite(reward)) continue;
            return new RewardReply(null, $"response {i + 1} was given {reward}, which is not finite", false);
        }

        return new RewardReply([.. rewards.Select(r => r!.Value)], null, false);
    }

    /// <summary>
    /// Reads JSON as the world writes it: a bare NaN or Infinity, which JSON does not have and Python writes, becomes null.
    /// </summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonDocument Json(string text) => JsonDocument.Parse(NotANumber().Replace(text, "null"));

    /// <summary>One reward: a number or null.</summary>
    /// <returns>False: something else stands there.</returns>
    public static bool TryNumber(JsonElement value, out double? reward)
    {
        reward = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        return value.ValueKind is JsonValueKind.Number or JsonValueKind.Null;
    }

    [GeneratedRegex("""(?<![\w."])-?(?:NaN|Infinity)(?![\w."])""")]
    private static partial Regex NotANumber();
}
