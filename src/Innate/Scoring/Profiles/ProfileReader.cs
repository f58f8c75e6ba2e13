using System.Text.Json;
using Innate.Scoring.Expressions;

namespace Innate.Scoring.Profiles;

/// <summary>
/// Reads a profile: JSON, in which comments and commas after the last value are allowed. A field that is not known is refused by
/// its name, a wrong value by its field.
/// </summary>
public static class ProfileReader
{
    private static readonly string[] Fields =
        ["name", "prefers", "reward", "gamma", "beta", "normalize", "pairs", "paraphrases"];

    private static readonly string[] PairFields = ["prompt", "chosen", "rejected"];

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="file">The profile; pairs in a file of their own lie relative to it.</param>
    /// <exception cref="InputException">It cannot be read: file, field, what was expected, what was found.</exception>
    public static RewardProfile Read(string file)
    {
        if (Directory.Exists(file)) throw new InputException($"{file}: expected a profile, found a folder.");
        if (!File.Exists(file)) throw new InputException($"{file}: expected a profile, found no such file.");
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }

        try
        {
            ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
            using JsonDocument document = JsonDocument.Parse(text, Options);
            return Of(document.RootElement, file);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }
    }

    /// <summary>Reads a file of pairs: JSON lines with prompt, chosen and rejected; other fields are passed over.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It cannot be read, or a line is no pair.</exception>
    public static IReadOnlyList<ProfilePair> ReadPairs(string file) =>
        [.. JsonLines.Read(file).Select(l => Pair(l.Fields, $"{file}, line {l.Line}", ""))];

    /// <summary>Whether something can be a profile's name.</summary>
    /// <param name="name">Letters, digits, '.', '-' and '_', the first one a letter or digit.</param>
    public static bool IsName(string name) => name.Length is > 0 and <= 100 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static RewardProfile Of(JsonElement root, string file)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Wrong(file, "the file", "a JSON object", JsonLines.Describe(root));
        RequireKnown(root, Fields, file, "");
        string name = Text(root, "name", file) ?? Path.GetFileNameWithoutExtension(file);
        if (!IsName(name)) throw Wrong(file, "name", "letters, digits, '.', '-' and '_'", $"'{name}'");
        RewardProfile profile = new()
        {
            Name = name,
            Prefers = Text(root, "prefers", file) is { } words && !string.IsNullOrWhiteSpace(words) ? words
                : throw Wrong(file, "prefers", "what the reward prefers, in words", "none"),
            Reward = Text(root, "reward", file) ?? "endogenous",
            Gamma = Number(root, "gamma", x => x is >= 0 and <= 1, "a number from 0 to 1", file),
            Beta = Number(root, "beta", x => x >= 0, "a number of at least 0", file),
            Normalize = Flag(root, "normalize", file),
            Pairs = Pairs(root, file),
            Paraphrases = Texts(root, "paraphrases", file),
        };
        RequireReward(profile, file);
        return profile;
    }

    private static void RequireReward(RewardProfile profile, string file)
    {
        RewardExpression reward;
        try
        {
            reward = RewardExpression.Parse(profile.Reward, RewardProfile.NoProfile);
        }
        catch (InputException e)
        {
            throw new InputException($"{file}: \"reward\": {e.MessageFor(_ => "the expression")}", e);
        }

        LeafNode[] leaves = [.. reward.Node.All.OfType<LeafNode>()];
        if (!leaves.Any(l => LeafNames.IsOfTraces(l.Kind)))
        {
            throw Wrong(file, "reward", "a reward of a model's traces in it, which words can steer", $"'{profile.Reward}'");
        }

        if ((profile.Gamma ?? profile.Beta) is not null && !leaves.Any(RewardProfile.IsDiscounted))
        {
            throw Wrong(file, profile.Gamma is null ? "beta" : "gamma", "none without endogenous in \"reward\"", "one");
        }
    }

    private static void RequireKnown(JsonElement value, string[] known, string file, string within)
    {
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (known.Contains(property.Name)) continue;
            throw new InputException($"{file}: {within}expected the fields {string.Join(", ", known)}, "
                + $"found \"{property.Name}\"{NearestName.Hint(property.Name, known)}.");
        }
    }

    private static IReadOnlyList<ProfilePair> Pairs(JsonElement root, string file)
    {
        if (!Given(root, "pairs", out JsonElement pairs)) return [];
        if (pairs.ValueKind == JsonValueKind.String)
        {
            return ReadPairs(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, pairs.GetString()!));
        }

        if (pairs.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(file, "pairs", "an array of pairs, or a file of JSON lines", JsonLines.Describe(pairs));
        }

        return [.. pairs.EnumerateArray().Select((p, i) =>
        {
            string place = $"\"pairs\", {i + 1}: ";
            if (p.ValueKind != JsonValueKind.Object) throw new InputException($"{file}: {place}expected an object, found none.");
            RequireKnown(p, PairFields, file, place);
            return Pair(p, file, place);
        })];
    }

    // A file of pairs may hold more than a profile reads.
    private static ProfilePair Pair(JsonElement pair, string file, string place)
    {
        string Of(string field) => Text(pair, field, file) is { Length: > 0 } text ? text
            : throw new InputException($"{file}: {place}\"{field}\": expected a text, found none.");
        return new ProfilePair(Of("prompt"), Of("chosen"), Of("rejected"));
    }

    private static bool Given(JsonElement root, string field, out JsonElement value) =>
        root.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;

    private static string? Text(JsonElement root, string field, string file) => !Given(root, field, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(file, field, "a text", JsonLines.Describe(value));

    private static double? Number(JsonElement root, string field, Func<double, bool> allowed, string expected, string file) =>
        !Given(root, field, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double x) && allowed(x) ? x
        : throw Wrong(file, field, expected, JsonLines.Describe(value));

    private static bool Flag(JsonElement root, string field, string file) => Given(root, field, out JsonElement value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw Wrong(file, field, "true or false", JsonLines.Describe(value)));

    private static IReadOnlyList<string> Texts(JsonElement root, string field, string file)
    {
        if (!Given(root, field, out JsonElement value)) return [];
        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String && t.GetString()!.Length > 0)
            ? [.. value.EnumerateArray().Select(t => t.GetString()!)]
            : throw Wrong(file, field, "an array of texts", JsonLines.Describe(value));
    }

    private static InputException Wrong(string file, string field, string expected, string found) =>
        new($"{file}: {(field == "the file" ? "" : $"\"{field}\": ")}expected {expected}, found {found}.");
}
