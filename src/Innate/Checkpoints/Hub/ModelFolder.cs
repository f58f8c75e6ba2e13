namespace Innate.Checkpoints.Hub;

/// <summary>What <c>--model</c> means.</summary>
public static class ModelFolder
{
    /// <summary>
    /// The folder or GGUF file of a model: an existing one as it is, else <see cref="EmbeddedModel"/> by its name, else
    /// <c>org/name</c>, <c>org/name@revision</c> or, for a GGUF file, <c>org/name:Q4_K_M</c> from the hub's cache. Never touches
    /// the network.
    /// </summary>
    /// <param name="folderOrHubName">A path, <c>innate-tiny</c>, or a hub name.</param>
    /// <param name="cache">The cache to look in; null: the user's.</param>
    /// <returns>A full path.</returns>
    /// <exception cref="InputException">
    /// It is neither a folder, nor a GGUF file, nor the model inside, nor in the cache.
    /// </exception>
    public static string Resolve(string folderOrHubName, HubCache? cache = null)
    {
        if (Directory.Exists(folderOrHubName) || ModelFiles.IsGguf(folderOrHubName)) return Path.GetFullPath(folderOrHubName);
        if (folderOrHubName == EmbeddedModel.Name) return EmbeddedModel.Folder;
        if (HubName.TryParse(folderOrHubName) is not HubName name)
        {
            throw new InputException(
                $"model '{folderOrHubName}': there is no such folder or GGUF file, and it is neither {EmbeddedModel.Name} nor a "
                + "hub name (org/name, org/name@revision or org/name:Q4_K_M).");
        }

        cache ??= HubCache.FromEnvironment();
        string? found = name.GgufType is null ? cache.FindSnapshot(name.Repo, name.Revision) : cache.FindGguf(name);
        return found ?? throw new InputException(
            $"model '{folderOrHubName}' is neither a folder or GGUF file nor complete in the cache at {cache.Root}; "
            + $"`innate pull {folderOrHubName}` fetches it.");
    }
}
