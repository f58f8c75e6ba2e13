using System.Globalization;
using Innate.Checkpoints;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Rows;
using Innate.Runs.Settings;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>What the kinds of training share before their first step.</summary>
internal static class TrainingChecks
{
    /// <summary>Refuses settings that are out of range or would do nothing, all of them at once.</summary>
    /// <param name="table">The recipe's settings.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="defaults">The same without what may have no effect.</param>
    /// <param name="more">Problems that the table does not know.</param>
    public static void Require<T>(SettingTable<T> table, T settings, T defaults, IEnumerable<InputProblem>? more = null)
        where T : TrainingSettings
    {
        T without = defaults with
        {
            LoraAlpha = null, LoraDropout = 0, LoraTargets = [], Merge = false, Freeze = [], EvalEvery = null,
            OptimizerState = MomentType.Float32, Shares = 1,
        };
        InputProblem[] problems = [.. table.Problems(settings, without), .. more ?? []];
        if (problems.Length > 0) throw new InputException(problems);
    }

    /// <summary>Refuses a frozen model of other ids, which would give numbers without meaning and no error.</summary>
    /// <param name="frozen">The model that is compared with.</param>
    /// <param name="decoder">The model that learns.</param>
    /// <param name="settings">The run.</param>
    /// <param name="setting">The setting that names the frozen model.</param>
    /// <param name="name">Its name.</param>
    public static void RequireComparable(
        CausalLanguageModel frozen, CausalLanguageModel decoder, TrainingSettings settings, string setting, string? name)
    {
        ModelConfig its = frozen.Config, ours = decoder.Config;
        int longest = settings.MaxTokens ?? ours.MaxPositions;
        if (its is { IsClassifier: false } && its.VocabularySize == ours.VocabularySize && its.MaxPositions >= longest) return;
        throw new InputException(
            setting,
            $"a decoder with a vocabulary of {ours.VocabularySize} as the model has, and a context for rows of up to {longest} "
            + $"tokens ({{MaxTokens}})",
            its.IsClassifier
                ? $"{name}, a reward model with a score head"
                : $"{name} with {its.VocabularySize} and {its.MaxPositions}");
    }

    /// <summary>The learning rate that goes by a model's size: what moves a large model leaves a small one where it is.</summary>
    /// <param name="session">The model.</param>
    /// <param name="lora">Whether adapters learn.</param>
    public static double RateOf(ModelSession session, bool lora)
    {
        using Checkpoint checkpoint = Checkpoint.Open(session.Folder);
        return RateBySize.Of(checkpoint.Tensors.Values.Sum(t => t.Count), lora);
    }

    /// <summary>A run's settings with the rate of its adapters by the model's size, where none is given.</summary>
    public static T WithRate<T>(T settings, ModelSession session)
        where T : TrainingSettings => settings.LearningRate is not null || !settings.HasLora || session.Config is null
        ? settings
        : settings with { LearningRate = RateOf(session, lora: true) };

    /// <summary>How rows become examples.</summary>
    public static TrainingRowOptions RowOptions(TrainingSettings settings, ModelSession session)
    {
        ModelConfig config = session.Config!;
        return settings.MaxTokens > config.MaxPositions
            ? throw new InputException(nameof(settings.MaxTokens), $"at most the model's context of {config.MaxPositions}",
                $"{settings.MaxTokens}")
            : new TrainingRowOptions { MaxTokens = settings.MaxTokens
                ?? config.MaxPositions, VocabularySize = config.VocabularySize, Columns = Columns(settings) };
    }

    /// <summary>The data's own names of fields; null: none of its own.</summary>
    public static RowColumns? Columns(TrainingSettings settings) => RowColumns.ParseAny(settings.Columns);

    /// <summary>How much at a time.</summary>
    public static Batching Batching(TrainingSettings settings) => new()
    {
        BatchSize = settings.BatchSize,
        MicroBatchSize = settings.MicroBatch,
        Shares = settings.Shares,
        Seed = settings.Seed,
        HasDropout = settings.LoraDropout > 0,
        Source = settings.Data,
    };

    /// <summary>Tells of rows that were left out or cut.</summary>
    public static void Note(IProgress<RunEvent>? events, string file, int skipped, int truncated, TrainingRowOptions options)
    {
        if (skipped + truncated == 0) return;
        events?.Report(new RunNote(string.Create(
            CultureInfo.InvariantCulture,
            $"{file}: longer than {options.MaxTokens} tokens: {skipped} rows left out, {truncated} cut")));
    }
}
