using Innate.Checkpoints;
using Innate.Checkpoints.Hub;

namespace Innate.Sessions;

/// <summary>The model that is meant where <c>--model</c> is not given.</summary>
public static class DefaultModel
{
    /// <summary>The model that an adapter names where it is here, else the one inside.</summary>
    /// <param name="adapter">The adapter's folder; null: there is none.</param>
    /// <returns>
    /// The model's folder; and a sentence where the adapter names another model, which is not here: the one inside may then be
    /// the wrong one even if the shapes fit.
    /// </returns>
    /// <exception cref="InputException">The adapter's settings cannot be read, or the model inside is missing.</exception>
    public static (string Folder, string? Doubt) For(string? adapter)
    {
        if (adapter is null || AdapterFolder.ReadConfig(adapter).BaseModel is not { Length: > 0 } name)
        {
            return (EmbeddedModel.Folder, null);
        }

        try
        {
            return (ModelFolder.Resolve(name), null);
        }
        catch (InputException)
        {
            // Trained on the model inside, but another installation's.
            bool isInside = Path.GetFileName(Path.TrimEndingDirectorySeparator(name)) == EmbeddedModel.Name;
            return (EmbeddedModel.Folder, isInside
                ? null
                : $"{adapter} belongs to '{name}', which is not here: {EmbeddedModel.Name} is used; name another model to use "
                + $"that.");
        }
    }
}
