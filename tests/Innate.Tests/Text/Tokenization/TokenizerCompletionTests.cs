using System.Text;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Text.Tokenization;

/// <summary>The files beside tokenizer.json complete it, as transformers does on loading.</summary>
public class TokenizerCompletionTests
{
    [Fact]
    public void Tokens_that_the_config_alone_lists_are_tokens()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.ByteLevel(), """
            {"added_tokens_decoder":{"900":{"content":"<ask>","special":true},"901":{"content":"<note>","special":false,"rstrip":true}}}
            """);
        Assert.Equal([900], tokenizer.Encode("<ask>"));
        Assert.Equal([901, .. tokenizer.Encode("a")], tokenizer.Encode("<note>  a"));
        Assert.True(tokenizer.IsSpecial(900));
        Assert.False(tokenizer.IsSpecial(901));
        Assert.Equal("<note>", tokenizer.Decode([900, 901], skipSpecialTokens: true));
    }

    [Fact]
    public void Older_saves_list_them_in_a_file_of_their_own()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["tokenizer.json"], TinyTokenizer.Bytes(TinyTokenizer.ByteLevel()));
        File.WriteAllText(folder["added_tokens.json"], """{"<ask>":900}""");
        File.WriteAllText(folder["special_tokens_map.json"], """{"eos_token":{"content":"</s>"}}""");
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal([900], tokenizer.Encode("<ask>"));
        Assert.Equal("</s>", tokenizer.EndOfSequence);
    }

    [Fact]
    public void What_tokenizer_json_says_of_a_token_counts_before_the_config()
    {
        int id = TinyTokenizer.Load(TinyTokenizer.ByteLevel()).TokenToId("<s>")!.Value;
        Tokenizer tokenizer = TinyTokenizer.Load(
            TinyTokenizer.ByteLevel(), """{"added_tokens_decoder":{"7":{"content":"<other>"},"5000":{"content":"<s>"}}}""");
        Assert.Equal([id], tokenizer.Encode("<s>"));
        Assert.NotEqual([7], tokenizer.Encode("<other>")); // 7 is a byte's
    }

    [Theory]
    [InlineData("""{"tokenizer_class":"LlamaTokenizerFast","add_bos_token":true}""", true, false)]
    [InlineData("""{"tokenizer_class":"LlamaTokenizer"}""", true, false)]
    [InlineData("""{"tokenizer_class":"LlamaTokenizer","add_bos_token":false}""", false, false)]
    [InlineData("""{"tokenizer_class":"GemmaTokenizer","add_eos_token":true}""", true, true)]
    [InlineData("""{"tokenizer_class":"PreTrainedTokenizerFast","add_bos_token":false}""", true, true)]
    public void Llamas_classes_make_the_post_processor_anew_and_others_pass_the_flags_over(string config, bool first, bool last)
    {
        string named = config[..^1] + ""","bos_token":"<s>","eos_token":"</s>"}""";
        int[] ids = TinyTokenizer.Load(TinyTokenizer.Fallback(), named).Encode("the", addSpecialTokens: true);
        Assert.Equal((first, last), (ids[0] == 1, ids[^1] == 2));
    }

    [Theory]
    [InlineData("""{"added_tokens_decoder":{"x":{"content":"a"}}}""", "has the key 'x', which is no id")]
    [InlineData("""{"added_tokens_decoder":{"3":{}}}""", "added_tokens_decoder.3.content should be a string")]
    [InlineData("""{"add_bos_token":1}""", "add_bos_token should be true or false")]
    public void What_is_wrong_in_the_config_is_said(string config, string sentence) => Assert.Contains(
        sentence, Assert.Throws<InputException>(() => TinyTokenizer.Load(TinyTokenizer.ByteLevel(), config)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_part_that_is_stated_twice_is_refused()
    {
        string json = Encoding.UTF8.GetString(TinyTokenizer.Bytes(TinyTokenizer.ByteLevel()))
            .Replace("\"normalizer\":null", "\"normalizer\":{\"type\":\"Lowercase\"},\"normalizer\":null", StringComparison.Ordinal);
        InputException e = Assert.Throws<InputException>(() => Tokenizer.FromJson(Encoding.UTF8.GetBytes(json)));
        Assert.Contains("expected 'normalizer' once, found it twice", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void White_space_that_a_token_takes_is_looked_through_for_tokens_of_white_space()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json(["a"], [], addedTokens: """
            [{"id":1,"content":"<p>","special":true,"normalized":false,"rstrip":true},
             {"id":2,"content":"  ","special":false,"normalized":false}]
            """));
        Assert.Equal([1, 2, 0], tokenizer.Encode("<p>  a"));
    }
}
