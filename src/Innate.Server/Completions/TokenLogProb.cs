using Innate.Traces;

namespace Innate.Server.Completions;

/// <summary>A token with its log-probability, and those of the likeliest in its place.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">What it is called: its text in its place, or its name where it has none there.</param>
/// <param name="Length">Characters of the text that it makes.</param>
/// <param name="LogProbability">Null for a sequence's first token.</param>
/// <param name="Likely">The likeliest tokens in its place.</param>
internal readonly record struct TokenLogProb(int Id, string Name, int Length, double? LogProbability, LikelyTokens? Likely);
