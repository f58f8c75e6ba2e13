namespace Innate.Foundation;

/// <summary>Names of files made of other names.</summary>
internal static class FileNames
{
    /// <summary>A name that every file system takes: what is neither letter, digit, dot nor underscore is a hyphen.</summary>
    public static string Safe(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
}
