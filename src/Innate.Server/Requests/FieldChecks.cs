using System.Globalization;
using System.Text.Json;
using Innate.Rows;

namespace Innate.Server.Requests;

/// <summary>
/// Checks of a request's fields, each of them one sentence where it fails. Fields are named by their JSON path.
/// </summary>
internal static class FieldChecks
{
    /// <summary>Characters of a name that messages quote.</summary>
    public const int LongestName = 60;

    /// <exception cref="InputException">The field is absent.</exception>
    public static T Required<T>(T? value, string field)
        where T : class => value ?? throw Missing(field);

    /// <exception cref="InputException">The field is absent.</exception>
    public static T Required<T>(T? value, string field)
        where T : struct => value ?? throw Missing(field);

    /// <exception cref="InputException">The number is given, and out of its range.</exception>
    public static double? Number(double? value, string field, Func<double, bool> isAllowed, string range) =>
        value is { } x && !isAllowed(x)
            ? throw new InputException(field, range, string.Create(CultureInfo.InvariantCulture, $"the number {x}"))
            : value;

    /// <exception cref="InputException">The number is given, and out of its range.</exception>
    public static int? Whole(int? value, string field, int least, int most) =>
        value is { } x && (x < least || x > most)
            ? throw new InputException(
                field, $"a whole number from {least} to {most}", string.Create(CultureInfo.InvariantCulture, $"the number {x}"))
            : value;

    /// <exception cref="InputException">There are too many.</exception>
    public static void AtMost(int most, int count, string field, string what = "texts")
    {
        if (count > most) throw new InputException($"\"{field}\" holds {count} {what}; expected at most {most}");
    }

    /// <summary>A field that is understood only with a value that asks for nothing.</summary>
    /// <param name="value">The field.</param>
    /// <param name="field">Its path.</param>
    /// <param name="reason">Why other values are refused.</param>
    /// <param name="harmless">Values that pass: a string's text, or the JSON of anything else.</param>
    /// <exception cref="InputException">It has another value.</exception>
    public static void Unsupported(JsonElement? value, string field, string reason, params ReadOnlySpan<string> harmless)
    {
        if (value is not { } given) return;
        string text = given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText();
        foreach (string allowed in harmless)
        {
            if (text == allowed) return;
        }

        throw new InputException($"\"{field}\": {reason}");
    }

    /// <summary>The value must be a string.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static string Text(JsonElement value, string field) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(field, "a string", value);

    /// <summary>
    /// Reads what a field holds, and names the field where it cannot be used: one text of many may be at fault.
    /// </summary>
    /// <param name="field">Its path, such as <c>input[3]</c>.</param>
    /// <param name="read">What is done with it.</param>
    /// <exception cref="InputException">It cannot be used.</exception>
    public static T At<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e) when (e.Problems.Count == 0)
        {
            throw new InputException($"\"{field}\": {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <inheritdoc cref="At{T}"/>
    public static void At(string field, Action read) => At(field, () =>
    {
        read();
        return true;
    });

    /// <summary>The path of an array's item.</summary>
    public static string Item(string array, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{array}[{index}]");

    public static InputException Wrong(string field, string expected, JsonElement found) =>
        new(field, expected, RowJson.Describe(found));

    public static InputException Missing(string field) => new($"the field \"{field}\" is missing");

    public static InputException NotUnderstood(string field)
    {
        string name = field.Length <= LongestName ? field : field[..LongestName] + "...";
        return new InputException($"the field \"{name}\" is not understood here; leave it out");
    }
}
