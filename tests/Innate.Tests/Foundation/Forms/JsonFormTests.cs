using System.Text.Json;
using Innate.Foundation.Forms;
using Json.Schema;

namespace Innate.Tests.Foundation.Forms;

/// <summary>What a form refuses is told in words, and its published schema refuses the same.</summary>
public class JsonFormTests
{
    private static readonly JsonForm Row = JsonForm.Object(
        new JsonField("prompt", new TextForm { Least = 1 }, "Asked."),
        new JsonField("question", JsonForm.Text, "Asked, by another name."),
        new JsonField("answer", JsonForm.Text, "Known."),
        new JsonField("kind", new TextForm { Choices = ["good", "bad"] }, "Which."),
        new JsonField("hash", new TextForm { Pattern = "^[0-9a-f]{4}$", Words = "4 hexadecimal digits" }, "A digest."),
        new JsonField("steps", new NumberForm { IsWhole = true, Least = 1, Most = 9 }, "How many."),
        new JsonField("flags", JsonForm.List(JsonForm.Flag, least: 2, most: 3), "Right or wrong."),
        new JsonField("margin", JsonForm.Either(JsonForm.Number, JsonForm.List(JsonForm.Number)), "One, or one each."),
        new JsonField("id", JsonForm.Anything, "Whatever it is called by."),
        new JsonField("scores", JsonForm.Map(JsonForm.Number), "By name."),
        new JsonField("limit", JsonForm.Count, "Always there.").Always) with
    {
        Needs = [[[JsonField.Any("prompt")], [JsonField.Any("question"), JsonField.Any("answer")]]],
    };

    [Theory]
    [InlineData("\"prompt\":\"a\"")]
    [InlineData("\"prompt\":\"a\",\"steps\":9,\"flags\":[true,false],\"margin\":[1,2.5],\"kind\":\"bad\",\"hash\":\"00af\"")]
    [InlineData("\"question\":\"a\",\"answer\":\"\",\"id\":{\"any\":1},\"scores\":{\"x\":1},\"steps\":1.0,\"prompt\":null")]
    public void A_value_of_the_form_has_no_fault(string fields) => RequireFault(null, $$"""{"limit":0,{{fields}}}""");

    [Theory]
    [InlineData("\"steps\":10", "\"steps\": expected a whole number from 1 to 9, found the number 10")]
    [InlineData("\"steps\":0", "\"steps\": expected a whole number from 1 to 9, found the number 0")]
    [InlineData("\"steps\":1.5", "\"steps\": expected a whole number from 1 to 9, found the number 1.5")]
    [InlineData("\"flags\":[true]", "\"flags\": expected an array of 2 to 3, found an array of 1")]
    [InlineData("\"flags\":[true,true,true,true]", "\"flags\": expected an array of 2 to 3, found an array of 4")]
    [InlineData("\"flags\":[true,1]", "\"flags[1]\": expected true or false, found the number 1")]
    [InlineData("\"kind\":\"ugly\"", "\"kind\": expected one of good, bad, found 'ugly'")]
    [InlineData("\"hash\":\"00ag\"", "\"hash\": expected 4 hexadecimal digits, found '00ag'")]
    [InlineData("\"margin\":\"1\"", "\"margin\": expected a number or an array, found '1'")]
    [InlineData("\"margin\":[\"1\"]", "\"margin[0]\": expected a number, found '1'")]
    [InlineData("\"scores\":{\"x\":true}", "\"scores.x\": expected a number, found true")]
    [InlineData("\"promt\":\"a\"", "expected the fields prompt, question, answer, kind, hash, steps, flags, margin, id, scores, "
        + "limit, found \"promt\" (did you mean prompt?)")]
    public void A_fault_names_the_place_what_was_expected_and_what_was_found(string fields, string fault) =>
        RequireFault(fault, $$"""{"limit":0,"prompt":"a",{{fields}}}""");

    [Theory]
    [InlineData("[]", "expected a JSON object, found an array")]
    [InlineData("{\"prompt\":\"a\"}", "\"limit\": expected a whole number of at least 0, found none")]
    [InlineData("{\"prompt\":\"a\",\"limit\":null}", "\"limit\": expected a whole number of at least 0, found null")]
    [InlineData("{\"prompt\":\"\",\"limit\":1}", "\"prompt\": expected a text that is not empty, found ''")]
    [InlineData("{\"limit\":1}", "expected one of \"prompt\", \"question\" and \"answer\", found none")]
    [InlineData("{\"limit\":1,\"question\":\"a\"}", "expected one of \"prompt\", \"question\" and \"answer\", found none")]
    public void What_must_be_there_is_missed(string json, string fault) => RequireFault(fault, json);

    // ECMAScript's $, which JSON Schema means, is the end of the text alone; the validator here reads it as .NET does.
    [Fact]
    public void A_line_break_at_the_end_is_no_digit() => Assert.Equal(
        "\"hash\": expected 4 hexadecimal digits, found '00af\n'",
        Row.Fault(JsonDocument.Parse("""{"limit":0,"prompt":"a","hash":"00af\n"}""").RootElement));

    [Fact]
    public void A_number_of_many_digits_is_told_by_its_first()
    {
        string number = new('7', 1000);
        Assert.Equal($"the number {number[..40]}...", JsonLines.Describe(JsonDocument.Parse(number).RootElement));
    }

    private static void RequireFault(string? fault, string json)
    {
        JsonElement value = JsonDocument.Parse(json).RootElement;
        Assert.Equal(fault, Row.Fault(value));
        Assert.Equal(fault is null, JsonSchema.FromText(Row.ToSchema().ToJsonString()).Evaluate(value).IsValid);
    }
}
