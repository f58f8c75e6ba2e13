using Innate.Learning.Data;

namespace Innate.Tests.Learning.Data;

public sealed class PreferenceRowsTests
{
    private const string Inside =
        "\"chosen\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}],"
        + "\"rejected\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"c\"}]";

    [Theory]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c"}""")]
    [InlineData("""{"prompt":[{"role":"user","content":"a"}],"chosen":[{"role":"assistant","content":"b"}],"rejected":"c"}""")]
    [InlineData("{" + Inside + "}")]
    [InlineData("{\"prompt\":\"a\"," + Inside + ",\"messages\":[],\"score_chosen\":9}")]
    public void Every_published_form_is_the_same_example(string row)
    {
        using RowFixture fixture = new RowFixture().With(row);
        PreferenceExample example = Read(fixture).Examples.Single();
        Assert.Equal("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n", fixture.Text(example.Prompt));
        Assert.Equal("b<|im_end|>", fixture.Text(example.Chosen));
        Assert.Equal("c<|im_end|>", fixture.Text(example.Rejected));
    }

    [Fact]
    public void Raw_takes_texts_as_they_are()
    {
        using RowFixture fixture = new RowFixture().With("""{"prompt":"ab","chosen":"cd","rejected":"e"}""");
        PreferenceExample example = PreferenceRows.Read(fixture.File, fixture.Tokenizer, fixture.Raw).Examples.Single();
        Assert.Equal(
            ("ab", "cd", "e"), (fixture.Text(example.Prompt), fixture.Text(example.Chosen), fixture.Text(example.Rejected)));
        fixture.With("{" + Inside + "}");
        InputException e = Assert.Throws<InputException>(
            () => PreferenceRows.Read(fixture.File, fixture.Tokenizer, fixture.Raw));
        Assert.Contains("line 1: \"messages\" need the chat template", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longer_response_decides_a_rows_length()
    {
        using RowFixture fixture = new RowFixture()
            .With("""{"prompt":"ab","chosen":"c","rejected":"def"}""", """{"prompt":"a","chosen":"b","rejected":"c"}""");
        TrainingRowOptions options = new() { MaxTokens = 4 };
        Assert.Equal(1, Raw(options).Skipped);
        PreferenceExample cut = Raw(options with { OverLength = OverLength.Truncate }).Examples[0];
        Assert.Equal(("c", "de"), (fixture.Text(cut.Chosen), fixture.Text(cut.Rejected)));
        Assert.Equal(1, Raw(new TrainingRowOptions { MaxTokens = 2, OverLength = OverLength.Truncate }).Skipped);

        TrainingRows<PreferenceExample> Raw(TrainingRowOptions o) =>
            PreferenceRows.Read(fixture.File, fixture.Tokenizer, fixture.Raw, o);
    }

    [Theory]
    [InlineData("""{"prompt":"a","chosen":"b"}""", "\"chosen\" is given without \"rejected\"")]
    [InlineData("""{"chosen":"b","rejected":"c"}""", "the row has no prompt; expected one of \"prompt\", \"messages\"")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":""}""", "\"rejected\": the response is empty")]
    [InlineData("""{"prompt":3,"chosen":"b","rejected":"c"}""",
        "\"prompt\" must be a string, found the number 3")]
    [InlineData("{\"prompt\":\"other\"," + Inside + "}", "\"prompt\": expected what \"chosen\" begins with")]
    [InlineData(
        """{"chosen":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"rejected":[{"role":"user","content":"x"},{"role":"assistant","content":"b"}]}""", "\"rejected\": expected the messages before the last")]
    [InlineData("""{"prompt":"a","chosen":[{"role":"user","content":"b"}],"rejected":"c"}""",
        "\"chosen\": expected the last message to be an assistant's")]
    public void A_bad_row_is_named_exactly(string row, string sentence)
    {
        using RowFixture fixture = new RowFixture().With(row);
        InputException e = Assert.Throws<InputException>(() => Read(fixture));
        Assert.Contains("rows.jsonl, line 1: " + sentence, e.Message, StringComparison.Ordinal);
    }

    private static TrainingRows<PreferenceExample> Read(RowFixture fixture) =>
        PreferenceRows.Read(fixture.File, fixture.Tokenizer, fixture.Chat);
}
