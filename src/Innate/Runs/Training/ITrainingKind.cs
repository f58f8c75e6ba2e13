using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Learning.Ranks;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reports;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>What a kind of training has of its own; the rest of a run is <see cref="TrainingFlow"/>'s.</summary>
internal interface ITrainingKind
{
    /// <summary>What it is called, in a few words.</summary>
    string Title { get; }

    /// <summary>What decides its bits, by name.</summary>
    IEnumerable<KeyValuePair<string, string>> Deciding { get; }

    /// <summary>The recipe for people.</summary>
    IReadOnlyList<Fact> Facts { get; }

    /// <summary>The recipe's file, beside the run; null: it writes none.</summary>
    byte[]? RecipeFile => null;

    /// <summary>Optimizer steps that learn from one batch of rows.</summary>
    int UpdatesPerBatch => 1;

    /// <summary>Why its steps cannot be divided among processes, as a clause; null: they can.</summary>
    string? Undivided => null;

    /// <summary>The head that is trained.</summary>
    HeadKind Head => HeadKind.Language;

    /// <summary>Whether it compares with a frozen model that this library runs.</summary>
    bool NeedsFrozen { get; }

    /// <summary>The frozen model; null: the model as it is at the start.</summary>
    string? FrozenModel { get; }

    /// <summary>The setting that names the frozen model.</summary>
    string FrozenSetting { get; }

    /// <summary>Whether the frozen model moves, and is then kept beside the policy in the same types.</summary>
    bool MovesFrozen => false;

    /// <summary>A second frozen model; null: there is none.</summary>
    string? SecondModel => null;

    /// <summary>The setting that names it.</summary>
    string SecondSetting => "";

    /// <summary>Reads the rows, and those that are held out.</summary>
    /// <param name="session">The model.</param>
    /// <param name="events">Is told of rows that are left out or cut.</param>
    /// <param name="cancellation">Stops between rows.</param>
    ITrainingRows Read(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation);
}

/// <summary>A run's rows, as examples of its kind.</summary>
internal interface ITrainingRows
{
    /// <summary>Rows to learn from.</summary>
    int Count { get; }

    /// <summary>A fresh value head, which learns beside the model; null: the recipe has none.</summary>
    /// <param name="decoder">The model.</param>
    ValueHead? NewValueHead(CausalLanguageModel decoder) => null;

    /// <summary>Makes what adds a batch's gradients.</summary>
    /// <param name="parts">What is trained, and what it is compared with.</param>
    TrainingTask Begin(TrainingParts parts);
}

/// <summary>The parts of a run that a recipe is made of.</summary>
/// <param name="Pass">The model's forward and gradient.</param>
/// <param name="Weights">What learns.</param>
/// <param name="Decoder">The model.</param>
/// <param name="Frozen">What it is compared with.</param>
/// <param name="SwitchedOff">
/// Adapters that are switched off while the frozen model computes, for it is the model without them.
/// </param>
/// <param name="ValueHead">The value head; null: the recipe has none.</param>
/// <param name="Session">Tokenizer and template.</param>
internal sealed record TrainingParts(
    GradientPass Pass, TrainedWeights Weights, CausalLanguageModel Decoder, CausalLanguageModel Frozen, LoraAdapters? SwitchedOff,
    ValueHead? ValueHead, ModelSession Session)
{
    /// <summary>A second frozen model; null: there is none.</summary>
    public CausalLanguageModel? Second { get; init; }

    /// <summary>Who trains together; null: this process alone.</summary>
    public RankTalk? Ranks { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public int Steps { get; init; }
}

/// <summary>A recipe at work.</summary>
/// <param name="Recipe">Adds a batch's gradients.</param>
/// <param name="Sample">What the model answers after a step; null: nothing is shown of it.</param>
internal sealed record TrainingTask(ITrainingRecipe Recipe, Func<int, CancellationToken, TrainingSample?> Sample) : IDisposable
{
    /// <summary>
    /// Makes what stops a run that falls in on itself; null: nothing does. It reads what the run has recorded, so the record must
    /// be open: on a resumed run that drops the steps which are to be done again.
    /// </summary>
    public Func<RunBrakes>? NewBrakes { get; init; }

    /// <summary>Answers to held-out prompts, as they were measured last; null: none are.</summary>
    public Func<IReadOnlyList<PolicyAnswer>>? Shown { get; init; }

    /// <summary>Whether the run is to end after the step that was taken last; null: not before its time.</summary>
    public Func<bool>? IsOver { get; init; }

    /// <summary>Writes what the run remembers beside its weights into a checkpoint's folder; null: nothing.</summary>
    public Action<string>? Save { get; init; }

    /// <summary>Reads it back.</summary>
    public Action<string>? Restore { get; init; }

    /// <summary>What is let go of at the end; null: nothing.</summary>
    public IDisposable? Owned { get; init; }

    public void Dispose() => Owned?.Dispose();
}
