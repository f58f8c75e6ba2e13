using Innate.Environments.Agents;
using Innate.Environments.Retrieval;
using Innate.Environments.Tools;
using Innate.Generation;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Text.ToolCalls;

namespace Innate.Tests.Environments.Agents;

/// <summary>Tools are given to the model's own template, called in its own form, answered as messages of tools.</summary>
public class ToolEpisodeTests
{
    private const string Messages =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private static readonly Tokenizer Tiny = Tokenizer.Load(Path.Combine(Places.Repository, "models", "innate-tiny"));

    [Theory]
    [InlineData("<tool_call>", "<tool_call>{\"name\":\"search\",\"arguments\":{\"query\":\"Bern\"}}</tool_call>")]
    [InlineData("\"name\": \"parameters\":", "{\"name\":\"search\",\"parameters\":{\"query\":\"Bern\"}}")]
    [InlineData("[AVAILABLE_TOOLS]", "[TOOL_CALLS] [{\"name\":\"search\",\"arguments\":{\"query\":\"Bern\"}}]")]
    [InlineData("[AVAILABLE_TOOLS]", "[TOOL_CALLS]search[ARGS]{\"query\":\"Bern\"}")]
    public void A_model_calls_in_its_own_form_and_is_answered_by_its_own_template(string instruction, string call)
    {
        Saying model = new(
            Tiny, prompt => prompt.Contains("Aare", StringComparison.Ordinal) ? "<answer>the Aare</answer>" : call);
        Episode e = Play(model, instruction);
        Assert.Equal((2, true, 0, 1.0), (e.Turns.Count, e.IsSolved, e.InvalidActions, e.Reward));
        Assert.Equal(call, e.Turns[0].Said);
        Assert.Contains("\"description\": \"Finds texts", model.Asked[0], StringComparison.Ordinal);
        Assert.EndsWith(
            call + "<|im_end|>\n<|im_start|>tool\nThe Aare flows through Bern.<|im_end|>\n<|im_start|>assistant\n",
            model.Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_in_its_own_form_that_cannot_be_read_is_answered_so_and_counted()
    {
        Episode e = Play(new Saying(Tiny, _ => "[TOOL_CALLS] junk"), "[AVAILABLE_TOOLS]");
        Assert.Equal((EpisodeEnd.Done, 0.0, 3), (e.End, e.Reward, e.InvalidActions));
        Assert.StartsWith("This call cannot be read", e.Turns[0].Step.Answers[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ToolCallForm.Hermes, "Hm. <tool_call>x", "Hm. <tool_call>x")]
    [InlineData(
        ToolCallForm.Llama, "{\"name\":\"a\",\"parameters\":{}}", "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>")]
    [InlineData(ToolCallForm.Mistral, "[TOOL_CALLS] x", "<tool_call>[TOOL_CALLS] x</tool_call>")]
    [InlineData(
        ToolCallForm.Mistral, "<think>hm</think>[TOOL_CALLS] x", "<think>hm</think><tool_call>[TOOL_CALLS] x</tool_call>")]
    [InlineData(ToolCallForm.Mistral, "It is 3.", "It is 3.")]
    public void Worlds_take_every_form_as_one(ToolCallForm form, string said, string action) =>
        Assert.Equal(action, ToolActionText.Of(said, form));

    [Fact]
    public void A_template_without_tools_is_refused_with_the_way_out() => Assert.Contains(
        "the world's option in-words describes them in the first message",
        Assert.Throws<InputException>(() => Play(new Saying(Tiny, _ => ""), "")).Message, StringComparison.Ordinal);

    private static Episode Play(Saying model, string instruction)
    {
        string tools = instruction.Length == 0 ? ""
            : $"{{% if tools %}}<|im_start|>system\n{instruction} {{{{ tools|tojson }}}}<|im_end|>\n{{% endif %}}";
        TurnFormat format = new(new ChatFormat(Tiny, new ChatTemplate(tools + Messages)));
        Corpus corpus = new(["The Aare flows through Bern.", "Paris"]);
        return new EpisodePlayer(
            () => new ToolWorld([new QuestionRow("Which river?", ["Aare"])], new CorpusTools(corpus, 1), 3, inWords: false),
            format, model, null, new EpisodeLimits { Turns = 9, Context = 4096 })
            .Play([0], 1, new SamplingOptions { MaxTokens = 99, StopIds = [511] })[0][0];
    }
}
