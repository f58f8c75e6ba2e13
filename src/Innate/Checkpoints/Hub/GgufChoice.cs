using System.Text.RegularExpressions;

namespace Innate.Checkpoints.Hub;

/// <summary>Which of a repository's GGUF files a type's name (<c>Q4_K_M</c>) means.</summary>
internal static partial class GgufChoice
{
    /// <summary>The file of that type, or all parts of it in order.</summary>
    /// <param name="files">The repository's files, with their folders.</param>
    /// <param name="type">The type's name as file names have it, in any case.</param>
    /// <param name="what">What messages call the repository.</param>
    /// <exception cref="InputException">There is none, or there are several.</exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> files, string type, string what)
    {
        // A projector of pictures or an adapter has the type's name too, and is no model.
        string[] models = [.. files.Where(f => f.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
            && !Path.GetFileName(f).StartsWith("mmproj", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        var wholes = models.GroupBy(f => Part().Replace(f, ".gguf")).ToArray();
        var chosen = wholes.Where(g => HasType(g.Key, type)).ToArray();
        if (chosen.Length == 1) return [.. chosen[0]];
        string found = models.Length == 0
            ? "no GGUF file"
            : string.Join(", ", (chosen.Length > 0 ? chosen : wholes).Select(g => g.Key));
        throw new InputException($"{what}: expected one GGUF file of type {type}, found {found}.");
    }

    private static bool HasType(string file, string type)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return Type().IsMatch(type) && name.EndsWith(type, StringComparison.OrdinalIgnoreCase)
            && (name.Length == type.Length || name[^(type.Length + 1)] is '-' or '.' or '_')
            && !OtherKind().IsMatch(name[..^type.Length]);
    }

    [GeneratedRegex(@"^(UD-|I1-)?(I?Q\d|TQ\d|BF16|F16|FP16|F32|MXFP4)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Type();

    // The end of "UD-Q4_K_M" names another type.
    [GeneratedRegex(@"(^|[-._])(UD|I1|imat)[-._]?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherKind();

    [GeneratedRegex(@"-\d{5}-of-\d{5}\.gguf$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
