using Innate.Generation;
using Innate.Learning;
using Innate.Models;
using Innate.Reinforcement.Rollouts;
using Innate.Runs.Foretelling;
using Innate.Runs.Training;
using Innate.Sessions;
using static System.FormattableString;

namespace Innate.Runs.Aligning;

/// <summary>What a run will do, told before it does it.</summary>
/// <param name="Lines">Names and what they are: sets, measure, guards, tokens, time, memory.</param>
public sealed record AlignPlan(IReadOnlyList<Reports.Fact> Lines)
{
    // Prompts that are answered once, to know how long answers are.
    private const int Tried = 8;

    /// <summary>The plan of a run; loads the model, samples a few answers, and writes nothing.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="sets">Its prompts.</param>
    /// <param name="primary">What judges.</param>
    /// <param name="learning">The training run.</param>
    /// <param name="session">The model.</param>
    /// <param name="cancellation">Stops it.</param>
    internal static AlignPlan Of(
        AlignSettings settings, PromptSets sets, AlignPrimary primary, AlignLearning learning, ModelSession session,
        CancellationToken cancellation)
    {
        List<Reports.Fact> lines =
        [
            new("model", session.Title),
            new("prompts", Invariant($"{sets.Learn.Count:N0} learn, {sets.Choose.Count:N0} choose the model, ")
                + Invariant($"{sets.Judge.Count:N0} judge it and are read at the end alone")),
            new("method", learning.Describe()),
            new("reward", learning.RewardText),
            new("judged by", primary.Kind == AlignMeasure.None
                ? "nothing: better cannot be said without gold answers or a judge of another model"
                : Invariant($"{primary.Name}, the mean over {settings.Samples} answers to a prompt at temperature 1")),
            new("better", "where the paired 95 % interval of that lies above 0 and no guard is broken"),
            .. AlignGuard.Plan(settings.Limits, primary.IsRightOrWrong)
                .Select(g => new Reports.Fact($"guard: {g.Name}", g.Limit)),
        ];
        lines.AddRange(Costs(settings, sets, learning, session, cancellation));
        return new AlignPlan(lines);
    }

    private static IEnumerable<Reports.Fact> Costs(
        AlignSettings settings, PromptSets sets, AlignLearning learning, ModelSession session, CancellationToken cancellation)
    {
        double load = Pace.Seconds(() => Forecasts.RequireHere(session));
        int[][] Ids(IReadOnlyList<System.Text.Json.JsonElement> rows) => AlignLearning.Prompts(settings, session, rows);
        int[][] learn = Ids(sets.Learn), choose = Ids(sets.Choose), judge = Ids(sets.Judge);
        SamplingOptions sampling = new()
        {
            MaxTokens = settings.MaxResponseTokens, Seed = settings.Seed, StopIds = session.StopIds(settings.Format),
        };
        int[][] tried = [.. choose.Take(Tried)];
        double length = session.Generator.Generate(tried, 1, sampling, null, cancellation)
            .Average(g => (double)g[0].TokenIds.Length);
        SamplingOptions usual = sampling with { MaxTokens = Math.Max(2, (int)Math.Ceiling(length)) };
        Forecast Sampling(int[][] prompts, int count, SamplingOptions how) => GenerateForecast.Of(
            session, [.. prompts.Chunk(16)], count, how, 0, cancellation);

        int measurements = learning.Measurements;
        int[][] batch = [.. learn.Take(learning.BatchPrompts)];
        double seconds = load + (2 * Sampling(judge, settings.Samples, usual).Seconds!.Value)
            + (measurements * Sampling(choose, AlignLearning.ChoiceSamples, usual).Seconds!.Value)
            + (learning.Batches * Sampling(batch, settings.Recipe.GroupSize, usual).Seconds!.Value);
        long tokens = (2L * judge.Length * settings.Samples) + ((long)measurements * choose.Length * AlignLearning.ChoiceSamples)
            + (learning.Batches * batch.Length * (long)settings.Recipe.GroupSize);
        Forecast gradients = learning.Gradients(session, batch, usual.MaxTokens, cancellation);
        long peak = Math.Max(
            gradients.PeakBytes,
            Sampling(judge, settings.Samples, sampling).PeakBytes + (session.Decoder!.ParameterCount * sizeof(float)));
        yield return new("steps", learning.StepText);
        yield return new("tokens", Invariant($"about {tokens * length:N0} sampled, answers being {length:0} tokens long now; ")
            + Invariant($"{gradients.Tokens:N0} learned from"));
        yield return new(
            "time", gradients.Seconds is { } learned ? $"about {Time(seconds + learned)} on this machine" : "not foretold");
        yield return new("memory", Invariant($"at most {peak / 1e9:0.00} GB"));
    }

    private static string Time(double seconds) => seconds < 90 ? Invariant($"{seconds:0} seconds")
        : seconds < 5400 ? Invariant($"{seconds / 60:0.0} minutes") : Invariant($"{seconds / 3600:0.0} hours");
}
