namespace Innate.Scoring.Profiles;

/// <summary>A pair by which a profile's author says what it should prefer.</summary>
/// <param name="Prompt">What is asked.</param>
/// <param name="Chosen">The response that the profile should prefer.</param>
/// <param name="Rejected">The other one.</param>
public sealed record ProfilePair(string Prompt, string Chosen, string Rejected);
