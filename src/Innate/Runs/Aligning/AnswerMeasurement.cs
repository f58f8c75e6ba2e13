using Innate.Generation;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Scoring.Rules;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Runs.Aligning;

/// <summary>
/// Lets a model answer prompts and measures the answers: by the primary measure, by the reward that is learned from, and by what
/// may not get worse. An answer depends on its prompt, the seed and the model alone.
/// </summary>
/// <param name="settings">Samples, lengths, seed.</param>
/// <param name="start">The model at the start, which rewards.</param>
/// <param name="measure">The primary measure; null: there is none.</param>
/// <param name="needsAnswers">Whether prompts must have gold answers.</param>
internal sealed class AnswerMeasurement(
    AlignSettings settings, ModelSession start, AnswerMeasure? measure, bool needsAnswers)
{
    // Prompts that are answered together: they share the reading of the weights.
    private const int PromptsATime = 16;

    /// <summary>Measures into a file; one that is there is read, one that was begun is gone on with.</summary>
    /// <param name="policy">The model that answers.</param>
    /// <param name="set">The prompts' file.</param>
    /// <param name="file">Where the measured prompts go.</param>
    /// <param name="samples">Answers to each prompt.</param>
    /// <param name="header">What decides them.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Stops between tokens; what is done lies beside the file.</param>
    public IReadOnlyList<MeasuredPrompt> Measure(
        ModelSession policy, string set, string file, int samples, RunHeader header, IProgress<WorkDone>? progress,
        CancellationToken cancellation)
    {
        if (File.Exists(file)) return MeasuredPrompt.Read(file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        IReadOnlyList<PolicyPrompt> prompts = Prompts(policy, set, cancellation);
        using ExternalRewards outside = ExternalRewards.Of(settings.Recipe.Rewards);
        OtherPrompts others = new(settings.Recipe.Rewards, () => start.Format(settings.Format),
            prompts.All(p => p.NullPrompt is not null));
        RewardScorer scorer = new(
            settings.Recipe, policy.Tokenizer, settings.MaxResponseTokens, outside.Parts, outside.Leaves,
            (groups, view, stop) => Frozen(others.Queries(groups, view), stop));
        SamplingOptions sampling = new()
        {
            MaxTokens = settings.MaxResponseTokens, Seed = settings.Seed, SeedsByPrompt = true,
            StopIds = policy.StopIds(settings.Format),
        };
        RolloutSampler sampler = new(policy.Generator, policy.Tokenizer, sampling, Frozen);
        bool goesOn = File.Exists(PartialFile.Of(file));
        using (RowOutput output = RowOutput.Open(RowLocation.File(file), goesOn, header))
        {
            long tokens = 0;
            for (int first = (int)output.RowsDone; first < prompts.Count; first += PromptsATime)
            {
                PolicyPrompt[] some = [.. prompts.Skip(first).Take(PromptsATime)];
                IReadOnlyList<RolloutGroup> groups = sampler.Sample(some, samples, 1, cancellation);
                GroupScores scores = scorer.Score(groups, cancellation);
                MeasuredPrompt[] measured = Measured(groups, scores, cancellation);
                output.WriteAll([.. measured.Select(m => m.ToLine())]);
                tokens += measured.Sum(m => m.Answers.Sum(a => (long)a.Tokens));
                progress?.Report(new WorkDone(first + some.Length, tokens, (first + some.Length) / (double)prompts.Count));
            }

            output.Complete();
        }

        return MeasuredPrompt.Read(file);
    }

    private IReadOnlyList<PolicyPrompt> Prompts(ModelSession policy, string set, CancellationToken cancellation) =>
        PromptRows.Read(
            set, policy.Tokenizer, policy.Format(settings.Format), policy.Config!.MaxPositions - settings.MaxResponseTokens,
            policy.Config.VocabularySize, needsAnswers ? PromptFields.Answer : PromptFields.None,
            RowColumns.ParseAny(settings.Columns), cancellation);

    private IReadOnlyList<TokenTrace[]> Frozen(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation) =>
        start.Traces.Trace(queries, settings.Recipe.Alpha, cancellation);

    private MeasuredPrompt[] Measured(
        IReadOnlyList<RolloutGroup> groups, GroupScores scores, CancellationToken cancellation)
    {
        double[]? worth = measure?.Invoke(
            [.. groups.SelectMany(g => g.Rollouts.Select(r => new PolicyAnswer(g.Prompt, r.Text)))], cancellation);
        int at = 0;
        return
        [
            .. groups.Select((g, i) => new MeasuredPrompt(g.Prompt.Line, g.Prompt.Text ?? "",
            [
                .. g.Rollouts.Select((r, j) => new MeasuredAnswer(
                    r.Text, r.Length, r.Response.FinishReason == FinishReason.Length, Known(worth?[at++]),
                    Known(scores.Groups[i]?.Rewards[j]), LogLikelihood.Mean(r.Frozen!).Value,
                    RepetitionPenalty.RepeatedShare(r.Response.TokenIds, 4))),
            ])),
        ];
    }

    private static double? Known(double? value) => value is { } x && double.IsFinite(x) ? x : null;
}
