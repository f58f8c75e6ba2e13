using Innate.Compute;
using Innate.Text.Tokenization;

namespace Innate.Models.Creation;

/// <summary>The shape of a model to be made. <see cref="Problems"/> says what of it cannot be.</summary>
internal sealed record NewModelOptions : NewModelShape
{
    private const int MaxSize = 1 << 22;
    private const int MaxLayers = 4096;
    private const int MaxExperts = 1024;

    /// <summary>A model of the default shape.</summary>
    public NewModelOptions()
    {
    }

    /// <summary>A model of a shape.</summary>
    public NewModelOptions(NewModelShape shape)
        : base(shape)
    {
    }

    /// <summary>The families by their <c>model_type</c>.</summary>
    public static IReadOnlyList<string> Families => FamilyDefaults.ModelTypes;

    /// <summary>How weights are stored: float32 or bfloat16.</summary>
    public ElementType Type { get; init; } = ElementType.Float32;

    /// <summary>
    /// Everything that is out of range, each by its property; empty: a model of this shape can be made.
    /// </summary>
    public IReadOnlyList<InputProblem> Problems()
    {
        List<InputProblem> problems = [];
        if (!Families.Contains(Family))
        {
            problems.Add(new InputProblem(
                nameof(Family), $"one of {string.Join(", ", Families)}", $"'{Family}'{NearestName.Hint(Family, Families)}"));
        }

        Size(nameof(Hidden), Hidden, MaxSize);
        Size(nameof(Layers), Layers, MaxLayers);
        Size(nameof(Heads), Heads, MaxSize);
        Size(nameof(KeyValueHeads), KeyValueHeads, MaxSize);
        Size(nameof(Mlp), Mlp, MaxSize);
        Size(nameof(MaxPositions), MaxPositions, int.MaxValue);
        if (Vocabulary is < NewTokenizer.SmallestVocabulary or > MaxSize)
        {
            problems.Add(new InputProblem(
                nameof(Vocabulary), $"{NewTokenizer.SmallestVocabulary} (256 bytes and 3 special tokens) to {MaxSize}",
                $"{Vocabulary}"));
        }

        if (Heads >= 1 && KeyValueHeads >= 1 && Heads % KeyValueHeads != 0)
        {
            problems.Add(new InputProblem(nameof(KeyValueHeads), $"a divisor of {{Heads}} {Heads}", $"{KeyValueHeads}"));
        }

        CheckHeadDimension(problems);
        CheckExperts(problems);
        if (Type is not (ElementType.Float32 or ElementType.BFloat16))
        {
            problems.Add(new InputProblem(nameof(Type), "f32 or bf16", $"{Type}"));
        }

        return problems;

        void Size(string name, int value, int max)
        {
            if (value < 1 || value > max) problems.Add(new InputProblem(name, $"1 to {max}", $"{value}"));
        }
    }

    /// <summary>Experts of a layer, where the family has them.</summary>
    public int ExpertCount => Experts ?? 8;

    /// <summary>Experts that each token chooses, where the family has them.</summary>
    public int ChosenCount => ExpertsPerToken ?? 2;

    private void CheckExperts(List<InputProblem> problems)
    {
        bool has = FamilyDefaults.For(Family) is { HasExperts: true };
        foreach ((string name, int? given, int most) in ((string, int?, int)[])
            [(nameof(Experts), Experts, MaxExperts), (nameof(ExpertsPerToken), ExpertsPerToken, Math.Max(ExpertCount, 1))])
        {
            if (given is int number && (!has || number < 1 || number > most))
            {
                problems.Add(new InputProblem(
                    name, has ? $"1 to {most}" : $"none, since the family {Family} has no experts", $"{number}"));
            }
        }

        if (has && ExpertsPerToken is null && ChosenCount > ExpertCount)
        {
            problems.Add(new InputProblem(nameof(Experts), $"at least the {ChosenCount} that a token chooses", $"{ExpertCount}"));
        }
    }

    private void CheckHeadDimension(List<InputProblem> problems)
    {
        if (HeadDimension is int given)
        {
            string? expected = given < 2 || given % 2 != 0 ? "an even number of at least 2"
                : Heads >= 1 && (long)given * Heads > MaxSize ? $"at most {MaxSize} for all {Heads} heads together"
                : null;
            if (expected is not null) problems.Add(new InputProblem(nameof(HeadDimension), expected, $"{given}"));
        }
        else if (Hidden >= 1 && Heads >= 1)
        {
            if (Hidden % Heads != 0 || Hidden / Heads % 2 != 0)
            {
                problems.Add(new InputProblem(
                    nameof(Hidden), $"an even multiple of {{Heads}} {Heads} without {{HeadDimension}}", $"{Hidden}"));
            }
        }
    }
}
