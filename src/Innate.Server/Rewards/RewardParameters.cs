namespace Innate.Server.Rewards;

/// <summary>Which reward is asked for, as the request says it; what is null is the server's to choose.</summary>
/// <param name="Reward">The reward's name.</param>
/// <param name="Alpha">The temperature of V.</param>
/// <param name="Gamma">The discount.</param>
/// <param name="Beta">The discount's floor.</param>
/// <param name="Raw">No chat template.</param>
/// <param name="System">A system prompt.</param>
/// <param name="Template">The template's variables.</param>
internal sealed record RewardParameters(
    string? Reward, double? Alpha, double? Gamma, double? Beta, bool? Raw, string? System, Dictionary<string, string>? Template);
