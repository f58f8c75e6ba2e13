namespace Innate.Tests.Foundation;

/// <summary>A fault of a setting is told under the name by which its reader knows the setting.</summary>
public class InputExceptionTests
{
    private static readonly InputException Fault =
        new("LearningRate", "a number above 0, and none beside {Freeze}", "-1 {Raw} {x}");

    [Fact]
    public void By_its_property() =>
        Assert.Equal("LearningRate: expected a number above 0, and none beside Freeze, found -1 {Raw} {x}.", Fault.Message);

    [Fact]
    public void By_the_callers_own_name_and_what_was_found_is_never_read_as_a_name() => Assert.Equal(
        "--learningrate: expected a number above 0, and none beside --freeze, found -1 {Raw} {x}.",
        Fault.MessageFor(field => $"--{field.ToLowerInvariant()}"));

    [Fact]
    public void Several_in_one_sentence_parts_and_plain_braces_as_they_are() => Assert.Equal(
        "a_Rewards: http: expected {\"x\"} or {}, found nothing; a_Seed: expected a number, found 'x'.",
        new InputException(
            [new InputProblem("Rewards: http", "{\"x\"} or {}", "nothing"), new InputProblem("Seed", "a number", "'x'")])
            .MessageFor(field => $"a_{field}"));

    [Fact]
    public void A_sentence_of_its_own_stays_as_it_is() =>
        Assert.Equal("rows.jsonl: there is no such file.",
            new InputException("rows.jsonl: there is no such file.").MessageFor(_ => "--no"));
}
