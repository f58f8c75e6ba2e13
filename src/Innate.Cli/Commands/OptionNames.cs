using Innate.Runs.Settings;

namespace Innate.Cli.Commands;

/// <summary>From a setting of the library to the option that sets it.</summary>
internal static class OptionNames
{
    // Where the option is not simply the property in kebab case.
    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["Input"] = "in",
        ["Output"] = "out",
        ["Rewards"] = "reward",
        ["KlInReward"] = "kl-in",
        ["KlKind"] = "kl-estimate",
        ["Scorers"] = "scorer",
        ["Edits"] = "edit",
        ["Responses"] = "response",
        ["Folder"] = "model",
        ["ApiKeys"] = "api-key",
        ["QueueCapacity"] = "queue",
        ["GenerationSlots"] = "slots",
        ["PrefixCacheBytes"] = "prefix-cache",
        ["MaxBodyBytes"] = "max-body",
        ["DrainTime"] = "drain",
        ["KeyValueHeads"] = "kv-heads",
        ["HeadDimension"] = "head-dim",
        ["Type"] = "dtype",
        ["LlamaCpp"] = "engine",
        ["RewardEngine"] = "engine",
        ["GpuLayers"] = "engine-gpu-layers",
        ["Context"] = "engine-context",
        ["Guidance"] = "cfg",
        ["Batch"] = "engine-batch",
    };

    /// <summary>LearningRate becomes --learning-rate.</summary>
    /// <param name="setting">A property of a record of settings; an argument's name, in capitals (NAME), stays as it is.</param>
    public static string Of(string setting) => setting.Length > 1 && setting.All(char.IsAsciiLetterUpper)
        ? setting : "--" + Own.GetValueOrDefault(setting, SettingNames.Kebab(setting));
}
