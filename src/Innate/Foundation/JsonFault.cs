using System.Globalization;
using System.Text.Json;

namespace Innate.Foundation;

/// <summary>
/// What a JSON parser stumbled over, as the end of one of our sentences: its place, without the parser's own prose.
/// </summary>
internal static class JsonFault
{
    /// <summary>
    /// "expected JSON, found a fault at line 3, byte 7." or, where no place is known, that the text is not UTF-8.
    /// </summary>
    public static string Describe(Exception fault) => fault is JsonException { LineNumber: { } line, BytePositionInLine: { } at }
        ? string.Create(CultureInfo.InvariantCulture, $"expected JSON, found a fault at line {line + 1}, byte {at + 1}.")
        : "expected JSON, found text that is not valid UTF-8.";
}
