namespace Innate.Checkpoints;

/// <summary>
/// The model that ships beside the assemblies: a small one that knows arithmetic, so that everything runs at once on a fresh
/// machine. Its card, README.md in its folder, says how it was trained and what it is worth.
/// </summary>
public static class EmbeddedModel
{
    /// <summary>What the command line calls it.</summary>
    public const string Name = "innate-tiny";

    /// <summary>Its folder, a Hugging Face checkpoint.</summary>
    /// <exception cref="InputException">The application was copied without it.</exception>
    public static string Folder => Beside(AppContext.BaseDirectory);

    /// <summary>The folder in an application's own.</summary>
    internal static string Beside(string application)
    {
        string folder = Path.Combine(application, "models", Name);
        return File.Exists(Path.Combine(folder, "config.json")) ? folder : throw new InputException(
            $"{folder}: expected {Name}, the model that ships beside the program, found none: name another model, "
            + "or copy the whole application.");
    }
}
