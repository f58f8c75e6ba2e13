using System.Security.Cryptography;
using System.Text;

namespace Innate.Server.Access;

/// <summary>The bearer keys. Digests are compared, all of them and each whole: the time tells nothing of a key.</summary>
internal sealed class ApiKeys
{
    private const string Scheme = "Bearer ";

    private readonly byte[][] _digests;

    /// <exception cref="InputException">A key is empty: it would admit everyone.</exception>
    public ApiKeys(IReadOnlyList<string> keys)
    {
        if (keys.Any(string.IsNullOrWhiteSpace)) throw new InputException(nameof(ServerOptions.ApiKeys), "keys", "an empty one");
        _digests = [.. keys.Select(k => SHA256.HashData(Encoding.UTF8.GetBytes(k.Trim())))];
    }

    /// <summary>Whether a request needs a key.</summary>
    public bool AreRequired => _digests.Length > 0;

    /// <summary>Whether a request bears one of the keys.</summary>
    /// <param name="authorization">The Authorization header.</param>
    public bool Contain(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()));
        bool found = false;
        foreach (byte[] known in _digests) found |= CryptographicOperations.FixedTimeEquals(known, digest);
        return found;
    }
}
