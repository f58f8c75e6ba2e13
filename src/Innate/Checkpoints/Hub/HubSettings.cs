namespace Innate.Checkpoints.Hub;

/// <summary>Where the hub and its cache are, from the environment variables that every Hugging Face tool reads.</summary>
internal sealed record HubSettings
{
    /// <summary>The cache's folder.</summary>
    public required string CacheRoot { get; init; }

    /// <summary>The hub's address, without a slash at the end.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Sent to the endpoint only; null: anonymous.</summary>
    public string? Token { get; init; }

    /// <summary>Whether <c>HF_HUB_OFFLINE</c> forbids the network.</summary>
    public bool Offline { get; init; }

    /// <summary>How often a request may fail in a row before the pull gives up.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause after a first failure; doubled after each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the other side may stay silent.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether to try symbolic links before copies.</summary>
    public bool UseLinks { get; init; } = true;

    /// <summary>Reads the variables of the process, or of <paramref name="variable"/>.</summary>
    /// <exception cref="InputException"><c>HF_ENDPOINT</c> is not an http address.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        string user = (OperatingSystem.IsWindows() ? null : Given("HOME"))
            ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string home = Folder("HF_HOME") ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface");
        string tokenFile = Folder("HF_TOKEN_PATH") ?? Path.Combine(home, "token");
        string endpoint = Given("HF_ENDPOINT") ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint.TrimEnd('/'), UriKind.Absolute, out Uri? address)
            || address.Scheme is not ("http" or "https"))
        {
            throw new InputException($"HF_ENDPOINT is '{endpoint}', expected an http or https address.");
        }

        return new HubSettings
        {
            CacheRoot = Path.GetFullPath(Folder("HF_HUB_CACHE") ?? Path.Combine(home, "hub")),
            Endpoint = address,
            Token = Given("HF_TOKEN") ?? ReadToken(tokenFile),
            Offline = Given("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };

        string? Given(string name) => variable(name) is { } value && value.Trim() is { Length: > 0 } text ? text : null;

        string? Folder(string name) => Given(name) is not string text ? null
            : text == "~" ? user : text.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(user, text[2..]) : text;
    }

    private static string? ReadToken(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // Another user's token: anonymous, as where there is none.
        }
    }
}
