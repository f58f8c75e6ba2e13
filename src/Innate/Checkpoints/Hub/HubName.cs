namespace Innate.Checkpoints.Hub;

/// <summary>
/// A model on the hub: <c>org/name</c>, a revision (a branch, a tag or a commit), and of a repository of GGUF files the type that
/// is meant.
/// </summary>
internal sealed record HubName(string Repo, string Revision, string? GgufType = null)
{
    // What the hub's cache writes for a slash; no part of a name may hold it.
    private static readonly string Slash = new('-', 2);

    /// <summary>The cache's folder name for a repository: <c>models--org--name</c>.</summary>
    public string CacheFolder => InCache("models");

    /// <summary>The same of a dataset: <c>datasets--org--name</c>.</summary>
    public string DatasetCacheFolder => InCache("datasets");

    /// <summary>
    /// Splits <c>org/name</c>, <c>org/name@revision</c>, and either with <c>:TYPE</c> after it; null where the text is neither.
    /// </summary>
    public static HubName? TryParse(string text)
    {
        int colon = text.LastIndexOf(':');
        string? type = colon < 0 ? null : text[(colon + 1)..];
        if (colon >= 0) text = text[..colon];
        int at = text.IndexOf('@', StringComparison.Ordinal);
        HubName name = at < 0 ? new(text, "main", type) : new(text[..at], text[(at + 1)..], type);
        return IsRepo(name.Repo) && IsRevision(name.Revision) && (type is null || IsType(type)) ? name : null;
    }

    /// <summary>Checks both parts, which become paths and addresses.</summary>
    /// <exception cref="InputException">One of them is not a hub name.</exception>
    public static HubName Parse(string repo, string revision)
    {
        if (!IsRepo(repo))
        {
            throw new InputException($"'{repo}' is not a hub name; expected org/name of letters, digits, '-', '_' and '.'.");
        }

        if (!IsRevision(revision))
        {
            throw new InputException($"'{revision}' is not a revision of {repo}; expected a branch, a tag or a commit hash.");
        }

        return new HubName(repo, revision);
    }

    /// <summary>Whether the text is a commit hash: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.</summary>
    public static bool IsCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    private string InCache(string kind) => $"{kind}{Slash}{Repo.Replace("/", Slash, StringComparison.Ordinal)}";

    private static bool IsRepo(string repo)
    {
        string[] parts = repo.Split('/');
        return repo.Length <= 200 && parts.Length is 1 or 2 && parts.All(IsPart)
            && !repo.Contains(Slash, StringComparison.Ordinal);
    }

    private static bool IsType(string type) =>
        type.Length is > 0 and <= 40 && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static bool IsRevision(string revision) =>
        revision.Length is > 0 and <= 200
        && revision.Split('/').All(part => IsPart(part) && !part.EndsWith(".lock", StringComparison.Ordinal));

    private static bool IsPart(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && part[0] is not ('.' or '-')
        && part[^1] != '.' && !part.Contains("..", StringComparison.Ordinal);
}
