using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Foundation.Forms;

/// <summary>One field of an object.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Form">What it may be; null counts as absent.</param>
/// <param name="Meaning">What it is, in a sentence for readers of the schema.</param>
internal sealed record JsonField(string Name, JsonForm Form, string Meaning)
{
    /// <summary>Whether it is always there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>A field of this name, whatever it is.</summary>
    public static JsonField Any(string name) => new(name, JsonForm.Anything, "");

    /// <summary>The same, always there.</summary>
    public JsonField Always => this with { IsRequired = true };

    /// <summary>The field's schema.</summary>
    public JsonObject ToSchema()
    {
        JsonObject schema = Form.ToSchema();
        if (!IsRequired) schema = OrNull(schema);
        schema["description"] = Meaning;
        return schema;
    }

    /// <summary>Whether an object has the field, of this form.</summary>
    public bool IsIn(JsonElement value) => value.TryGetProperty(Name, out JsonElement own)
        && own.ValueKind != JsonValueKind.Null && Form.Fault(own) is null;

    // Tables exported to JSON fill their gaps with null.
    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["enum"] is JsonArray choices)
        {
            choices.Add((JsonNode?)null);
            return schema;
        }

        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.GetValue<string>(), "null");
            return schema;
        }

        if (schema["anyOf"] is JsonArray any) any.Add((JsonNode)new NullForm().ToSchema());
        return schema;
    }
}
