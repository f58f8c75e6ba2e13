using System.Text.Json;
using System.Text.RegularExpressions;

namespace Innate.Scoring.External;

/// <summary>What came back for one group: its rewards, or why there are none.</summary>
internal sealed partial record RewardReply
{
    private RewardReply(double?[]? values, string? reason, bool canRetry) =>
        (Values, Reason, CanRetry) = (values, reason, canRetry);

    /// <summary>One a response: finite, or null where it was given no reward; null where nobody answered.</summary>
    public double?[]? Values { get; }

    /// <summary>One a response, all finite; null where there is one without.</summary>
    public double[]? Rewards => Values is null || Values.Contains(null) ? null : [.. Values.Select(v => v!.Value)];

    /// <summary>Why there are none.</summary>
    public string? Reason { get; }

    /// <summary>Whether asking again may help: the call failed. Not so where the answer was that there is no reward.</summary>
    public bool CanRetry { get; }

    /// <summary>Of responses whose steps were judged, what each step is paid; null: they were judged whole.</summary>
    public IReadOnlyList<StepPayment>[]? Payments { get; init; }

    /// <summary>The call failed.</summary>
    public static RewardReply Failed(string reason, bool canRetry = true) => new(null, reason, canRetry);

    /// <summary>The answers: one that is null or not finite is none, and the first of these is told.</summary>
    public static RewardReply Of(IReadOnlyList<double?> rewards)
    {
        int odd = 0;
        while (odd < rewards.Count && rewards[odd] is { } reward && double.IsFinite(reward)) odd++;
        string? reason = odd == rewards.Count ? null
            : rewards[odd] is { } found ? $"response {odd + 1} was given {found}, which is not finite"
            : $"response {odd + 1} was given no reward";
        return new RewardReply([.. rewards.Select(r => r is { } x && double.IsFinite(x) ? r : null)], reason, false);
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
