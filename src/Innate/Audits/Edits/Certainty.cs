namespace Innate.Audits.Edits;

/// <summary>The response says that it is certain.</summary>
internal static class Certainty
{
    public static string Apply(string response) => $"I am certain. {response}";
}
