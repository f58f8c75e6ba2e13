namespace Innate.Audits;

/// <summary>What two texts of a pair differ in.</summary>
public enum ContrastKind
{
    /// <summary>An edit of the user's responses that changes nothing of what they say.</summary>
    Edit,

    /// <summary>Words of one group of people in the place of another's.</summary>
    Group,

    /// <summary>The second text is worse: false, invalid, harmful.</summary>
    Fault,
}

/// <summary>Pairs that differ in one thing: the second text's reward less the first's is what it is worth.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Kind">What the two texts differ in.</param>
/// <param name="Meaning">What the second text is, in a few words.</param>
public sealed record Contrast(string Name, ContrastKind Kind, string Meaning)
{
    /// <summary>Responses or prompts that have nothing to edit, or in which the edit would not be exact.</summary>
    public int LeftOut { get; init; }

    /// <summary>The kinds' names in files.</summary>
    internal static string NameOf(ContrastKind kind) => kind switch
    {
        ContrastKind.Edit => "edit",
        ContrastKind.Group => "group",
        _ => "fault",
    };
}
