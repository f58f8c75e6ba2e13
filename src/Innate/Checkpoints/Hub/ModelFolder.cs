namespace Innate.Checkpoints.Hub;

/// <summary>What <c>--model</c> means.</summary>
public static class ModelFolder
{
    /// <summary>
    /// The folder of a model: an existing folder as it is, else <see cref="EmbeddedModel"/> by its name, else <c>org/name</c> or
    /// <c>org/name@revision</c> from the hub's cache. Never touches the network.
    /// </summary>
    /// <param name="folderOrHubName">A path, <c>innate-tiny</c>, or a hub name.</param>
    /// <param name="cache">The cache to look in; null: the user's.</param>
    /// <returns>A full path.</returns>
    /// <exception cref="InputException">It is neither a folder, nor the model inside, nor in the cache.</exception>
    public static string Resolve(string folderOrHubName, HubCache? cache = null)
    {
        if (Directory.Exists(folderOrHubName)) return Path.GetFullPath(folderOrHubName);
        if (folderOrHubName == EmbeddedModel.Name) return EmbeddedModel.Folder;
        if (HubName.TryParse(folderOrHubName) is not HubName name)
        {
            throw new InputException(
                $"model '{folderOrHubName}': there is no such folder, and it is neither {EmbeddedModel.Name} nor a hub name "
                + "(org/name or org/name@revision).");
        }

        cache ??= HubCache.FromEnvironment();
        return cache.FindSnapshot(name.Repo, name.Revision) ?? throw new InputException(
            $"model '{folderOrHubName}' is neither a folder nor complete in the cache at {cache.Root}; "
            + $"`innate pull {folderOrHubName}` fetches it.");
    }
}
