namespace Innate.Environments;

/// <summary>What worlds have in common in words.</summary>
internal static class WorldText
{
    /// <summary>What comes of an action that cannot be understood or done.</summary>
    public const string Nothing = "Nothing happens.";

    /// <summary>
    /// An action as it is compared: case, spaces and a full stop at the end are a matter of writing; any other difference is
    /// another action.
    /// </summary>
    public static string Normal(string action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return string.Join(
            ' ', action.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
    }
}
