using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>Instructions on arithmetic, made harder until a model fails half of them.</summary>
public sealed record InstructionSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model whose pass rate decides.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How prompts become ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>How many seed questions.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Decides questions, constraints and samples.</summary>
    public ulong Seed { get; init; }

    /// <summary>Take the questions that are kept for measuring.</summary>
    public bool HeldOut { get; init; }

    /// <summary>Responses to each instruction, at temperature 1 (the paper: 8).</summary>
    public int Rollouts { get; init; } = 8;

    /// <summary>The most rounds (the paper: 5). Round n adds n to 3n constraints.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>The most tokens of a response.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>Write those that stayed easy too.</summary>
    public bool Easy { get; init; }
}
