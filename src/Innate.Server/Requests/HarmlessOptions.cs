using System.Text.Json;

namespace Innate.Server.Requests;

/// <summary>
/// Options of sampling that clients send at the value which is the default anyway: what asks for nothing changes nothing. Any
/// other
/// value is refused by name, for it would do nothing here.
/// </summary>
internal static class HarmlessOptions
{
    private static readonly Dictionary<string, string[]> Defaults = new(StringComparer.Ordinal)
    {
        ["functions"] = ["[]"],
        ["function_call"] = ["\"none\"", "\"auto\""],
        ["documents"] = ["[]"],
        ["add_generation_prompt"] = ["true"],
        ["continue_final_message"] = ["false"],
        ["add_special_tokens"] = ["false"],
        ["length_penalty"] = ["1"],
        ["early_stopping"] = ["false"],
        ["return_token_ids"] = ["false"],
        ["return_tokens_as_token_ids"] = ["false"],
        ["detokenize"] = ["true"],
        ["bad_words"] = ["[]"],
        ["allowed_token_ids"] = ["[]"],
        ["echo"] = ["false"],
        ["prompt_logprobs"] = ["0"],
        ["truncate_prompt_tokens"] = ["-1"],
        ["typical_p"] = ["1"],
        ["min_new_tokens"] = ["0"],
        ["no_repeat_ngram_size"] = ["0"],
        ["modalities"] = ["[\"text\"]"],
        ["guided_json"] = ["\"\"", "{}"],
        ["structured_outputs"] = ["{}"],
        ["logits_processors"] = ["[]"],
        ["include_reasoning"] = ["true"],
        ["mm_processor_kwargs"] = ["{}"],
        ["chat_template_content_format"] = ["\"auto\"", "\"string\""],
        ["cache_salt"] = ["\"\""],
    };

    /// <summary>Whether a field asks for what is done anyway.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">Its value.</param>
    public static bool Contains(string name, JsonElement value) =>
        Defaults.TryGetValue(name, out string[]? harmless) && Array.Exists(harmless, text =>
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return JsonElement.DeepEquals(document.RootElement, value);
        });
}
