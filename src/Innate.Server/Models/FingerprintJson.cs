using System.Text.Json;
using Innate.Sessions;

namespace Innate.Server.Models;

/// <summary>A model's fingerprint in replies.</summary>
internal static class FingerprintJson
{
    /// <summary>Writes the field <c>fingerprint</c>.</summary>
    /// <param name="fingerprint">The model's.</param>
    /// <param name="w">Where to.</param>
    /// <param name="formula">The reward with its parameters; null where the reply holds none.</param>
    public static void Write(this ModelFingerprint fingerprint, Utf8JsonWriter w, string? formula)
    {
        w.WriteStartObject("fingerprint");
        foreach ((string name, string value) in fingerprint.Parts)
        {
            if (name == "version" && formula is not null) w.WriteString("formula", formula);
            w.WriteString(name, value);
        }

        w.WriteEndObject();
    }
}
