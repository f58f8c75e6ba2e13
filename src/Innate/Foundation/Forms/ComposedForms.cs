using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Foundation.Forms;

/// <summary>A list of values of one form.</summary>
/// <param name="Item">Each value's form.</param>
internal sealed record ListForm(JsonForm Item) : JsonForm
{
    /// <summary>How few it may hold.</summary>
    public int Least { get; init; }

    /// <summary>How many it may hold; null: any number.</summary>
    public int? Most { get; init; }

    /// <summary>What errors call it; null: a list.</summary>
    public string? Words { get; init; }

    public override string Expected => Words ?? (Least, Most) switch
    {
        (0, null) => "an array",
        (_, null) => $"an array of at least {Least}",
        var (least, most) when least == most => $"an array of {least}",
        var (least, most) => $"an array of {least} to {most}",
    };

    public override JsonObject ToSchema()
    {
        JsonObject schema = new() { ["type"] = "array", ["items"] = Item.ToSchema() };
        if (Least > 0) schema["minItems"] = Least;
        if (Most is { } most) schema["maxItems"] = most;
        return schema;
    }

    public override string? Fault(JsonElement value, string place = "")
    {
        if (value.ValueKind != JsonValueKind.Array) return Sentence(value, place);
        int count = value.GetArrayLength();
        if (count < Least || count > Most) return $"\"{place}\": expected {Expected}, found an array of {count}";
        int i = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (Item.Fault(item, $"{place}[{i++}]") is { } fault) return fault;
        }

        return null;
    }
}

/// <summary>A value of one of several forms.</summary>
/// <param name="Forms">The forms, which no value should fit two of for readers' sake.</param>
internal sealed record EitherForm(IReadOnlyList<JsonForm> Forms) : JsonForm
{
    public override string Expected => string.Join(" or ", Forms.Select(f => f.Expected));

    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray([.. Forms.Select(f => f.ToSchema())]) };

    public override string? Fault(JsonElement value, string place = "")
    {
        foreach (JsonForm form in Forms)
        {
            if (form.Fault(value, place) is null) return null;
        }

        // The one form of the value's own kind says more than all of them.
        JsonForm[] alike = [.. Forms.Where(f => f switch
        {
            ListForm => value.ValueKind == JsonValueKind.Array,
            ObjectForm => value.ValueKind == JsonValueKind.Object,
            _ => false,
        })];
        return alike is [var only] ? only.Fault(value, place) : Sentence(value, place);
    }
}

/// <summary>An object.</summary>
/// <param name="Fields">The fields that are known.</param>
internal sealed record ObjectForm(IReadOnlyList<JsonField> Fields) : JsonForm
{
    /// <summary>What fields of other names may be; null: there may be none.</summary>
    public JsonForm? Others { get; init; }

    /// <summary>
    /// Of each group, at least one alternative must be there, with all its fields: <c>[[prompt], [question, answer]]</c>.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<JsonField[]>> Needs { get; init; } = [];

    public override string Expected => "a JSON object";

    public override JsonObject ToSchema()
    {
        JsonObject schema = new() { ["type"] = "object" };
        if (Fields.Count > 0)
        {
            JsonObject properties = [];
            foreach (JsonField field in Fields) properties[field.Name] = field.ToSchema();
            schema["properties"] = properties;
        }

        JsonNode[] required = [.. Fields.Where(f => f.IsRequired).Select(f => JsonValue.Create(f.Name))];
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        if (Needs.Count > 0)
        {
            schema["allOf"] = new JsonArray([.. Needs.Select(need =>
                new JsonObject { ["anyOf"] = new JsonArray([.. need.Select(Given)]) })]);
        }

        if (Others is null) schema["additionalProperties"] = false;
        else if (Others is not AnyForm) schema["additionalProperties"] = Others.ToSchema();
        return schema;
    }

    public override string? Fault(JsonElement value, string place = "")
    {
        if (value.ValueKind != JsonValueKind.Object) return Sentence(value, place);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string own = place.Length == 0 ? property.Name : $"{place}.{property.Name}";
            JsonField? field = Fields.FirstOrDefault(f => f.Name == property.Name);
            if (field is null && Others is null) return Unknown(property.Name, place);
            if (property.Value.ValueKind == JsonValueKind.Null && field is not { IsRequired: true }) continue;
            if ((field?.Form ?? Others!).Fault(property.Value, own) is { } fault) return fault;
        }

        if (Fields.FirstOrDefault(f => f.IsRequired && !value.TryGetProperty(f.Name, out _)) is { } missing)
        {
            return $"\"{(place.Length == 0 ? "" : place + ".")}{missing.Name}\": expected {missing.Form.Expected}, found none";
        }

        IReadOnlyList<JsonField[]>? unmet = Needs.FirstOrDefault(need => !need.Any(all => all.All(f => f.IsIn(value))));
        return unmet is null ? null : $"{(place.Length == 0 ? "" : $"\"{place}\": ")}expected one of "
            + $"{string.Join(", ", unmet.Select(all => string.Join(" and ", all.Select(f => $"\"{f.Name}\""))))}, found none";
    }

    private static JsonObject Given(JsonField[] fields)
    {
        JsonObject properties = [];
        foreach (JsonField field in fields)
        {
            properties[field.Name] = field.Form is AnyForm
                ? new JsonObject { ["not"] = new NullForm().ToSchema() }
                : field.Form.ToSchema();
        }

        return new JsonObject
        {
            ["required"] = new JsonArray([.. fields.Select(f => JsonValue.Create(f.Name))]), ["properties"] = properties,
        };
    }

    private string Unknown(string name, string place)
    {
        string within = place.Length == 0 ? "" : $"\"{place}\": ";
        return $"{within}expected the fields {string.Join(", ", Fields.Select(f => f.Name))}, found \"{name}\""
            + NearestName.Hint(name, Fields.Select(f => f.Name));
    }
}
