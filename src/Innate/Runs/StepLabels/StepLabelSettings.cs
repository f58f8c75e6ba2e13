using System.Globalization;
using Innate.Generation;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Runs.StepLabels;

/// <summary>What the steps of solutions are labelled by.</summary>
public enum StepLabelKind
{
    /// <summary>Math-Shepherd (arXiv 2312.08935): by how many completions from each step reach the known answer.</summary>
    Rollouts,

    /// <summary>
    /// GRACE (arXiv 2305.14934): wrong solutions beside a right one, as pairs of a right and a wrong next step.
    /// </summary>
    Alignment,

    /// <summary>SPARE (arXiv 2506.15498): by the model, which sees the row's reference, all steps in one reply.</summary>
    Reference,
}

/// <summary>Solutions whose steps are labelled, and how.</summary>
public sealed record StepLabelSettings
{
    /// <summary>The kinds' names, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["rollouts", "alignment", "reference"];

    /// <summary>The rows: a prompt with <c>answer</c> or <c>gold</c>, and solutions, unless they are sampled.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The labelled rows: TRL's <c>completions</c> and <c>labels</c>, of alignment pairs.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model that completes, and samples the solutions where they are sampled.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>Chat or raw, system prompt.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>How steps are labelled.</summary>
    public StepLabelKind Kind { get; init; }

    /// <summary>Where solutions are cut into steps.</summary>
    public StepSplit Split { get; init; }

    /// <summary>Solutions sampled to each prompt; 0: the rows' own.</summary>
    public int Solutions { get; init; }

    /// <summary>Of rollouts: completions from each step; 8 in the paper.</summary>
    public int Rollouts { get; init; } = 8;

    /// <summary>Of rollouts: labels are the shares of completions that are right, not whether any is.</summary>
    public bool IsSoft { get; init; }

    /// <summary>Of alignment: solutions that cost more are left out; 3.0 in the authors' README.</summary>
    public double MaxCost { get; init; } = 3;

    /// <summary>Of reference: what becomes of steps that the teacher left out.</summary>
    public UngradedSteps Ungraded { get; init; }

    /// <summary>Of reference: a file with the teacher's prompt; null: the shipped one.</summary>
    public string? TeacherPrompt { get; init; }

    /// <summary>How solutions, completions and gradings are sampled; the ids that end one are the model's own.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Refuses what nothing can be labelled with.</summary>
    /// <exception cref="InputException">A number is out of range.</exception>
    public void Check()
    {
        if (Rollouts < 1) throw new InputException(nameof(Rollouts), "a whole number of at least 1", $"{Rollouts}");
        if (Solutions < 0) throw new InputException(nameof(Solutions), "a whole number of at least 0", $"{Solutions}");
        if (!(MaxCost >= 0))
        {
            throw new InputException(nameof(MaxCost), "a number of at least 0", MaxCost.ToString(CultureInfo.InvariantCulture));
        }

        if (Sampling.Temperature <= 0)
        {
            throw new InputException(nameof(Sampling.Temperature), "a number above 0, for completions must differ", "0");
        }
    }
}
