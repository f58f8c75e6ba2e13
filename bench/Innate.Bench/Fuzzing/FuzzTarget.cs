namespace Innate.Bench.Fuzzing;

/// <summary>A parser that is fuzzed.</summary>
/// <param name="Corpus">Good inputs, from which others are made.</param>
/// <param name="Words">Pieces that mean something to the parser.</param>
/// <param name="Try">Reads an input; throws where it is refused.</param>
/// <param name="IsJson">Whether inputs are JSON, from their first bracket on, and may be damaged as such.</param>
/// <param name="Longest">Inputs are cut to so many bytes.</param>
internal sealed record FuzzTarget(
    IReadOnlyList<byte[]> Corpus, IReadOnlyList<string> Words, Action<byte[]> Try, bool IsJson, int Longest = 1 << 16);
