using System.Text;
using System.Text.Json;
using Innate.Audits.Contamination;
using Innate.Environments;
using Innate.Models;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Reports;
using Innate.Scoring.External;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>
/// Reinforcement learning from rewards, the model's own among them. Files as for <see cref="SupervisedRun"/>, recipe.json, and
/// the best model by the anchor in best/, which the run ends with where a brake stops it.
/// </summary>
/// <param name="settings">What is learned from what.</param>
public sealed class ReinforcementRun(ReinforcementSettings settings) : Run<TrainingResult>, ITrainingKind
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private FrozenEngine? _frozen;

    string ITrainingKind.Title => "Reinforcement learning";

    IEnumerable<KeyValuePair<string, string>> ITrainingKind.Deciding =>
    [
        .. ReinforcementTable.Reinforcement.Deciding(settings),
        .. _frozen is null ? [] : (KeyValuePair<string, string>[])[new(nameof(settings.RewardModel), _frozen.Id)],
        .. settings.Recipe.Rewards.SelectMany(r => r.Expression?.Needs.External ?? [])
            .Select(l => l.Options.Model).OfType<string>().Distinct()
            .Select(model => KeyValuePair.Create($"Rewards: {model}", RewardModelEndpoint.IdOf(model))),
    ];

    IReadOnlyList<Fact> ITrainingKind.Facts =>
    [
        .. ReinforcementTable.Reinforcement.Facts(settings),
        .. settings.World is not null
            || (settings.Contamination is null && !File.Exists(ContaminationResults.Beside(settings.Data)))
            ? Array.Empty<Fact>()
            : [new Fact("contamination", ContaminationResults.LineFor(settings.Data, settings.Contamination))],
    ];

    byte[]? ITrainingKind.RecipeFile =>
        Encoding.UTF8.GetBytes(ReinforcementTable.Reinforcement.ToJson(settings).ToJsonString(Indented) + "\n");

    string? ITrainingKind.Undivided => settings switch
    {
        { World: not null } => "one process plays a world's episodes",
        { RewardEngine: not null } => "an engine rewards for one process",
        { Recipe.Method.Reference.Patience: > 0 } => $"{settings.Recipe.Name} goes by what one process measures on its way",
        _ when settings.Recipe.Rewards.Any(r => r.External is not null || r.Expression?.Needs.External.Count > 0) =>
            "rewards from outside may answer each process otherwise",
        _ => null,
    };

    int ITrainingKind.UpdatesPerBatch => settings.Recipe.UpdatesPerRollout;

    bool ITrainingKind.NeedsFrozen => settings.Recipe.NeedsFrozen && settings.RewardEngine is null;

    string? ITrainingKind.FrozenModel => settings.RewardModel;

    string ITrainingKind.FrozenSetting => nameof(settings.RewardModel);

    bool ITrainingKind.MovesFrozen => settings.Recipe.MovesReference;

    string? ITrainingKind.SecondModel => settings.Recipe.Method.NeedsSecondModel ? settings.SecondModel : null;

    string ITrainingKind.SecondSetting => nameof(settings.SecondModel);

    /// <inheritdoc/>
    public override TrainingResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        RlRecipe preset = settings.FromRecipe is { } recipe ? RecipeList.Find(recipe)?.Learns ?? settings.Recipe
            : RlRecipe.Presets.Contains(settings.Recipe.Name) ? RlRecipe.Preset(settings.Recipe.Name) : settings.Recipe;
        RlRecipe untouched = settings.Recipe with
        {
            KlInReward = preset.KlInReward, KlKind = preset.KlKind, Gamma = preset.Gamma, Lambda = preset.Lambda,
            ClipLow = preset.ClipLow, ClipHigh = preset.ClipHigh, ValueRate = preset.ValueRate,
            ValueWarmup = preset.ValueWarmup, DynamicSamplingRounds = preset.DynamicSamplingRounds,
        };
        TrainingChecks.Require(
            ReinforcementTable.Reinforcement, settings, settings with { Recipe = untouched, RewardModel = null }, Problems());
        WholeFile.RequireFolder(nameof(settings.Output), settings.Output);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        settings = settings.WithRate(session);
        using FrozenEngine? frozen = _frozen = FrozenEngine.Open(settings, OpenModel, cancellation);
        return new TrainingFlow(settings, this, session, events).Run(cancellation);
    }

    /// <summary>What does not go together, beside the ranges of single settings.</summary>
    public IEnumerable<InputProblem> Problems()
    {
        foreach (InputProblem problem in RecipeConflicts.Of(settings.Recipe)) yield return problem;
        foreach (InputProblem problem in WorldTable.Problems(settings)) yield return problem;
        foreach (string name in settings.Recipe.Rewards.SelectMany(KeysOf))
        {
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) continue;
            yield return new InputProblem("Rewards: http: key-env", $"a key in the environment variable {name}", "none");
        }

        if (settings is { RewardEngine: not null, RewardModel: null })
        {
            yield return new InputProblem(nameof(settings.RewardModel), "a GGUF file, which {RewardEngine} runs", "none");
        }

        RlRecipe recipe = settings.Recipe;
        if (recipe.Method.NeedsSecondModel && settings.SecondModel is null)
        {
            yield return new InputProblem(
                nameof(settings.SecondModel), $"a second model, which {recipe.Name} compares with or learns from", "none");
        }

        if (recipe.Method.Reference.Patience > 0 && settings.EvalData is null)
        {
            yield return new InputProblem(
                nameof(settings.EvalData), $"held-out questions with {recipe.Name}, whose reference moves where they stall",
                "none");
        }

        if (recipe.MovesReference && settings.HasLora)
        {
            yield return new InputProblem(
                nameof(settings.LoraRank), $"0 with {recipe.Name}, whose reference moves after the whole model",
                $"{settings.LoraRank}");
        }

        if (recipe.MovesReference && settings.RewardEngine is not null)
        {
            yield return new InputProblem(
                nameof(settings.RewardEngine), $"none with {recipe.Name}, whose reference moves", "llama.cpp");
        }

        if (recipe.Method.NeedsReferenceHere && settings.RewardEngine is not null)
        {
            yield return new InputProblem(
                nameof(settings.RewardEngine), $"none with {recipe.Name}, which asks the reference for more than traces",
                "llama.cpp");
        }

        int updates = recipe.UpdatesPerRollout;
        if (updates >= 1 && settings.SaveEvery % updates != 0)
        {
            yield return new InputProblem(
                nameof(settings.SaveEvery),
                $"a multiple of {updates}, the updates from one batch of rollouts, for a checkpoint holds no rollouts",
                $"{settings.SaveEvery}");
        }
    }

    private static IEnumerable<string> KeysOf(RewardTerm term) => term.Expression is { } expression
        ? expression.Needs.External.Select(l => l.Options.KeyEnvironment).OfType<string>()
        : term.External?.KeyEnvironment is { } key ? [key] : [];

    ITrainingRows ITrainingKind.Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        ModelConfig config = session.Config!;
        int room = config.MaxPositions - settings.MaxResponseTokens;
        if (room < 1)
        {
            throw new InputException(
                nameof(settings.MaxResponseTokens), $"less than the model's context of {config.MaxPositions}",
                $"{settings.MaxResponseTokens}");
        }

        int budget = Math.Min(settings.MaxTokens ?? room, room);
        IReadOnlyList<PolicyPrompt> Read(string file, PromptFields needed) => PromptRows.Read(
            file, session.Tokenizer, session.Format(settings.Format), budget, config.VocabularySize, needed,
            TrainingChecks.Columns(settings), cancellation);

        if (settings.World is { } world)
        {
            return new ReinforcementRows(
                settings, WorldPrompts.Of(
                    WorldChoice.Of(world, settings.OpenWorld), settings.WorldSeeds, session.Format(settings.Format), budget,
                    cancellation), [],
                _frozen is null ? null : _frozen.Trace);
        }

        // A recipe learns from what it says it needs, whatever the file has.
        IReadOnlyList<PolicyPrompt> prompts = Read(settings.Data, settings.Recipe.Fields);
        if (settings.FromRecipe is not null && !settings.Recipe.Fields.HasFlag(PromptFields.Answer))
        {
            prompts = [.. prompts.Select(p => p with { Answer = null })];
        }

        if (prompts.FirstOrDefault(p => p.Ids.Length + p.Demonstration?.Length > config.MaxPositions) is { } over)
        {
            throw new InputException(
                $"{settings.Data}, line {over.Line}: expected a prompt and a demonstration of at most {config.MaxPositions} "
                + $"tokens, the model's context, found {over.Ids.Length + over.Demonstration!.Length}.");
        }

        _frozen?.Require(session, prompts.Max(p => p.Ids.Length) + settings.MaxResponseTokens);
        return new ReinforcementRows(
            settings, prompts, settings.EvalData is { } file ? Read(file, PromptFields.Answer) : [],
            _frozen is null ? null : _frozen.Trace);
    }
}
