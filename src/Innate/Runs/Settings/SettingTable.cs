using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Innate.Foundation.Forms;
using Innate.Reports;

namespace Innate.Runs.Settings;

/// <summary>All settings of a recipe, in the order in which help shows them.</summary>
/// <typeparam name="T">The record of settings.</typeparam>
/// <param name="rows">One a setting.</param>
public sealed class SettingTable<T>(IReadOnlyList<Setting<T>> rows)
{
    /// <summary>One a setting.</summary>
    public IReadOnlyList<Setting<T>> Rows => rows;

    /// <summary>All that is wrong with settings, so that one run tells all.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="given">Names of the settings that were asked for; null: those that differ from the defaults.</param>
    /// <param name="defaults">The settings where nothing is asked for.</param>
    public IEnumerable<InputProblem> Problems(T settings, T defaults, IReadOnlySet<string>? given = null)
    {
        foreach (Setting<T> row in rows)
        {
            if (!row.IsInRange(settings)) yield return new InputProblem(row.Name, row.Expected, Found(row, settings));
            bool isGiven = given?.Contains(row.Name) ?? row.Text(settings) != row.Text(defaults);
            if (isGiven && row.NoEffect(settings) is { } why) yield return new InputProblem(row.Name, why, Found(row, settings));
        }
    }

    /// <summary>The recipe's settings as an object of JSON.</summary>
    /// <param name="settings">The settings.</param>
    public JsonObject ToJson(T settings)
    {
        JsonObject json = [];
        foreach (Setting<T> row in rows.Where(r => r.IsRecipe)) json[SettingNames.Snake(row.Name)] = Node(row, settings);
        return json;
    }

    /// <summary>The form of <see cref="ToJson"/>'s object.</summary>
    internal ObjectForm ToForm() => JsonForm.Object([.. rows.Where(r => r.IsRecipe)
        .Select(r => new JsonField(SettingNames.Snake(r.Name), r.FileForm ?? FormOf(r), Plain(r.Help)))]);

    /// <summary>The recipe's settings for people; those without effect are left out.</summary>
    /// <param name="settings">The settings.</param>
    public IReadOnlyList<Fact> Facts(T settings) =>
        [.. rows.Where(r => r.IsRecipe && r.NoEffect(settings) is null && r.Get(settings) is not null)
            .Select(r => new Fact(SettingNames.Words(r.Name), r.Text(settings)))];

    /// <summary>What decides the run's bits, by name.</summary>
    /// <param name="settings">The settings.</param>
    public IEnumerable<KeyValuePair<string, string>> Deciding(T settings) =>
        rows.Where(r => r.DecidesBits)
            .Select(r => (r.Name, Value: r.ToDeciding is null ? r.Text(settings) : r.ToDeciding(settings)))
            .Where(r => r.Value is not null).Select(r => KeyValuePair.Create(r.Name, r.Value!));

    private static JsonForm FormOf(Setting<T> row) => row.Form switch
    {
        SettingForm.Whole or SettingForm.Seed => new NumberForm { IsWhole = true },
        SettingForm.Number => JsonForm.Number,
        SettingForm.Flag => JsonForm.Flag,
        SettingForm.Names or SettingForm.Texts => JsonForm.List(JsonForm.Text),
        _ => JsonForm.Text,
    };

    // Other settings stand in braces, under the names that they have in files.
    private static string Plain(string help) => Regex.Replace(help, @"\{(\w+)\}", m => SettingNames.Snake(m.Groups[1].Value));

    private static string Found(Setting<T> row, T settings) => row.Get(settings) switch
    {
        string text => $"'{text}'",
        null => "none",
        _ => row.Text(settings),
    };

    private static JsonNode? Node(Setting<T> row, T settings) =>
        row.ToJson is not null ? row.ToJson(settings) : row.Get(settings) switch
    {
        null => null,
        int whole => whole,
        double number => number,
        ulong seed => seed,
        bool on => on,
        string text => text,
        IEnumerable<string> texts => new JsonArray([.. texts.Select(t => JsonValue.Create(t))]),
        object other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };
}
