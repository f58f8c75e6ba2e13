using System.Globalization;

namespace Innate.Runs.Settings;

/// <summary>The forms of a setting's value.</summary>
public enum SettingForm
{
    /// <summary>A whole number: <see cref="int"/>.</summary>
    Whole,

    /// <summary>A number: <see cref="double"/>.</summary>
    Number,

    /// <summary>A whole number of at least 0: <see cref="ulong"/>.</summary>
    Seed,

    /// <summary>A text: <see cref="string"/>.</summary>
    Text,

    /// <summary>One of a few names: <see cref="string"/>.</summary>
    Choice,

    /// <summary>Names with commas between: an array of <see cref="string"/>.</summary>
    Names,

    /// <summary>A text that may be given several times: an array of <see cref="string"/>.</summary>
    Texts,

    /// <summary>On or off: <see cref="bool"/>.</summary>
    Flag,
}

/// <summary>
/// One setting of a recipe, in one place: its name, what it takes, what it means, and how it is read and written. The command's
/// options and help, the checks, the files that tell how a run was made, and a run's facts are all made of it.
/// </summary>
/// <typeparam name="T">The record of settings that it belongs to.</typeparam>
/// <param name="Name">The property, or a property of a part.</param>
/// <param name="Form">The form of its value.</param>
/// <param name="Help">What it means, with its unit and its default.</param>
public sealed record Setting<T>(string Name, SettingForm Form, string Help)
{
    /// <summary>The value; null: it is left to the recipe.</summary>
    public required Func<T, object?> Get { get; init; }

    /// <summary>The settings with another value, which has the form's type.</summary>
    public required Func<T, object, T> Set { get; init; }

    /// <summary>What help calls the value.</summary>
    public string ValueName { get; init; } = "X";

    /// <summary>The names that a choice takes, in the order in which help shows them.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What it takes, in words; other settings stand in braces.</summary>
    public string Expected { get; init; } = "";

    /// <summary>Whether the value is in range.</summary>
    public Func<T, bool> IsInRange { get; init; } = _ => true;

    /// <summary>
    /// Why a value has no effect beside the others; null: it has one. A setting that would do nothing is a misunderstanding.
    /// </summary>
    public Func<T, string?> NoEffect { get; init; } = _ => null;

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it decides the run's bits: a checkpoint of another value is of another run.</summary>
    public bool DecidesBits { get; init; } = true;

    /// <summary>Whether it is a part of the recipe: written to recipe.json and told at the run's start.</summary>
    public bool IsRecipe { get; init; }

    /// <summary>
    /// The value as it stands in files: a number, a text, a flag, or nodes of JSON; null: as <see cref="Get"/> gives it.
    /// </summary>
    public Func<T, System.Text.Json.Nodes.JsonNode?>? ToJson { get; init; }

    /// <summary>The form of <see cref="ToJson"/>'s value; null: that of <see cref="Form"/>.</summary>
    internal Foundation.Forms.JsonForm? FileForm { get; init; }

    /// <summary>The value as people read it; null: as <see cref="Get"/> gives it.</summary>
    public Func<T, string>? ToText { get; init; }

    /// <summary>
    /// What of the value decides the bits, in words; null: all of it, as <see cref="Text"/> says it. Where it gives null, nothing
    /// is said.
    /// </summary>
    public Func<T, string?>? ToDeciding { get; init; }

    /// <summary>The value in words, the same on every machine.</summary>
    /// <param name="settings">The settings.</param>
    public string Text(T settings) => ToText is not null ? ToText(settings) : Get(settings) switch
    {
        null => "none",
        bool on => on ? "on" : "off",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => text,
        IEnumerable<string> texts => string.Join(',', texts),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        object other => other.ToString()!,
    };
}
