using System.Globalization;
using Innate.Checkpoints.Hub;
using Innate.Learning.Optimization;
using Innate.Learning.Ranks;
using Innate.Learning.Runs;
using Innate.Models;
using Innate.Reports;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>What is told of a training run, and what decides its bits.</summary>
/// <param name="settings">What was asked for.</param>
/// <param name="kind">The kind of training.</param>
/// <param name="session">The model's folder.</param>
internal sealed class TrainingFacts(TrainingSettings settings, ITrainingKind kind, ModelSession session)
{
    /// <summary>What decides the run's bits, by the names of settings where it is one.</summary>
    /// <param name="steps">Optimizer steps.</param>
    /// <param name="head">The head that a language model gets; null: the model keeps its own.</param>
    public Dictionary<string, string> Deciding(int steps, FreshHead? head)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal)
        {
            ["Model"] = session.Fingerprint(settings.Format.Raw).Id,
            ["Data"] = settings.DataDigest,
            ["Steps"] = $"{steps}",
            ["System"] = settings.Format.System ?? "",
            ["Template"] = settings.Format.DescribeVariables(),
        };
        if (head is not null) values["PaddingId"] = $"{head.PaddingId}";
        foreach ((string name, string value) in kind.Deciding) values[name] = value;
        if (kind.NeedsFrozen && kind.FrozenModel is { } other)
        {
            values[kind.FrozenSetting] = ModelFingerprint.OfWeights(ModelFolder.Resolve(other));
        }

        if (kind.SecondModel is { } second)
        {
            values[kind.SecondSetting] = ModelFingerprint.OfWeights(ModelFolder.Resolve(second));
        }

        return values;
    }

    /// <summary>What must be the same on all ranks: that, and what the run goes on from.</summary>
    /// <param name="deciding">As <see cref="Deciding"/> gives it.</param>
    /// <param name="from">The checkpoint; null: none.</param>
    public IReadOnlyDictionary<string, string> OfRank(Dictionary<string, string> deciding, string? from) =>
        new Dictionary<string, string>(deciding, StringComparer.Ordinal)
        {
            ["Data"] = $"rows of digest {settings.DataDigest}",
            ["VERSION"] = ModelFingerprint.Version,
            ["KIND"] = kind.Title,
            ["Resume"] = from is null ? "no checkpoint" : $"a checkpoint of digest {TrainingCheckpoint.DigestOf(from)}",
        };

    /// <summary>How steps are cut and divided; null: they are not.</summary>
    /// <param name="weights">What learns.</param>
    /// <param name="ranks">Processes.</param>
    public Fact? Divided(TrainedWeights weights, int ranks) => settings.Shares == 1 ? null : new Fact(
        "shares", ranks == 1 ? $"{settings.Shares}" : string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Shares}, among {ranks} ranks, which each send and receive "
            + $"{GradientExchange.BytesAStep(weights.Count, ranks, settings.Shares) / 1e6:0.#} MB a step"));

    /// <summary>The run in a line.</summary>
    public string Summary(TrainedWeights weights, CausalLanguageModel decoder, int rows, int steps, int done)
    {
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind.Title}: {rows} rows, {steps} steps of {settings.BatchSize}, "
            + $"{weights.Count:N0} of {decoder.ParameterCount:N0} parameters learn");
        return done > 0 ? $"{what}; goes on after step {done}" : settings.Resume ? $"{what}; no checkpoint: from the beginning"
            : what;
    }

    /// <summary>The run's facts, for its page.</summary>
    public List<Fact> Of(TrainedWeights weights, CausalLanguageModel decoder, int rows, int steps)
    {
        List<Fact> facts =
        [
            new("model", session.Name),
            new("data", Path.GetFileName(settings.DataName)),
            new("rows", rows.ToString("N0", CultureInfo.InvariantCulture)),
            new("steps", steps.ToString("N0", CultureInfo.InvariantCulture)),
            new("batch", settings.BatchSize.ToString(CultureInfo.InvariantCulture)),
            new("learning rate",
                $"{settings.Rate.ToString("0.0e-0", CultureInfo.InvariantCulture)} {TrainingTable.NameOf(settings.Schedule)}"),
            new("parameters", decoder.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)),
            new("learning", weights.Count.ToString("N0", CultureInfo.InvariantCulture)),
            new("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
            new("threads", decoder.Kernels.Threads.ToString(CultureInfo.InvariantCulture)),
            .. kind.Facts,
        ];
        if (settings.HasLora) facts.Add(new("LoRA", $"rank {settings.LoraRank}"));
        if (settings.OptimizerState != MomentType.Float32)
        {
            facts.Add(new("optimizer state", TrainingTable.NameOf(settings.OptimizerState)));
        }

        return facts;
    }
}
