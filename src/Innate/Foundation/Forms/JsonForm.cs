using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Foundation.Forms;

/// <summary>
/// What a value of JSON may be, told once: a reader checks values by it, and <c>innate schema</c> and the server's OpenAPI
/// publish it as a JSON Schema (draft 2020-12).
/// </summary>
internal abstract record JsonForm
{
    /// <summary>Any value but null.</summary>
    public static JsonForm Anything { get; } = new AnyForm();

    /// <summary>True or false.</summary>
    public static JsonForm Flag { get; } = new FlagForm();

    /// <summary>A text.</summary>
    public static JsonForm Text { get; } = new TextForm();

    /// <summary>A number.</summary>
    public static JsonForm Number { get; } = new NumberForm();

    /// <summary>A number; null where there is none.</summary>
    public static JsonForm NumberOrNull { get; } = Either(Number, new NullForm());

    /// <summary>A whole number of at least 0.</summary>
    public static JsonForm Count { get; } = new NumberForm { IsWhole = true, Least = 0 };

    /// <summary>What it is, in the words of an error.</summary>
    public abstract string Expected { get; }

    /// <summary>Values of one of several forms.</summary>
    public static JsonForm Either(params JsonForm[] forms) => new EitherForm(forms);

    /// <summary>A list of values of one form.</summary>
    public static ListForm List(JsonForm item, int least = 0, int? most = null) => new(item) { Least = least, Most = most };

    /// <summary>An object whose fields have one form, whatever their names.</summary>
    public static ObjectForm Map(JsonForm value) => new([]) { Others = value };

    /// <summary>An object of some fields and no others.</summary>
    public static ObjectForm Object(params IReadOnlyList<JsonField> fields) => new(fields);

    /// <summary>The form as a JSON Schema.</summary>
    public abstract JsonObject ToSchema();

    /// <summary>What is wrong with a value, as the end of a sentence; null: nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">Its path, such as <c>pairs[2].prompt</c>; empty: the document itself.</param>
    public abstract string? Fault(JsonElement value, string place = "");

    /// <summary>The sentence for a value of another form.</summary>
    protected string Sentence(JsonElement value, string place)
    {
        string found = value is { ValueKind: JsonValueKind.String } && value.GetString() is { Length: <= 40 } text
            ? $"'{text}'" : JsonLines.Describe(value);
        return $"{(place.Length == 0 ? "" : $"\"{place}\": ")}expected {Expected}, found {found}";
    }
}
