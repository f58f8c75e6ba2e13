using System.Globalization;
using System.Text;

namespace Innate.Foundation;

/// <summary>
/// Messages quote what a file says, and a file may say anything: what would break the line or command the terminal is written as
/// an escape, and of a quotation without end the middle is left out.
/// </summary>
internal static class OneSentence
{
    private const int Longest = 2000;
    private const int KeptOfEnd = 500;

    /// <summary>The message on one line, and no longer than a person reads.</summary>
    /// <param name="message">Any text.</param>
    public static string Of(string message) => WithoutControls(Shortened(message));

    /// <summary>The text without its middle where it is longer than a person reads.</summary>
    /// <param name="text">Any text.</param>
    public static string Shortened(string text) =>
        text.Length <= Longest ? text : $"{text[..(Longest - KeptOfEnd)]} ... {text[^KeptOfEnd..]}";

    /// <summary>The message with its control characters as JSON has them.</summary>
    /// <param name="message">Any text.</param>
    public static string WithoutControls(string message)
    {
        if (!message.Any(char.IsControl)) return message;
        StringBuilder text = new(message.Length + 16);
        foreach (char c in message)
        {
            _ = c switch
            {
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }
}
