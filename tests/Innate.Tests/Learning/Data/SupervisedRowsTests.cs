using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Data;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Learning.Data;

public sealed class SupervisedRowsTests
{
    private const string TwoTurns =
        """{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}""";

    private const string TwoTurnsText =
        "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n"
        + "<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\nd<|im_end|>";

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"id":7}""")]
    [InlineData("""{"prompt":"a","completion":"b","text":null}""")]
    [InlineData("""{"prompt":[{"role":"user","content":"a"}],"completion":[{"role":"assistant","content":"b"}]}""")]
    public void The_loss_is_on_the_response_and_its_end_of_turn(string row)
    {
        using RowFixture fixture = new RowFixture().With(row);
        SequenceExample example = Read(fixture).Examples.Single();
        Assert.Equal("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>", fixture.Text(example.Tokens));
        Assert.Equal("b<|im_end|>", Learned(fixture, example));
    }

    [Theory]
    [InlineData(LossTokens.Response, "d<|im_end|>")]
    [InlineData(LossTokens.Assistant, "b<|im_end|>d<|im_end|>")]
    public void The_loss_may_be_on_every_assistant_message(LossTokens loss, string learned)
    {
        using RowFixture fixture = new RowFixture().With(TwoTurns);
        SequenceExample example = Read(fixture, new TrainingRowOptions { Loss = loss }).Examples.Single();
        Assert.Equal(TwoTurnsText, fixture.Text(example.Tokens));
        Assert.Equal(learned, Learned(fixture, example));
    }

    [Fact]
    public void With_one_turn_all_choices_see_the_same_tokens()
    {
        using RowFixture fixture = new RowFixture().With("""{"prompt":[{"role":"user","content":"a"}],"completion":"b"}""");
        SequenceExample[] examples =
            [.. Enum.GetValues<LossTokens>()
                .Select(loss => Read(fixture, new TrainingRowOptions { Loss = loss }).Examples.Single())];
        Assert.All(examples, e => Assert.Equal(examples[0].Tokens, e.Tokens));
        Assert.Equal(examples[0].Counted, examples[1].Counted);
        Assert.Equal([false, .. Enumerable.Repeat(true, examples[2].Tokens.Length - 1)], examples[2].Counted);
    }

    [Fact]
    public void A_template_that_rewrites_the_past_has_no_loss_on_every_turn()
    {
        // As reasoning models' templates do: only the last answer keeps its thoughts.
        using RowFixture fixture = new RowFixture(
            "{% for m in messages %}{% if loop.last or m.role != 'assistant' %}{{ m.content }}{% endif %}<|im_end|>{% endfor %}");
        fixture.With(TwoTurns);
        InputException e = Assert.Throws<InputException>(
            () => Read(fixture, new TrainingRowOptions { Loss = LossTokens.Assistant }));
        Assert.Contains("rows.jsonl, line 1: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("messages[4]", e.Message, StringComparison.Ordinal);
        Assert.Single(Read(fixture).Examples);
    }

    [SharedTheory("parity/tokenizers")]
    [InlineData("qwen3")]
    [InlineData("llama3_1")]
    [InlineData("gemma3")]
    public void Under_published_templates_every_turn_is_what_the_model_will_see(string model)
    {
        string folder = Path.Combine(Places.Shared, "parity", "tokenizers", model);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        ChatFormat format = new(tokenizer, ChatTemplate.Load(folder));
        ConversationMessage[] turns =
        [
            new("user", "What is 2+2?"), new("assistant", "It is 4."), new("user", "And then?\n\n  Go on"), new("assistant", "5"),
            new("user", "ok"), new("assistant", "Well, 6 :)"),
        ];
        using RowFixture fixture = new();
        fixture.With(System.Text.Json.JsonSerializer.Serialize(
            new { messages = turns.Select(t => new { role = t.Role, content = t.Content }) }));
        SequenceExample example = SupervisedRows.Read(
            fixture.File, tokenizer, () => format, new TrainingRowOptions { Loss = LossTokens.Assistant }).Examples.Single();
        Assert.Equal([.. format.EncodePrompt(turns[..^1]).Ids, .. format.ResponseIds("a", turns[^1].Content)], example.Tokens);
        Assert.Equal(
            turns.Where(t => t.Role == "assistant").SelectMany(t => format.ResponseIds("a", t.Content)),
            example.Tokens.Where((_, t) => example.Counted[t]));
    }

    [Fact]
    public void A_text_is_learned_whole_and_ends_once_with_the_end_of_sequence()
    {
        using RowFixture fixture = new RowFixture().With("""{"text":"abc"}""", """{"text":"ab<|im_end|>"}""");
        TrainingRows<SequenceExample> rows = SupervisedRows.Read(
            fixture.File, fixture.Tokenizer, () => throw new InvalidOperationException("plain text needs no template"));
        Assert.Equal(["abc<|im_end|>", "ab<|im_end|>"], rows.Examples.Select(e => fixture.Text(e.Tokens)));
        Assert.Equal("bc<|im_end|>", Learned(fixture, rows.Examples[0]));
    }

    [Fact]
    public void Raw_joins_prompt_and_completion_as_they_are()
    {
        using RowFixture fixture = new RowFixture().With("""{"prompt":"ab","completion":"cd"}""");
        SequenceExample example = SupervisedRows.Read(fixture.File, fixture.Tokenizer, fixture.Raw).Examples.Single();
        Assert.Equal("abcd", fixture.Text(example.Tokens));
        Assert.Equal([false, false, true, true], example.Counted);
    }

    [Fact]
    public void Long_rows_are_skipped_cut_or_refused_as_asked()
    {
        using RowFixture fixture = new RowFixture().With("""{"text":"abcdef"}""", """{"text":"ab"}""");
        TrainingRowOptions options = new() { MaxTokens = 4 };
        TrainingRows<SequenceExample> skipped = Read(fixture, options);
        Assert.Equal((1, 1, 0), (skipped.Examples.Count, skipped.Skipped, skipped.Truncated));
        TrainingRows<SequenceExample> cut = Read(fixture, options with { OverLength = OverLength.Truncate });
        Assert.Equal((2, 0, 1), (cut.Examples.Count, cut.Skipped, cut.Truncated));
        Assert.Equal("abcd", fixture.Text(cut.Examples[0].Tokens));
        InputException refused = Assert.Throws<InputException>(
            () => Read(fixture, options with { OverLength = OverLength.Refuse }));
        Assert.EndsWith("rows.jsonl, line 1: expected at most 4 tokens, found 7.", refused.Message, StringComparison.Ordinal);
        InputException none = Assert.Throws<InputException>(() => Read(fixture, new TrainingRowOptions { MaxTokens = 2 }));
        Assert.Contains("found only longer ones (2)", none.Message, StringComparison.Ordinal);

        // Cut inside its prompt, a row teaches nothing.
        fixture.With("""{"prompt":"abc","completion":"d"}""", """{"text":"a"}""");
        Assert.Equal(1, Read(fixture, new TrainingRowOptions { MaxTokens = 5, OverLength = OverLength.Truncate }).Skipped);
    }

    [Theory]
    [InlineData("{}", "the row has no response; expected one of \"response\", \"responses\"")]
    [InlineData("""{"prompt":"a"}""", "the row has no response")]
    [InlineData("""{"completion":"a"}""", "the row has no prompt; expected one of \"prompt\"")]
    [InlineData("""{"text":"a","completion":"b","prompt":"c"}""", "the row has both \"prompt\" and \"text\"")]
    [InlineData("""{"text":7}""", "\"text\" must be a string, found the number 7")]
    [InlineData("""{"text":""}""", "\"text\": expected at least 2 tokens, found 1")]
    [InlineData("""{"text":"a","text":"b"}""", "the field \"text\" is given twice")]
    [InlineData("""{"text":"\ud800"}""", "surrogate")]
    [InlineData("""{"prompt":"a","completion":""}""", "the response is empty; expected text")]
    [InlineData("""{"messages":[]}""", "expected at least one message")]
    [InlineData("""{"messages":"a"}""", "\"messages\" must be an array, found a string")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""",
        "the row has no response; expected one of")]
    [InlineData("""{"messages":[{"role":"assistant","content":"a"}]}""", "the row has no response")]
    [InlineData("""{"messages":[{"role":"user"},{"role":"assistant","content":"a"}]}""",
        "\"messages[0]\" has no \"content\"")]
    [InlineData("""{"messages":[{"role":"user","content":"a","tool_calls":[]}]}""", "the row has no response")]
    [InlineData("[]", "expected a JSON object, found an array")]
    [InlineData("{\"text\":", "the line is not JSON (byte")]
    public void A_bad_row_is_named_exactly(string row, string sentence)
    {
        using RowFixture fixture = new RowFixture().With("""{"text":"good"}""", row);
        InputException e = Assert.Throws<InputException>(() => Read(fixture));
        Assert.Contains("rows.jsonl, line 2: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_hold_no_rows_or_are_none_say_so()
    {
        using RowFixture fixture = new RowFixture().With();
        Assert.Contains("found none", Assert.Throws<InputException>(() => Read(fixture)).Message, StringComparison.Ordinal);
        fixture.With("", "{}");
        Assert.Contains("line 1: ", Assert.Throws<InputException>(() => Read(fixture)).Message, StringComparison.Ordinal);
        InputException missing = Assert.Throws<InputException>(
            () => SupervisedRows.Read("/nowhere.jsonl", fixture.Tokenizer, fixture.Chat));
        Assert.Equal("/nowhere.jsonl: there is no such file.", missing.Message);
        fixture.With("""{"text":"é"}""");
        Assert.Contains(
            "below the model's vocabulary of 100, found 195",
            Assert.Throws<InputException>(() => Read(fixture, new TrainingRowOptions { VocabularySize = 100 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_an_example_or_an_input_error_and_nothing_else()
    {
        using RowFixture fixture = new();
        byte[] good = System.Text.Encoding.UTF8.GetBytes(
            TwoTurns + "\n{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"text\":\"é\"}\n");
        var damage = from at in Gen.Choose(0, good.Length - 1) from value in Gen.Choose(0, 255) select (at, (byte)value);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(damage.ListOf().ToArbitrary(), changes =>
            {
                byte[] bytes = [.. good];
                foreach ((int at, byte value) in changes) bytes[at] = value;
                File.WriteAllBytes(fixture.File, bytes);
                try
                {
                    return Read(fixture, new TrainingRowOptions { Loss = LossTokens.Assistant }).Examples
                        .All(e => e.Counted.Length == e.Tokens.Length && !e.Counted[0] && e.Counted.Contains(true));
                }
                catch (InputException e)
                {
                    return e.Message.Contains("rows.jsonl", StringComparison.Ordinal);
                }
            }));
    }

    private static TrainingRows<SequenceExample> Read(RowFixture fixture, TrainingRowOptions? options = null) =>
        SupervisedRows.Read(fixture.File, fixture.Tokenizer, fixture.Chat, options);

    private static string Learned(RowFixture fixture, SequenceExample example) =>
        fixture.Text(example.Tokens.Where((_, t) => example.Counted[t]));
}
