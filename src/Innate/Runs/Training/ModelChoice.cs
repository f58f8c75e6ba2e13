using Innate.Generation;
using Innate.Learning;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Rollouts;
using Innate.Rows;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>
/// Prompts by whose answers a run chooses its model: it ends with the one of all measured steps, the start among them, whose
/// answers were worth most.
/// </summary>
internal sealed record ModelChoice
{
    /// <summary>Rows of prompts, JSON lines.</summary>
    public required string Prompts { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>What an answer is worth.</summary>
    public required AnswerMeasure Measure { get; init; }

    /// <summary>Whether the measure compares with gold answers.</summary>
    public bool NeedsAnswers { get; init; }

    /// <summary>Answers to each prompt.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The longest answer, in tokens.</summary>
    public required int MaxResponseTokens { get; init; }

    /// <summary>Every how many steps; null: eight times a run.</summary>
    public int? Every { get; init; }

    /// <summary>When the run is stopped for its own good.</summary>
    public BrakeOptions Brakes { get; init; } = new();

    /// <summary>A recipe that measures these prompts too, and ends with the best model.</summary>
    /// <param name="task">The recipe at work.</param>
    /// <param name="settings">The run.</param>
    /// <param name="decoder">The model.</param>
    /// <param name="session">Tokenizer and template.</param>
    /// <param name="cancellation">Stops the reading of prompts.</param>
    public TrainingTask Watch(
        TrainingTask task, TrainingSettings settings, CausalLanguageModel decoder, ModelSession session,
        CancellationToken cancellation)
    {
        IReadOnlyList<PolicyPrompt> prompts = PromptRows.Read(
            Prompts, session.Tokenizer, session.Format(settings.Format), decoder.Config.MaxPositions - MaxResponseTokens,
            decoder.Config.VocabularySize, NeedsAnswers ? PromptFields.Answer : PromptFields.None,
            RowColumns.ParseAny(Columns), cancellation);
        SamplingOptions sampling = new()
        {
            Temperature = 1, MaxTokens = MaxResponseTokens, Seed = settings.Seed, StopIds = session.StopIds(settings.Format),
        };
        Anchor anchor = new(new ModelGenerator(decoder), session.Tokenizer, prompts, sampling, Measure, Samples);
        BrakeOptions brakes = Brakes with { AnchorQuestions = prompts.Count };
        return task with
        {
            Recipe = new AnchoredRecipe(task.Recipe, anchor),
            NewBrakes = () => RunBrakes.Of(brakes, settings.Output, keepsBest: true),
            Shown = () => anchor.Shown,
        };
    }

    private sealed class AnchoredRecipe(ITrainingRecipe recipe, Anchor anchor) : ITrainingRecipe
    {
        public StepLoss AddGradients(int stepNumber, CancellationToken cancellation) =>
            recipe.AddGradients(stepNumber, cancellation);

        public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
            [.. recipe.HeldOut(stepNumber, cancellation), .. anchor.Metrics(cancellation)];

        public string RowsOf(int stepNumber) => recipe.RowsOf(stepNumber);

        public bool IsBoundary(int stepNumber) => recipe.IsBoundary(stepNumber);
    }
}
