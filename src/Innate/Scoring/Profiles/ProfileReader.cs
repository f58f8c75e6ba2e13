using System.Text.Json;
using Innate.Foundation.Forms;
using Innate.Scoring.Expressions;

namespace Innate.Scoring.Profiles;

/// <summary>
/// Reads a profile: JSON, in which comments and commas after the last value are allowed. A field that is not known is refused by
/// its name, a wrong value by its field.
/// </summary>
public static class ProfileReader
{
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
    public static IReadOnlyList<ProfilePair> ReadPairs(string file) => [.. JsonLines.Read(file).Select(l =>
    {
        Require(ProfileForm.PairLine, l.Fields, $"{file}, line {l.Line}");
        return Pair(l.Fields);
    })];

    /// <summary>Whether something can be a profile's name.</summary>
    /// <param name="name">Letters, digits, '.', '-' and '_', the first one a letter or digit.</param>
    public static bool IsName(string name) => ProfileForm.Name.Fits(name);

    private static RewardProfile Of(JsonElement root, string file)
    {
        Require(ProfileForm.File, root, file);
        string name = Text(root, "name") ?? Path.GetFileNameWithoutExtension(file);
        if (!IsName(name)) throw Wrong(file, "name", ProfileForm.Name.Expected, $"'{name}'");
        RewardProfile profile = new()
        {
            Name = name,
            Prefers = Text(root, "prefers")!,
            Reward = Text(root, "reward") ?? "endogenous",
            Gamma = Given(root, "gamma") is { } gamma ? gamma.GetDouble() : null,
            Beta = Given(root, "beta") is { } beta ? beta.GetDouble() : null,
            Normalize = Given(root, "normalize") is { ValueKind: JsonValueKind.True },
            Pairs = Given(root, "pairs") is not { } pairs ? []
                : pairs.ValueKind == JsonValueKind.String
                    ? ReadPairs(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, pairs.GetString()!))
                    : [.. pairs.EnumerateArray().Select(Pair)],
            Paraphrases = Given(root, "paraphrases") is { } words ? [.. words.EnumerateArray().Select(t => t.GetString()!)] : [],
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

    private static void Require(JsonForm form, JsonElement value, string place)
    {
        if (form.Fault(value) is { } fault) throw new InputException($"{place}: {fault}.");
    }

    private static ProfilePair Pair(JsonElement pair) =>
        new(Text(pair, "prompt")!, Text(pair, "chosen")!, Text(pair, "rejected")!);

    private static JsonElement? Given(JsonElement root, string field) =>
        root.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement root, string field) => Given(root, field)?.GetString();

    private static InputException Wrong(string file, string field, string expected, string found) =>
        new($"{file}: \"{field}\": expected {expected}, found {found}.");
}
