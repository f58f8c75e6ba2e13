using System.Text.Json;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>The prompts of a request.</summary>
/// <param name="Ids">Each prompt's ids.</param>
/// <param name="Texts">Each prompt's text; null where it came as ids.</param>
internal sealed record PromptInput(int[][] Ids, string?[] Texts)
{
    /// <summary>Reads a text, texts, ids, or arrays of ids.</summary>
    /// <param name="call">The request.</param>
    /// <param name="value">The field's value.</param>
    /// <param name="special">Whether the tokenizer adds its own tokens.</param>
    /// <param name="field">The field's name.</param>
    /// <exception cref="InputException">It is something else, empty, or too many.</exception>
    public static PromptInput Read(Call call, JsonElement value, bool special, string field)
    {
        int most = call.Server.Options.MaxItems;
        if (value.ValueKind == JsonValueKind.String) return new PromptInput([Encode(call, value, special)], [value.GetString()]);
        if (value.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong(field, "a text, ids, or an array of them", value);
        int count = value.GetArrayLength();
        if (count == 0) throw new InputException($"\"{field}\" is empty; expected at least one prompt");
        if (value[0].ValueKind == JsonValueKind.Number) return new PromptInput([RowJson.Ids(value, field)], [null]);
        FieldChecks.AtMost(most, count, field, "prompts");
        (int[] Ids, string? Text)[] all = [.. value.EnumerateArray().Select((v, i) =>
            v.ValueKind == JsonValueKind.String
                ? (Encode(call, v, special), v.GetString())
                : (RowJson.Ids(v, FieldChecks.Item(field, i)), null))];
        return new PromptInput([.. all.Select(a => a.Ids)], [.. all.Select(a => a.Text)]);
    }

    /// <summary>Refuses more responses than a request may ask for, and prompts that the model does not take.</summary>
    /// <param name="call">The request.</param>
    /// <param name="prompts">Each prompt's ids.</param>
    /// <param name="sampling">How they are continued.</param>
    /// <param name="field">The field's name.</param>
    /// <exception cref="InputException">They are too many, or one is too long or has an id that does not exist.</exception>
    public static void Require(Call call, int[][] prompts, SamplingRequest sampling, string field)
    {
        int most = call.Server.Options.MaxItems;
        if (sampling.Count * prompts.Length > most)
        {
            throw new InputException($"\"n\": {sampling.Count} responses to {prompts.Length} prompts are more than {most}");
        }

        for (int i = 0; i < prompts.Length; i++)
        {
            int[] prompt = prompts[i];
            FieldChecks.At(
                prompts.Length == 1 ? field : FieldChecks.Item(field, i),
                () => call.Model.Limits.RequirePrompt(prompt, room: sampling.Options.MaxTokens > 0 ? 1 : 0));
        }
    }

    private static int[] Encode(Call call, JsonElement text, bool special) =>
        call.Model.RequireTokenizer().Encode(text.GetString()!, special);
}
