using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Innate.Generation.Formats;

/// <summary>Formats by what they say, to be put together.</summary>
internal static class TextFormats
{
    // In JSON a quotation mark ends the string, a backslash begins an escape, and control characters are not allowed.
    private static readonly ByteSet Plain = ByteSet.Range(0x20, 0x7f).Without(ByteSet.Of("\"\\"u8));

    /// <summary>A character of two bytes or more, well formed in UTF-8.</summary>
    public static TextFormat LongCharacter { get; } = Long();

    /// <summary>
    /// A string of JSON with its quotation marks: any characters, well formed in UTF-8, and the escapes of one letter. Escapes
    /// by number are left out: half a pair of surrogates could not be read again.
    /// </summary>
    public static TextFormat JsonString { get; } = Sequence(
        Text("\""),
        RepeatFormat.Of(
            Any(new OneByte(Plain), LongCharacter, Sequence(Text("\\"), new OneByte(ByteSet.Of("\"\\/bfnrt"u8)))), 0, null),
        Text("\""));

    /// <summary>A text as it is.</summary>
    public static TextFormat Text(string text) => new ExactText(Encoding.UTF8.GetBytes(text));

    /// <summary>One of several texts.</summary>
    public static TextFormat OneOf(IEnumerable<string> texts) => Any([.. texts.Select(Text)]);

    /// <summary>One of several formats; at least one.</summary>
    public static TextFormat Any(params TextFormat[] formats) =>
        ChoiceFormat.Or(formats) ?? throw new ArgumentException("formats: expected at least one, found none.", nameof(formats));

    /// <summary>Formats one after another.</summary>
    public static TextFormat Sequence(params TextFormat[] formats) =>
        formats.Reverse().Aggregate((TextFormat)ExactText.Empty, (rest, first) => SequenceFormat.Then(first, rest));

    /// <summary>A whole number of a range, as it is written.</summary>
    public static TextFormat Whole(int lowest, int highest) => OneOf(
        Enumerable.Range(lowest, highest - lowest + 1).Select(n => n.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A list of whole numbers with brackets around it, such as <c>[7, 3, 10]</c>.</summary>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="lowest">The lowest.</param>
    /// <param name="highest">The highest.</param>
    public static TextFormat Wholes(int count, int lowest, int highest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        TextFormat one = Whole(lowest, highest);
        return List(Enumerable.Repeat(one, count));
    }

    /// <summary>An object of JSON with these members in this order.</summary>
    public static TextFormat JsonObject(IEnumerable<(string Name, TextFormat Value)> members) => Sequence(
        [
            Text("{"),
            .. members.SelectMany((m, i) => (TextFormat[])[Text((i > 0 ? ", " : "") + Quoted(m.Name) + ": "), m.Value]),
            Text("}"),
        ]);

    /// <summary>A list of JSON that holds each of several strings once, in any order.</summary>
    public static TextFormat JsonOrder(IEnumerable<string> names) => Sequence(
        Text("["), AnyOrderFormat.Of(names.Select(n => Text(Quoted(n))), Text(", ")), Text("]"));

    /// <summary>Items with brackets around them and commas between.</summary>
    public static TextFormat List(IEnumerable<TextFormat> items) => Sequence(
        [Text("["), .. items.SelectMany((item, i) => i == 0 ? (TextFormat[])[item] : [Text(", "), item]), Text("]")]);

    private static string Quoted(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    private static TextFormat Long()
    {
        TextFormat more = Byte(0x80, 0xbf);
        return Any(
            Sequence(Byte(0xc2, 0xdf), more),
            Sequence(Byte(0xe0, 0xe0), Byte(0xa0, 0xbf), more),
            Sequence(Any(Byte(0xe1, 0xec), Byte(0xee, 0xef)), more, more),
            Sequence(Byte(0xed, 0xed), Byte(0x80, 0x9f), more),
            Sequence(Byte(0xf0, 0xf0), Byte(0x90, 0xbf), more, more),
            Sequence(Byte(0xf1, 0xf3), more, more, more),
            Sequence(Byte(0xf4, 0xf4), Byte(0x80, 0x8f), more, more));
    }

    private static OneByte Byte(byte first, byte last) => new(ByteSet.Range(first, last));
}
