using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// The forms of a preference: two texts or two assistant's messages beside a prompt; two whole conversations that share all but
/// their last message (with the prompt stated a second time or not); ShareGPT's two messages beside <c>conversations</c>;
/// HH-RLHF's two transcripts.
/// </summary>
internal static class PreferenceForms
{
    /// <summary>What is asked, the better and the worse answer.</summary>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static (RowPrompt Prompt, RowResponse Chosen, RowResponse Rejected) Read(RowFields row)
    {
        bool chosenGiven = row.Has("chosen"), rejectedGiven = row.Has("rejected");
        if (chosenGiven != rejectedGiven)
        {
            throw new InputException(
                $"\"{(chosenGiven ? "chosen" : "rejected")}\" is given without \"{(chosenGiven ? "rejected" : "chosen")}\"");
        }

        bool hasPrompt = row.Has("prompt_ids") || row.Has("prompt") || row.Has("messages") || row.Has("question")
            || row.Has("instruction") || row.Has("conversations");
        Answer chosen = Answer.Read(row, "chosen", transcript: !hasPrompt);
        Answer rejected = Answer.Read(row, "rejected", transcript: !hasPrompt);
        if (!chosen.Before.SequenceEqual(rejected.Before))
        {
            throw new InputException(
                $"\"{row.NameOf("rejected")}\": expected the messages before the last to be those of "
                + $"\"{row.NameOf("chosen")}\", found others");
        }

        return (Prompt(row, chosen), chosen.Response, rejected.Response);
    }

    private static RowPrompt Prompt(RowFields row, Answer chosen)
    {
        if (chosen.Before.Count == 0) return RowForms.Prompt(row, RowForms.PromptField(row) ?? throw NoPrompt(row));
        RowPrompt inside = new() { Messages = chosen.Before, Arguments = RowArguments.Read(row) };
        foreach (string field in (ReadOnlySpan<string>)["prompt", "messages", "question", "instruction", "conversations"])
        {
            bool isStated = row.Get(field) is { } value
                && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
            if (isStated && !Agrees(RowForms.Prompt(row, field), chosen))
            {
                throw new InputException(
                    $"\"{row.NameOf(field)}\": expected what \"{row.NameOf("chosen")}\" begins with, found another");
            }
        }

        return inside;
    }

    // Published sets state the prompt a second time: as text that of a user's message, as messages the ones before the answer,
    // or the whole better conversation.
    private static bool Agrees(RowPrompt stated, Answer chosen) => stated.Messages is { } messages
        ? messages.SequenceEqual(chosen.Before)
            || (messages.Count == chosen.Before.Count + 1 && messages.SkipLast(1).SequenceEqual(chosen.Before))
        : chosen.Before.Any(m => m.Role == "user" && m.Content == stated.Text);

    private static InputException NoPrompt(RowFields row) => new(
        "the row has no prompt; expected one of \"prompt\", \"messages\", \"prompt_ids\", or \"chosen\" and \"rejected\" as "
        + "whole "
        + $"conversations{RowForms.Found(row)}");

    /// <summary>A response, and the conversation that its field states before it.</summary>
    private sealed record Answer(List<ConversationMessage> Before, RowResponse Response)
    {
        public static Answer Read(RowFields row, string field, bool transcript)
        {
            JsonElement value = row.Get(field)!.Value;
            string place = row.NameOf(field);
            if (value.ValueKind == JsonValueKind.Array)
            {
                bool shareGpt = value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object
                    && RowJson.Get(value[0], "from") is not null;
                return Of(shareGpt ? ShareGpt.Messages(value, place) : MessageParser.Parse(value, place), place);
            }

            if (transcript && value.ValueKind == JsonValueKind.String && HhTranscript.Parse(value.GetString()!) is { } messages)
            {
                return Of(messages, place);
            }

            return new Answer([], RowForms.Response(value, place));
        }

        private static Answer Of(List<ConversationMessage> messages, string place) => messages[^1].Role == "assistant"
            ? new Answer(messages[..^1], RowForms.Of(messages[^1]))
            : throw new InputException(
                $"\"{place}\": expected the last message to be an assistant's, found one of '{messages[^1].Role}'");
    }
}
