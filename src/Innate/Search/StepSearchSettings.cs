using System.Globalization;

namespace Innate.Search;

/// <summary>How an answer is searched step by step.</summary>
public enum StepSearchKind
{
    /// <summary>Of the candidates for the next step the best is taken, then its candidates, and so on.</summary>
    Step,

    /// <summary>
    /// The best prefixes of all candidates are kept; a finished answer keeps its place as long as it is among them.
    /// </summary>
    Beam,

    /// <summary>
    /// GRACE's decoding (arXiv 2305.14934): the candidate that the policy's likelihood and the score, blended, say is best.
    /// </summary>
    Grace,
}

/// <summary>The numbers of a step search.</summary>
public sealed record StepSearchSettings
{
    /// <summary>The names of the kinds, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["step", "beam", "grace"];

    /// <summary>Which search.</summary>
    public StepSearchKind Kind { get; init; }

    /// <summary>Candidates for the next step of each prefix; null: 8, of grace 20, its scripts'.</summary>
    public int? Candidates { get; init; }

    /// <summary>Of beam: how many prefixes are kept.</summary>
    public int Beams { get; init; } = 4;

    /// <summary>Of grace: the score's share in the blend, 0 to 1; 0.1 is its scripts'.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>Texts that end a step, which keeps them.</summary>
    public IReadOnlyList<string> StepEnds { get; init; } = ["\n"];

    /// <summary>The most steps of an answer.</summary>
    public int MaxSteps { get; init; } = 32;

    /// <summary>Candidates for each prefix.</summary>
    internal int Width => Candidates ?? (Kind == StepSearchKind.Grace ? 20 : 8);

    /// <summary>Refuses what cannot be searched with.</summary>
    /// <exception cref="InputException">A number is out of range, or no text ends a step.</exception>
    public void Check()
    {
        foreach ((string name, int value) in ((string, int)[])
            [(nameof(Candidates), Width), (nameof(Beams), Beams), (nameof(MaxSteps), MaxSteps)])
        {
            if (value < 1) throw new InputException(name, "a whole number of at least 1", $"{value}");
        }

        if (!(Beta is >= 0 and <= 1))
        {
            throw new InputException(nameof(Beta), "a number from 0 to 1", Beta.ToString(CultureInfo.InvariantCulture));
        }

        if (StepEnds.Count == 0 || StepEnds.Any(e => e.Length == 0))
        {
            throw new InputException(nameof(StepEnds), "texts that end a step, none of them empty", "an empty one");
        }
    }
}
