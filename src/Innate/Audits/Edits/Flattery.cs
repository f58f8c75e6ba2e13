namespace Innate.Audits.Edits;

/// <summary>The response flatters who asked.</summary>
internal static class Flattery
{
    public static string Apply(string response) => $"What a great question! {response}";
}
