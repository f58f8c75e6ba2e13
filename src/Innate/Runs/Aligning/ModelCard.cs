using System.Text;
using Innate.Sessions;
using static System.FormattableString;

namespace Innate.Runs.Aligning;

/// <summary>The card of an aligned model, as the hub shows it: where it comes from, what was measured, how to use it.</summary>
internal static class ModelCard
{
    // What YAML begins and ends with.
    private static readonly string Fence = new('-', 3);

    /// <summary>Writes README.md into the model's folder.</summary>
    public static void Write(AlignSettings settings, ModelSession start, AlignFindings findings, string folder) =>
        WholeFile.Write(Path.Combine(folder, "README.md"), Encoding.UTF8.GetBytes(Text(settings, start, findings)));

    private static string Text(AlignSettings settings, ModelSession start, AlignFindings findings)
    {
        PairedDifference primary = findings.Primary!;
        StringBuilder text = new();
        text.Append(Fence).Append('\n');
        text.Append("library_name: ").Append(settings.LoraRank > 0 ? "peft" : "transformers").Append('\n');
        text.Append("pipeline_tag: text-generation\n");
        text.Append("base_model: ").Append(Quoted(start.Name)).Append('\n');
        text.Append("tags:\n- endogenous-reward\n- reinforcement-learning\n- innate\n").Append(Fence).Append("\n\n");
        text.Append("# ").Append(start.Title).Append(", aligned\n\n");
        text.Append("Begun from ").Append(start.Title).Append(", aligned with ").Append(Method(settings)).Append(". Verdict: **");
        text.Append(findings.Verdict.Name).Append("**: ").Append(findings.Verdict.Sentence).Append(".\n\n");
        text.Append(Invariant($"On {findings.Before.Count} prompts that nothing before had read, {settings.Samples} answers "));
        text.Append("to each at temperature 1; intervals are of the paired difference, 95 %, by 2,000 resamples of prompts.\n\n");
        text.Append("| measure | before | after | difference |\n|---|---|---|---|\n");
        text.Append(Invariant($"| {findings.PrimaryName} | {primary.Before:0.0%} | {primary.After:0.0%} | "));
        text.Append(Invariant($"{100 * primary.Mean:+0.0;-0.0} points "));
        text.Append(Invariant($"[{100 * primary.Low:+0.0;-0.0}, {100 * primary.High:+0.0;-0.0}] |\n"));
        if (findings.Reward is { } reward)
        {
            text.Append(Invariant($"| trained reward | {reward.Before:0.000} | {reward.After:0.000} | "));
            text.Append(Invariant($"{reward.Mean:+0.000;-0.000} [{reward.Low:+0.000;-0.000}, {reward.High:+0.000;-0.000}] |\n"));
        }

        foreach (AlignGuard guard in findings.Guards)
        {
            text.Append(Invariant($"| {guard.Name} | {guard.Before:0.###} | {guard.After:0.###} | limit: {guard.Limit} |\n"));
        }

        text.Append("\nWhat was measured is what stands here: it says nothing of other prompts than those of the same kind.\n");
        if (settings.Usage.Count == 0) return text.ToString();
        text.Append("\n## Use\n\n```sh\n");
        foreach (string line in settings.Usage) text.Append(line).Append('\n');
        return text.Append("```\n").ToString();
    }

    private static string Method(AlignSettings settings) => settings.Method switch
    {
        AlignMethod.Dpo => "semi-online DPO",
        AlignMethod.BestOfN => "rejection sampling and supervised fine-tuning",
        _ => "reinforcement learning",
    } + " on the reward `" + AlignTable.Align.Rows.First(r => r.Name == "Rewards").Text(settings) + "`";

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
