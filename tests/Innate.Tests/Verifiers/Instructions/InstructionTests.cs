using System.Text.Json;
using Innate.Rows;
using Innate.Verifiers.Instructions;

namespace Innate.Tests.Verifiers.Instructions;

/// <summary>Hard constraints as rows have them: what keeps them, what does not, and what is refused.</summary>
public class InstructionTests
{
    [Theory]
    [InlineData("""{"kind":"contains","text":"So"}""", "and so on", "no")]
    [InlineData("""{"kind":"excludes","text":"**"}""", "plain", "**bold**")]
    [InlineData("""{"kind":"starts","text":"It is"}""", " It is 4.", "it is 4.")]
    [InlineData("""{"kind":"ends","text":"."}""", "It is 4.\n", "It is 4")]
    [InlineData("""{"kind":"count","text":",","exactly":3}""", "a, b, c, d", "a, b, c")]
    [InlineData("""{"kind":"count","text":",,","exactly":1}""", ",,,", ",,,,")]
    [InlineData("""{"kind":"count","text":"=","at_least":2}""", "1 = 1 = 1", "1 = 1")]
    [InlineData("""{"kind":"lines","at_most":2}""", "a\n\nb\n", "a\nb\nc")]
    [InlineData("""{"kind":"lines","exactly":0}""", " \n", "a")]
    [InlineData("""{"kind":"words","at_most":2}""", "two\twords", "three of them")]
    [InlineData("""{"kind":"words","at_least":2}""", "two words", "one")]
    public void A_rule_holds_and_fails_and_is_written_as_it_was_read(string rule, string keeps, string fails)
    {
        InstructionRule read = InstructionRules.Read(Json($"[{rule}]"), "constraints")[0];
        Assert.True(read.Holds(keeps), keeps);
        Assert.False(read.Holds(fails), fails);
        byte[] line = RowWriter.Line(w => InstructionRules.Write(w, "constraints", [read]));
        Assert.Equal($$"""{"constraints":[{{rule}}]}""", System.Text.Encoding.UTF8.GetString(line).TrimEnd());
        Assert.NotEqual("", read.Words);
    }

    [Theory]
    [InlineData("""{"kind":"rhymes"}""", "expected contains, excludes")]
    [InlineData("""{"kind":"contains"}""", "\"text\"")]
    [InlineData("""{"kind":"contains","text":""}""", "an empty one")]
    [InlineData("""{"kind":"count","text":","}""", "expected one of at_least")]
    [InlineData("""{"kind":"count","text":",","at_least":1,"at_most":2}""", "at_least and at_most")]
    [InlineData("""{"kind":"lines","at_least":-1}""", "whole number of at least 0")]
    [InlineData("""{"kind":"lines","at_least":1,"atmost":2}""", "\"atmost\"")]
    [InlineData("3", "must be an object")]
    public void A_rule_that_cannot_be_read_is_refused_with_its_place(string rule, string why)
    {
        string message = Assert.Throws<InputException>(() => InstructionRules.Read(Json($"[{rule}]"), "constraints")).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains("constraints[0]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"intent":"none"}""", "\"constraints\"")]
    [InlineData("""{"constraints":[],"intent":"none"}""", "at least one")]
    [InlineData("""{"constraints":[{"kind":"ends","text":"."}]}""", "found nothing")]
    [InlineData("""{"constraints":[{"kind":"ends","text":"."}],"intent":"all"}""", "found a string")]
    [InlineData("""{"constraints":[{"kind":"ends","text":"."}],"intent":{}}""", "found neither")]
    [InlineData("""{"constraints":[{"kind":"ends","text":"."}],"intent":{"answer":1,"instruction":"x"}}""", "found both")]
    [InlineData("""{"constraints":[{"kind":"ends","text":"."}],"intent":{"answer":" "}}""", "an empty text")]
    [InlineData("""{"constraints":[],"intent":"none","soft":"kind"}""", "an array of constraints")]
    public void An_instruction_says_how_its_intent_is_checked_and_by_what(string row, string why) => Assert.Contains(
        why, Assert.Throws<InputException>(() => Instruction.Read(new RowFields(Json(row)))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_instruction_is_read_whole()
    {
        Instruction read = Instruction.Read(new RowFields(Json(
            """{"constraints":[{"kind":"ends","text":"."}],"soft":[{"text":"be kind"}],"intent":{"answer":42}}""")));
        Assert.Equal(("42", null, true), (read.Answer, read.Intent, read.AsksJudge));
        Assert.Equal(new SoftConstraint("be kind", ""), Assert.Single(read.Soft));
        Assert.Equal(new EndsWithText("."), Assert.Single(read.Rules));
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
