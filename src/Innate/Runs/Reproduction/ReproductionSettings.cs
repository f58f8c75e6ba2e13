namespace Innate.Runs.Reproduction;

/// <summary>What is reproduced, on what, and how long it may take.</summary>
public sealed record ReproductionSettings
{
    /// <summary>The folder of all results.</summary>
    public required string Output { get; init; }

    /// <summary>The model; null: the one inside.</summary>
    public string? Model { get; init; }

    /// <summary>Threads; no figure depends on it. Null: one a logical processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Go on after the steps that <see cref="Output"/> holds already.</summary>
    public bool Resume { get; init; }

    /// <summary>Seeds of the learning runs; the spread over them is reported.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>Items of each made benchmark.</summary>
    public required int Items { get; init; }

    /// <summary>Held-out questions that policies are measured on.</summary>
    public required int Questions { get; init; }

    /// <summary>Sampled answers to each of them.</summary>
    public required int Samples { get; init; }

    /// <summary>RM-Bench's folder for the first question; null: arith-bench.</summary>
    public string? RmBench { get; init; }

    /// <summary>DSP's folder for the second; null: the arithmetic styles.</summary>
    public string? Dsp { get; init; }

    /// <summary>Questions to learn on; null: made.</summary>
    public string? TrainQuestions { get; init; }

    /// <summary>Questions to be measured on; null: made.</summary>
    public string? HeldOutQuestions { get; init; }

    /// <summary>How answers are checked: a question set's name.</summary>
    public string Policy { get; init; } = "arith";

    /// <summary>The recipes that are compared, the paper's first.</summary>
    public required IReadOnlyList<string> Presets { get; init; }

    /// <summary>Steps of each learning run.</summary>
    public required int Steps { get; init; }

    /// <summary>Questions a step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Of the learning runs.</summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>The longest answer, in tokens.</summary>
    public int MaxResponseTokens { get; init; } = 96;
}
