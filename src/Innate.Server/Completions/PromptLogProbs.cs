using Innate.Traces;

namespace Innate.Server.Completions;

/// <summary>The log-probabilities of a prompt's own tokens.</summary>
/// <param name="LogProbabilities">Of each token given those before it; the first has none.</param>
/// <param name="Likeliest">The likeliest tokens in its place; the first has none.</param>
/// <param name="Next">What may follow the prompt; null where it was not asked for.</param>
internal sealed record PromptLogProbs(double?[] LogProbabilities, LikelyTokens?[] Likeliest, LikelyTokens? Next);
