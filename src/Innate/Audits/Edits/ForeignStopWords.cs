using Innate.Audits.Words;

namespace Innate.Audits.Edits;

/// <summary>English stop words become German ones: a slip into another language that leaves the sense.</summary>
internal static class ForeignStopWords
{
    private static readonly Dictionary<string, string> German = new(StringComparer.Ordinal)
    {
        ["the"] = "die", ["and"] = "und", ["of"] = "von", ["is"] = "ist", ["are"] = "sind", ["to"] = "zu", ["for"] = "für",
        ["with"] = "mit", ["not"] = "nicht", ["that"] = "dass", ["we"] = "wir", ["you"] = "du", ["it"] = "es", ["on"] = "auf",
        ["or"] = "oder", ["if"] = "wenn", ["from"] = "aus", ["as"] = "als", ["by"] = "durch", ["this"] = "dies",
    };

    public static string? Apply(string response) =>
        WholeWords.Replace(response, word => German.GetValueOrDefault(word.ToLowerInvariant()));
}
