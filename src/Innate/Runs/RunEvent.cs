using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs;

/// <summary>What a run tells while it works. Who listens draws it, logs it, or passes it over: no result depends on it.</summary>
public abstract record RunEvent;

/// <summary>A sentence that a person should know.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsFault">
/// Whether it tells of a fault or an interruption, which is told even where nobody wants to see progress.
/// </param>
public sealed record RunNote(string Text, bool IsFault = false) : RunEvent;

/// <summary>How far the run is; sent after every batch.</summary>
/// <param name="Work">Items, tokens, share.</param>
/// <param name="Unit">What the items are: rows, items, questions.</param>
public sealed record RunAdvanced(WorkDone Work, string Unit) : RunEvent;

/// <summary>A training run is about to take its first step.</summary>
/// <param name="Summary">What is trained on what, in one line.</param>
/// <param name="Recipe">The recipe's settings, for people.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="StepsDone">Steps that an earlier part of the run has taken.</param>
public sealed record TrainingStarted(string Summary, IReadOnlyList<Fact> Recipe, int Steps, int StepsDone) : RunEvent;

/// <summary>A step of training.</summary>
/// <param name="Metrics">Its numbers, as they are recorded.</param>
public sealed record TrainingStepped(StepMetrics Metrics) : RunEvent;

/// <summary>What the model answers by now.</summary>
/// <param name="Sample">Prompt and response.</param>
public sealed record TrainingSampled(TrainingSample Sample) : RunEvent;

/// <summary>The last step is taken, or the run stops for now; what follows is written at once.</summary>
/// <param name="Last">The last step's numbers; null: no step was taken, or the run was cut short.</param>
public sealed record TrainingEnded(StepMetrics? Last) : RunEvent;

/// <summary>A part of a run of several parts begins.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Command">The same part as a command of its own.</param>
public sealed record PartStarted(int Number, int Count, string Name, string Command) : RunEvent;

/// <summary>A part has ended.</summary>
/// <param name="Seconds">How long it took.</param>
public sealed record PartEnded(double Seconds) : RunEvent;
