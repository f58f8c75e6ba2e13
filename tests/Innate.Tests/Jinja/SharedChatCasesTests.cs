using System.Text.Json;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Jinja;

/// <summary>Real models' templates against the renderings of Hugging Face's JavaScript implementation.</summary>
public class SharedChatCasesTests
{
    /// <summary>
    /// The one case in which the JavaScript implementation differs from Jinja2, and so from what transformers renders: its
    /// lstrip('\n') ignores its argument and takes the space of "\n kept? \n" too. Jinja2 3.1 renders the text below.
    /// </summary>
    private static readonly Dictionary<(string Model, int Case), string> AsJinja2Renders = new()
    {
        [("qwen3", 5)] =
            "<|im_start|>user\n  spaces  \n<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n kept? \n<|im_end|>\n",
    };

    [SharedTheory("parity/tokenizers")]
    [InlineData("qwen3")]
    [InlineData("llama3_1")]
    [InlineData("gemma3")]
    public void RendersEveryCaseAsHuggingFaceDoes(string model)
    {
        string folder = Path.Combine(Places.Shared, "parity", "tokenizers", model);
        ChatTemplate template = ChatTemplate.Load(folder)!;
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "chat_cases.json")));
        int checkedCases = 0;
        foreach (JsonElement example in cases.RootElement.EnumerateArray())
        {
            if (example.GetProperty("messages").GetArrayLength() == 0)
            {
                // The JavaScript implementation renders nobody's words; transformers refuses, and so does this library.
                Assert.Contains(
                    "at least one message", Assert.Throws<InputException>(() => template.Render(example)).Message,
                    StringComparison.Ordinal);
            }
            else if (example.GetProperty("error").ValueKind == JsonValueKind.Null)
            {
                string expected = AsJinja2Renders.GetValueOrDefault((model, checkedCases))
                    ?? example.GetProperty("rendered").GetString()!;
                Assert.Equal(expected, template.Render(example));
            }
            else
            {
                var e = Assert.Throws<InputException>(() => template.Render(example));
                Assert.Contains(example.GetProperty("error").GetString()!, e.Message, StringComparison.Ordinal);
                Assert.Contains("the template raised", e.Message, StringComparison.Ordinal);
            }

            checkedCases++;
        }

        Assert.Equal(14, checkedCases);
    }
}
