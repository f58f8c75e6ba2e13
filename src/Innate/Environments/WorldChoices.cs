namespace Innate.Environments;

/// <summary>Reads <see cref="WorldOptions"/>, and refuses what a world has no use for.</summary>
internal static class WorldChoices
{
    /// <summary>The most actions of an episode.</summary>
    /// <exception cref="InputException">There would be none.</exception>
    public static int MaxSteps(WorldOptions options, int usual)
    {
        int steps = options.MaxSteps ?? usual;
        return steps >= 1 ? steps : throw new InputException(nameof(WorldOptions.MaxSteps), "1 or more", $"{steps}");
    }

    /// <summary>The families to draw from, each once, by their places among the names.</summary>
    /// <exception cref="InputException">A name is unknown.</exception>
    public static IReadOnlyList<int> Families(WorldOptions options, IReadOnlyList<string> names)
    {
        if (options.Families.Count == 0) return [.. Enumerable.Range(0, names.Count)];
        return [.. options.Families.Select(Place).Distinct()];

        int Place(string name)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (names[i] == name) return i;
            }

            throw new InputException(
                nameof(WorldOptions.Families), $"some of {string.Join(", ", names)}", $"'{name}'{NearestName.Hint(name, names)}");
        }
    }

    /// <summary>Refuses what is held out, where nothing can be.</summary>
    /// <exception cref="InputException">Something is.</exception>
    public static void NothingHeldOut(WorldOptions options, string world)
    {
        if (options.HeldOut.Count > 0)
        {
            throw new InputException(
                nameof(WorldOptions.HeldOut), $"nothing in the world {world}", string.Join(", ", options.HeldOut));
        }

        if (options.OnlyHeldOut)
        {
            throw new InputException(nameof(WorldOptions.OnlyHeldOut), $"no use of it in the world {world}", "true");
        }
    }
}
