using Innate.Text;

namespace Innate.Tests.Text.Tokenization;

/// <summary>A tokenizer comes with a model and is not trusted: endless work ends in one sentence. Work is counted, not timed.</summary>
public class HostileTokenizerTests
{
    private static readonly string Doubling = Steps("""{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""", 60);

    public static TheoryData<string, string, string> Endless => new()
    {
        { $$"""{"type":"Sequence","normalizers":[{{Doubling}}]}""", "null", "a" },
        { "null", Sequence("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""", 60), "ü" },
        { "null", Sequence("""{"type":"Metaspace","replacement":"   ","prepend_scheme":"never","split":false}""", 60), " " },
        { "null", Sequence("""{"type":"Punctuation"}""", 30_000), new string('.', 20_000) },
        { "null", Split("(a+)+b"), new string('a', 5000) },
        { "null", Split("(?<=a{1000})b"), new string('a', 200_000) },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void Endless_work_ends_in_a_sentence(string normalizer, string preTokenizer, string text)
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json(["a", "b"], [], normalizer, preTokenizer));
        InputException e = Assert.Throws<InputException>(() => tokenizer.Encode(text));
        Assert.Contains("too much work", e.Message, StringComparison.Ordinal);

        // The next text has a budget of its own.
        if (preTokenizer.Contains("Split", StringComparison.Ordinal)) Assert.Equal([1], tokenizer.Encode("b"));
    }

    [Fact]
    public void Decoders_pay_too()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json(
            ["a"], [], decoder: $$"""{"type":"Sequence","decoders":[{{Doubling}}]}"""));
        Assert.Throws<InputException>(() => tokenizer.Decode([0]));
        Assert.Throws<InputException>(() => tokenizer.CreateStreamingDecoder().Push(0));
    }

    [Fact]
    public void A_long_token_that_a_text_nearly_spells_everywhere_is_paid_for()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json(["a"], [], addedTokens:
            $$"""[{"id":1,"content":"{{new string('a', 30_000)}}b","special":true,"normalized":false}]"""));
        Assert.Throws<InputException>(() => tokenizer.Encode(new string('a', 200_000)));
        Assert.Equal([0, 0, 0], tokenizer.Encode("aaa"));
    }

    [Theory]
    [InlineData("(?<=(?:(?:b{1000}){1000}){5})a", "a look-behind of more than")]
    [InlineData("many classes", "more than 100 classes in a class")]
    [InlineData("many intersections", "more than 100 intersections in a class")]
    [InlineData("many parts", "more than 20000 parts")]
    public void Patterns_that_are_too_large_are_refused_when_they_are_read(string pattern, string sentence)
    {
        pattern = pattern switch
        {
            "many classes" => "[" + string.Concat(Enumerable.Repeat(@"\\w", 5000)) + "]",
            "many intersections" => "[a" + string.Concat(Enumerable.Repeat("&&a", 50_000)) + "]",
            "many parts" => string.Concat(Enumerable.Repeat("ab", 50_000)),
            _ => pattern,
        };
        InputException e = Assert.Throws<InputException>(
            () => TinyTokenizer.Load(TinyTokenizer.Json(["a"], [], preTokenizer: Split(pattern))));
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 0, 500);
    }

    [Fact]
    public void A_class_of_any_number_of_characters_is_a_class()
    {
        string characters = string.Concat(Enumerable.Range(0, 100_000).Select(i => (char)(0x4E00 + (2 * (i % 5000)))));
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json(
            ["a", "\u4E02", "\u4E03", "\u4E02\u4E03"], ["\u4E02 \u4E03"], preTokenizer: Split($"[{characters}]")));
        Assert.Equal([1, 2], tokenizer.Encode("\u4E02\u4E03"));
    }

    private static string Steps(string step, int count) => string.Join(',', Enumerable.Repeat(step, count));

    private static string Sequence(string step, int count) => $$"""{"type":"Sequence","pretokenizers":[{{Steps(step, count)}}]}""";

    private static string Split(string regex) =>
        $$"""{"type":"Split","pattern":{"Regex":"{{regex}}"},"behavior":"Isolated","invert":false}""";
}
