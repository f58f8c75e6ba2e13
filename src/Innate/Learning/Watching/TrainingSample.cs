namespace Innate.Learning.Watching;

/// <summary>A piece of a response, a token as a rule.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Value">What colours it, a token's reward for one; null: nothing does.</param>
public readonly record struct TextPiece(string Text, double? Value);

/// <summary>What the model answered at some step.</summary>
/// <param name="Step">The step after which it was sampled.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Pieces">The response, piece by piece.</param>
public sealed record TrainingSample(int Step, string Prompt, IReadOnlyList<TextPiece> Pieces)
{
    /// <summary>A response without values.</summary>
    public TrainingSample(int step, string prompt, string response)
        : this(step, prompt, [new TextPiece(response, null)])
    {
    }

    /// <summary>Whether the prompt is a held-out one, which is answered again at other steps.</summary>
    public bool IsHeldOut { get; init; }

    /// <summary>The response's whole text.</summary>
    public string Response => string.Concat(Pieces.Select(p => p.Text));
}
