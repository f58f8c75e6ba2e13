namespace Innate.Text.Tokenization;

/// <summary>What tokenizer.json consists of.</summary>
internal sealed record TokenizerParts
{
    public required Vocabulary Vocabulary { get; init; }

    public required BytePairModel Model { get; init; }

    public required string? UnknownToken { get; init; }

    public required List<AddedToken> AddedTokens { get; init; }

    public required Normalizer? Normalizer { get; init; }

    public required List<PreTokenizer> PreTokenizers { get; init; }

    public required PostProcessor PostProcessor { get; init; }

    public required Func<DecoderStep, DecoderStep> Decoder { get; init; }
}
