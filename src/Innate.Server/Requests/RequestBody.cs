using System.Text.Json;
using System.Text.Json.Serialization;

namespace Innate.Server.Requests;

/// <summary>
/// A request's JSON object, or an object inside it, as a record of its fields. A field that is null counts as absent, for clients
/// write nulls for what they were not told.
/// </summary>
internal abstract record RequestBody
{
    /// <summary>
    /// Fields that the record does not name. They are collected rather than refused by the serializer, because a null among
    /// them asks for nothing and must pass.
    /// </summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Refuses what the dialect does not understand: an option that does nothing would mislead.</summary>
    /// <param name="place">What stands before a field's name in messages: empty, or a path with a full stop at its end.</param>
    /// <exception cref="InputException">A field is given that the record does not name.</exception>
    public virtual void RefuseUnknown(string place = "")
    {
        foreach ((string name, JsonElement value) in Unknown ?? new Dictionary<string, JsonElement>())
        {
            if (value.ValueKind != JsonValueKind.Null && !IsHarmless(name, value)) throw FieldChecks.NotUnderstood(place + name);
        }
    }

    /// <summary>Whether a field that the record does not name asks for what is done anyway.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">Its value; not null.</param>
    protected virtual bool IsHarmless(string name, JsonElement value) => false;
}
