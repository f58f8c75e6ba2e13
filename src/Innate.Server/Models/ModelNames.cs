using System.Text.Json;
using Innate.Scoring.Profiles;
using Innate.Server.Http;
using Innate.Server.Requests;

namespace Innate.Server.Models;

/// <summary>
/// What a request's <c>model</c> may say. Strict routes answer only to the model's name, its folder or the folder's name,
/// <c>default</c>, and where they give rewards a profile's name; another name would be answered by another model than the one
/// that was asked for. The dialects of trainers that send a path of their own do not ask for a name.
/// </summary>
internal static class ModelNames
{
    private const string Default = "default";

    /// <summary>The name of whatever is served.</summary>
    public static bool IsServed(ServedModel model, string name) =>
        name.Length == 0 || name == model.Name || name == Default || name == model.Folder || name == FolderName(model);

    /// <summary>A route that samples text.</summary>
    /// <exception cref="InputException">It is no text.</exception>
    /// <exception cref="UnknownModelException">It is not served, or a profile's.</exception>
    public static void RequireText(Call call, JsonElement? model)
    {
        if (NameOf(model) is not { } name || IsServed(call.Model, name)) return;
        throw call.Server.Profiles.Find(name) is null
            ? Unknown(call, name, withProfiles: false)
            : new UnknownModelException(new InputException(
                $"\"model\": expected {call.Model.Name} or {Default}, found '{name}', a profile: it gives rewards and no text"));
    }

    /// <summary>A route that gives rewards.</summary>
    /// <returns>The profile that is asked for; null: the model itself.</returns>
    /// <exception cref="InputException">It is no text.</exception>
    /// <exception cref="UnknownModelException">It is not served.</exception>
    public static RewardProfile? RequireReward(Call call, JsonElement? model)
    {
        if (NameOf(model) is not { } name) return null;
        return call.Server.Profiles.Find(name)
            ?? (IsServed(call.Model, name) ? null : throw Unknown(call, name, withProfiles: true));
    }

    /// <summary>A dialect whose callers send a path of their own: whatever is no profile's name is this model.</summary>
    /// <exception cref="InputException">It is a profile's name.</exception>
    public static void RefuseProfile(Call call, JsonElement? model)
    {
        if (model is { ValueKind: JsonValueKind.String } given && call.Server.Profiles.Find(given.GetString()!) is { } profile)
        {
            throw new InputException(
                $"\"model\": {profile.Name} is a profile, which reads prompts apart from their responses; /v1/rewards, /score "
                + "and /rerank take it");
        }
    }

    private static string? NameOf(JsonElement? model) => model switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { } value => FieldChecks.Text(value, "model"),
    };

    private static string FolderName(ServedModel model) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model.Folder)));

    private static UnknownModelException Unknown(Call call, string name, bool withProfiles)
    {
        string profiles = !withProfiles ? "" : call.Server.Profiles.All is { Count: > 0 } all
            ? $", or one of its profiles, {string.Join(", ", all.Select(p => p.Name))}"
            : "";
        IEnumerable<string> served =
            [call.Model.Name, Default, .. withProfiles ? call.Server.Profiles.All.Select(p => p.Name) : []];
        string found = name.Length <= FieldChecks.LongestName ? name : name[..FieldChecks.LongestName] + "...";
        return new UnknownModelException(new InputException(
            $"\"model\": expected {call.Model.Name} or {Default}{profiles}, found '{found}', which is not served here"
            + NearestName.Hint(name, served)));
    }
}
