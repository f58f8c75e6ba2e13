using Innate.Checkpoints;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>Which part of a model learns: fresh or resumed adapters, or the weights that are not frozen.</summary>
internal static class TrainedPart
{
    /// <summary>The adapters; null: the weights learn.</summary>
    /// <param name="settings">Rank, alpha, dropout, targets.</param>
    /// <param name="session">The model's folder, which the adapters name.</param>
    /// <param name="decoder">The model.</param>
    /// <param name="from">The checkpoint that is gone on from; null: fresh ones.</param>
    /// <exception cref="InputException">A rank that the model has no room for, or targets that it lacks.</exception>
    public static LoraAdapters? Adapters(
        TrainingSettings settings, ModelSession session, CausalLanguageModel decoder, string? from)
    {
        if (!settings.HasLora) return null;
        int most = decoder.Maps.Max(m => Math.Min(m.Map.Weight.Columns, m.ModuleOutputs));
        if (settings.LoraRank > most)
        {
            throw new InputException(
                nameof(settings.LoraRank), $"at most {most}, the smaller side of the model's largest matrix",
                $"{settings.LoraRank}");
        }

        AdapterConfig config = new()
        {
            Rank = settings.LoraRank,
            Alpha = settings.LoraAlpha ?? 2 * settings.LoraRank,
            Dropout = settings.LoraDropout,
            TargetModules = settings.LoraTargets.Count > 0 ? settings.LoraTargets : [AdapterConfig.AllLinear],

            // The model inside is where the tool is installed; its name outlives a move.
            BaseModel = session.Folder == EmbeddedModel.Folder ? EmbeddedModel.Name : session.Folder,
            Task = decoder.Config.Head switch
            {
                HeadKind.Score => AdapterTask.Score,
                HeadKind.Steps => AdapterTask.Steps,
                _ => AdapterTask.Language,
            },
            StepSplit = decoder.Config.StepSplit is var split and not StepSplit.Paragraphs ? StepText.Names[(int)split] : null,
            ModulesToSave = decoder.Config.IsClassifier ? AdapterConfig.HeadModules : [],
        };
        return from is null ? LoraAdapters.Attach(decoder, config, settings.Seed) : LoraAdapters.Load(decoder, from);
    }

    /// <summary>What learns: of adapters the classifier's head too, which is saved whole beside them.</summary>
    public static IReadOnlyList<ModelParameter> Of(
        TrainingSettings settings, CausalLanguageModel decoder, LoraAdapters? adapters) => adapters is null
        ? Unfrozen(settings, decoder)
        : [.. adapters.Parameters, .. HeadTensors.Parameters(decoder)];

    /// <summary>The weights that are not frozen.</summary>
    public static IReadOnlyList<ModelParameter> Unfrozen(TrainingSettings settings, CausalLanguageModel decoder)
    {
        foreach (string pattern in settings.Freeze)
        {
            if (!decoder.Parameters.Any(p => NamePattern.Matches(pattern, p.TensorName)))
            {
                throw new InputException(
                    nameof(settings.Freeze), "tensor names, * for any characters, such as model.embed_tokens.*",
                    $"{pattern}, which names none");
            }
        }

        List<ModelParameter> left =
            [.. decoder.Parameters.Where(p => !settings.Freeze.Any(pattern => NamePattern.Matches(pattern, p.TensorName)))];
        return left.Count > 0 ? left : throw new InputException(nameof(settings.Freeze), "some weight left to train", "none");
    }
}
