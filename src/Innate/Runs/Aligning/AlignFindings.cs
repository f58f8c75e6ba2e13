using System.Text.Json.Nodes;
using Innate.Reports;
using static System.FormattableString;

namespace Innate.Runs.Aligning;

/// <summary>All that a run found.</summary>
/// <param name="Primary">The primary measure on the prompts that judge; null: there is none.</param>
/// <param name="PrimaryName">What it says of an answer, in words.</param>
/// <param name="Reward">The trained reward on the same answers; null: none had one.</param>
/// <param name="LogLikelihood">A token's mean log-likelihood under the start: the trained reward's twin, never counted.</param>
/// <param name="Guards">What may not get worse.</param>
/// <param name="Verdict">The verdict.</param>
internal sealed record AlignFindings(
    PairedDifference? Primary, string PrimaryName, PairedDifference? Reward, PairedDifference LogLikelihood,
    IReadOnlyList<AlignGuard> Guards, AlignVerdict Verdict)
{
    /// <summary>The last step's model against the start; null: it is the chosen one.</summary>
    public AlignComparison? Last { get; init; }

    /// <summary>What the training recorded.</summary>
    public required AlignedRun Learned { get; init; }

    /// <summary>The prompts that judge, with the start's answers.</summary>
    public required IReadOnlyList<MeasuredPrompt> Before { get; init; }

    /// <summary>The same with the trained model's.</summary>
    public required IReadOnlyList<MeasuredPrompt> After { get; init; }

    /// <summary>The findings of two measurements. Pure.</summary>
    public static AlignFindings Of(
        AlignSettings settings, AlignPrimary primary, AlignedRun learned, IReadOnlyList<MeasuredPrompt> before,
        IReadOnlyList<MeasuredPrompt> after, IReadOnlyList<MeasuredPrompt>? last)
    {
        AlignComparison chosen = AlignComparison.Of(settings, primary, before, after);
        AlignComparison? end = last is null ? null : AlignComparison.Of(settings, primary, before, last);
        return new AlignFindings(
            chosen.Primary, primary.Name, chosen.Reward,
            PairedDifference.Of(before, after, p => p.Mean(a => a.LogLikelihood), settings.Seed)!, chosen.Guards,
            AlignVerdict.Of(chosen, end, primary.Name))
        {
            Learned = learned, Before = before, After = after, Last = end,
        };
    }

    /// <summary>Before, best, verdict: what a terminal ends with.</summary>
    public IReadOnlyList<Fact> Lines()
    {
        string chosen = Learned.Best switch
        {
            null => Invariant($"step {Learned.Metrics[^1].Step}, the last"),
            (0, _) => "the start itself: no step was better on the prompts that choose",
            (int step, double anchor) =>
                Invariant($"step {step} of {Learned.Metrics[^1].Step}, {anchor:0.0%} on the prompts that choose"),
        };
        if (Learned.Stopped is { } stop) chosen += $"; stopped at {stop}";
        return
        [
            new("before", State(Before, Primary?.Before, Reward?.Before)),
            new("best", $"{State(After, Primary?.After, Reward?.After)} ({chosen})"),
            new("verdict", $"{Verdict.Name}: {Verdict.Sentence}"),
        ];
    }

    /// <summary>The findings as a file holds them.</summary>
    public JsonObject ToJson() => new()
    {
        ["verdict"] = Verdict.Name,
        ["sentence"] = Verdict.Sentence,
        ["primary"] = Primary is null ? null : Node(PrimaryName, Primary),
        ["reward"] = Reward is null ? null : Node("reward", Reward),
        ["log_likelihood"] = Node("mean log-likelihood under the start", LogLikelihood),
        ["guards"] = Nodes(Guards),
        ["last_step"] = Last is null ? null : new JsonObject
        {
            ["primary"] = Last.Primary is null ? null : Node(PrimaryName, Last.Primary),
            ["reward"] = Last.Reward is null ? null : Node("reward", Last.Reward),
            ["guards"] = Nodes(Last.Guards),
        },
        ["steps"] = Learned.Metrics.Count == 0 ? 0 : Learned.Metrics[^1].Step,
        ["best_step"] = Learned.Best?.Step,
        ["stopped"] = Learned.Stopped,
    };

    private static JsonArray Nodes(IReadOnlyList<AlignGuard> guards) => new([.. guards.Select(g => new JsonObject
    {
        ["name"] = g.Name, ["before"] = Finite(g.Before), ["after"] = Finite(g.After), ["limit"] = g.Limit,
        ["broken"] = g.IsBroken,
    })]);

    // Where nothing is right, what one right answer costs is no number.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;

    private static JsonObject Node(string name, PairedDifference d) => new()
    {
        ["name"] = name, ["prompts"] = d.Count, ["before"] = d.Before, ["after"] = d.After, ["difference"] = d.Mean,
        ["interval"] = new JsonArray(d.Low, d.High),
    };

    private string State(IReadOnlyList<MeasuredPrompt> prompts, double? worth, double? reward)
    {
        string primary = worth is { } w ? Invariant($"{w:0.0%} {PrimaryName}, ") : "";
        string rewarded = reward is { } r ? Invariant($"reward {r:0.###}, ") : "";
        double tokens = prompts.SelectMany(p => p.Answers).Average(a => a.Tokens);
        return primary + rewarded + Invariant($"{tokens:0.0} tokens an answer");
    }
}
