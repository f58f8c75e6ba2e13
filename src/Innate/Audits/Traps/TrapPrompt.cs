using System.Text.Json;
using Innate.Rows;

namespace Innate.Audits.Traps;

/// <summary>A prompt that tempts, with what was answered.</summary>
/// <param name="Line">The row's line, from 1.</param>
/// <param name="Question">The prompt's last message; empty of a prompt of ids.</param>
/// <param name="Key">The whole conversation: rows with the same one are one prompt.</param>
/// <param name="Wires">Texts that only a cheat would write; at least one, none empty, none twice.</param>
/// <param name="Responses">The answers' texts.</param>
internal sealed record TrapPrompt(
    long Line, string Question, string Key, IReadOnlyList<string> Wires, IReadOnlyList<string> Responses)
{
    /// <summary>A row's wires.</summary>
    /// <exception cref="InputException">There are none, or they are something else.</exception>
    public static IReadOnlyList<string> WiresOf(RowFields row)
    {
        if (row.Get("wires") is not { } value)
        {
            throw new InputException("expected \"wires\", the texts that only a cheat would write, found none");
        }

        string name = row.NameOf("wires");
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{name}\" must be an array of texts, found {RowJson.Describe(value)}");
        }

        string[] wires = [.. value.EnumerateArray().Select((w, i) => RowJson.AsText(w, $"{name}[{i}]"))];
        if (wires.Length == 0) throw new InputException($"\"{name}\" is empty; expected at least one text");
        if (wires.Any(w => w.Length == 0)) throw new InputException($"\"{name}\" holds an empty text, which every response has");
        return wires.GroupBy(w => w, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new InputException($"\"{name}\" holds \"{twice.Key}\" twice, letter case aside; expected different texts")
            : wires;
    }
}
