using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// Alpaca's prompt: <c>instruction</c>, a line with <c>input</c> where there is one, after the turns of <c>history</c>
/// (<c>[[question, answer], ...]</c>) where there are any.
/// </summary>
internal static class AlpacaRows
{
    /// <exception cref="InputException">A field is not what it should be.</exception>
    public static RowPrompt Prompt(RowFields row)
    {
        string instruction = row.Text("instruction"), input = row.Has("input") ? row.Text("input") : "";
        string asked = input.Length == 0 ? instruction : $"{instruction}\n{input}";
        if (row.Get("history") is not { } history) return new RowPrompt { Text = asked };
        if (history.ValueKind != JsonValueKind.Array) throw Wrong(history);
        List<ConversationMessage> messages = [];
        foreach (JsonElement turn in history.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.Array || turn.GetArrayLength() != 2) throw Wrong(turn);
            messages.Add(new ConversationMessage("user", RowJson.AsText(turn[0], "history")));
            messages.Add(new ConversationMessage("assistant", RowJson.AsText(turn[1], "history")));
        }

        return messages.Count == 0
            ? new RowPrompt { Text = asked }
            : new RowPrompt { Messages = [.. messages, new ConversationMessage("user", asked)] };
    }

    private static InputException Wrong(JsonElement value) =>
        new($"\"history\": expected pairs of a question and its answer, found {RowJson.Describe(value)}");
}
