namespace Innate.Audits.Edits;

/// <summary>A sentence at the end that says nothing.</summary>
internal static class FillerSentence
{
    private const string Filler = "There are, of course, many ways to look at this.";

    public static string Apply(string response) => $"{response.TrimEnd()} {Filler}";
}
