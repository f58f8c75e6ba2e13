using System.Text.Json;
using Innate.Learning.Optimization;
using Innate.Reinforcement;
using Innate.Reinforcement.Objectives;
using Innate.Rows;
using Innate.Runs.Training;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Aligning.Handover;

/// <summary>What a trainer is told: the numbers of the local run, settled.</summary>
internal sealed record HandoverPlan
{
    /// <summary>The model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>The reward, as a server is asked for it.</summary>
    public required string Reward { get; init; }

    /// <summary>Each prompt with its gold answer, null where there is none.</summary>
    public required IReadOnlyList<(IReadOnlyList<ConversationMessage> Messages, string? Answer)> Prompts { get; init; }

    /// <summary>Tokens of the longest prompt.</summary>
    public required int LongestPrompt { get; init; }

    public required int Steps { get; init; }

    /// <summary>Prompts an optimizer step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Prompts computed together.</summary>
    public required int MicroBatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required AlignSettings Settings { get; init; }

    /// <summary>The optimizer's numbers, which an alignment leaves as they are.</summary>
    public TrainingSettings Training { get; } = new ReinforcementSettings { Data = "", Output = "" };

    /// <summary>Steps in which the learning rate rises.</summary>
    public int WarmupSteps => (int)Math.Round(Training.Warmup * Steps);

    /// <summary>Answers to a prompt.</summary>
    public int GroupSize => Settings.Recipe.GroupSize;

    /// <summary>The objective's clip, below and above 1.</summary>
    public static (double Low, double High) Clips => new GrpoOptions() is var grpo ? (grpo.ClipLow, grpo.ClipHigh) : default;

    /// <summary>Steps between checkpoints; null: none is kept.</summary>
    public int? SaveEvery => Settings.Checkpoints == 0 ? null : Math.Max(1, Steps / Settings.Checkpoints);

    /// <summary>
    /// The prompts in the order in which they are learned from, as many as the steps take: trainers drop what does not fill a
    /// batch, and some count no steps. Each time through them has an order of its own, which the seed decides.
    /// </summary>
    public IEnumerable<(IReadOnlyList<ConversationMessage> Messages, string? Answer)> Order()
    {
        int left = Steps * BatchSize;
        for (ulong pass = 0; left > 0; pass++)
        {
            ulong key = RandomBits.Mix(Settings.Seed, pass);
            int taken = Math.Min(left, Prompts.Count);
            foreach (int i in Enumerable.Range(0, Prompts.Count).OrderBy(i => RandomBits.Mix(key, (ulong)i)).Take(taken))
            {
                yield return Prompts[i];
            }

            left -= taken;
        }
    }

    /// <summary>The scale of adapters.</summary>
    public int LoraAlpha => 2 * Settings.LoraRank;

    /// <summary>Settles a run.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="sets">Its prompts.</param>
    /// <param name="start">The model.</param>
    /// <param name="reward">The reward's text.</param>
    /// <exception cref="InputException">A prompt is ids, which no trainer takes.</exception>
    public static HandoverPlan Of(AlignSettings settings, PromptSets sets, ModelSession start, string reward)
    {
        long parameters = start.Decoder!.ParameterCount;
        return new HandoverPlan
        {
            Model = Path.GetFullPath(start.Folder),
            Reward = reward,
            Prompts = [.. sets.Learn.Select(row => Prompt(settings, row))],
            LongestPrompt = AlignLearning.Prompts(settings, start, sets.Learn).Max(ids => ids.Length),
            Steps = settings.Steps ?? AlignLearning.DefaultSteps,
            BatchSize = settings.BatchSize,
            MicroBatchSize = settings.MicroBatchSize ?? settings.BatchSize,
            LearningRate = AlignRates.Of(settings, parameters),
            Settings = settings,
        };
    }

    private static (IReadOnlyList<ConversationMessage> Messages, string? Answer) Prompt(AlignSettings settings, JsonElement row)
    {
        RowFields fields = new(row, RowColumns.ParseAny(settings.Columns));
        RowPrompt prompt = RowForms.Prompt(fields);
        string? beyond = prompt.Ids is not null ? "prompt_ids"
            : prompt.Arguments is { } given && !(given with { System = null }).IsEmpty ? "tools or template variables"
            : prompt.Messages?.Any(m => m.Fields is not null) == true ? "messages with more than a role and a text"
            : null;
        if (beyond is not null)
        {
            throw new InputException(
                $"{settings.Prompts}: expected prompts of text alone, which is all that trainers are handed, found {beyond}.");
        }

        // As the local run has it: a system prompt that is asked for takes the place of the prompt's own.
        string? system = prompt.Arguments?.System ?? settings.Format.System;
        IReadOnlyList<ConversationMessage> messages = system is null
            ? prompt.Conversation
            : [new ConversationMessage("system", system), .. prompt.Conversation.SkipWhile(m => m.Role == "system")];
        return (messages, fields.Has("answer") ? fields.Scalar("answer") : null);
    }
}
