using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Innate.Checkpoints.Gguf;
using Innate.Tests.Checkpoints.Gguf;
using Innate.Tests.Support;
using Innate.Tests.Text.Tokenization;
using Innate.Text;

namespace Innate.Tests.Text;

/// <summary>A response is encoded in its context: its ids are those that follow the prompt's in the encoding of both.</summary>
public class ContextEncodingTests
{
    private const string Template =
        "{% for m in messages %}{% if m.role == 'assistant' %}<s>{{ m.content }}</s>{% else %}{{ m.content }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}<s>{% endif %}";

    [Fact]
    public void A_sentencepiece_tokenizer_scores_no_blank_that_is_not_there()
    {
        ChatFormat raw = new(TinyTokenizer.Load(TinyTokenizer.Fallback()), null, new ChatFormatOptions { Raw = true });
        EncodedPrompt prompt = raw.EncodePrompt("the");
        Tokenizer tokenizer = raw.Tokenizer;
        Assert.Equal(["<s>", "▁the"], Names(tokenizer, prompt.Ids));
        Assert.Equal(["aa"], Names(tokenizer, raw.EncodeResponse(prompt, "aa").Ids));
        Assert.Equal(["▁a"], Names(tokenizer, raw.EncodeResponse(prompt, " a").Ids));
    }

    [Fact]
    public void After_a_special_token_the_tokenizer_begins_anew_and_so_does_the_response()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Fallback());
        ChatFormat chat = new(tokenizer, new ChatTemplate(Template));
        EncodedPrompt prompt = chat.EncodePrompt("the");
        EncodedResponse response = chat.EncodeResponse(prompt, "a");
        Assert.Equal(["▁the", "<s>"], Names(tokenizer, prompt.Ids));
        Assert.Equal(["▁a", "</s>"], Names(tokenizer, response.Ids));
        Assert.False(response.Straddles);
    }

    [Fact]
    public void Where_a_token_straddles_the_seam_the_prompt_stays_and_the_rest_goes_on_from_it()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Fallback());
        ChatFormat raw = new(tokenizer, null, new ChatFormatOptions { Raw = true });
        EncodedPrompt prompt = raw.EncodePrompt("at");
        EncodedResponse response = raw.EncodeResponse(prompt, "h");
        Assert.Equal(["▁a", "t"], Names(tokenizer, prompt.Ids[1..]));
        Assert.Equal(["▁a", "th"], Names(tokenizer, tokenizer.Encode("ath")));
        Assert.Equal(["h"], Names(tokenizer, response.Ids));
        Assert.True(response.Straddles);
    }

    [Theory]
    [InlineData("{{ m.content }}</s>", "|")]
    [InlineData("{{ m.content }}aa</s>", "|aa")]
    public void What_the_template_writes_before_the_end_of_the_turn_is_scored(string turn, string around)
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Fallback());
        string template =
            "{% for m in messages %}{% if m.role == 'assistant' %}<s>" + turn
            + "{% else %}{{ m.content }}{% endif %}{% endfor %}{% if add_generation_prompt %}<s>{% endif %}";
        ChatFormat chat = new(tokenizer, new ChatTemplate(template));
        EncodedPrompt prompt = chat.EncodePrompt("the");
        string text = around.Replace("|", "th", StringComparison.Ordinal);
        Assert.Equal(tokenizer.Encode($"<s>{text}</s>")[1..], chat.EncodeResponse(prompt, "th").Ids);
    }

    [Fact]
    public void The_end_of_a_turn_is_the_first_added_token_special_or_not()
    {
        JsonObject json = TinyTokenizer.ByteLevel();
        Tokenizer tokenizer = TinyTokenizer.Load(json, """{"eos_token":"</s>"}""");
        ChatFormat chat = new(tokenizer, new ChatTemplate("{% for m in messages %}{{ m.content }}<｜中｜>\n</s>{% endfor %}"));
        Assert.Equal(tokenizer.TokenToId("<｜中｜>"), chat.EndOfTurnId);
        Assert.False(tokenizer.IsSpecial(chat.EndOfTurnId!.Value));
    }

    /// <summary>For ids y with encode(P + decode(y)) = P + y the text's ids are y.</summary>
    [Theory]
    [InlineData("bytes")]
    [InlineData("sentencepiece")]
    [InlineData("sentencepiece without prefix")]
    public void Text_and_ids_are_the_same_response(string kind)
    {
        Tokenizer tokenizer = TinyTokenizer.Load(kind switch
        {
            "bytes" => TinyTokenizer.ByteLevel(),
            "sentencepiece" => TinyTokenizer.Fallback(),
            _ => TinyTokenizer.Fallback(dummyPrefix: false),
        });
        Assert.True(Agreeing(tokenizer, 2000) > 100);
    }

    [SharedTheory("parity/tokenizers")]
    [InlineData("qwen3")]
    [InlineData("llama3_1")]
    [InlineData("gemma3")]
    public void Text_and_ids_are_the_same_response_of_published_tokenizers(string name) => Assert.True(
        Agreeing(Tokenizer.Load(Path.Combine(Places.Shared, "parity", "tokenizers", name)), 300) > 40);

    [SharedTheory("gguf/vocab")]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    [InlineData("phi-3")]
    [InlineData("smollm2")]
    public void Text_and_ids_are_the_same_response_of_gguf_vocabularies(string name) =>
        Assert.True(Agreeing(SharedVocabulary.Tokenizer(name), 300) > 40);

    [SharedTheory("gguf/tiny")]
    [InlineData("llama.legacy")]
    [InlineData("llama-small.f32")]
    [InlineData("gemma3.q5_q8")]
    public void Text_and_ids_are_the_same_response_of_tiny_gguf_models(string name) => Assert.True(
        Agreeing(SharedVocabulary.Of(GgufFolder.Open(Path.Combine(Places.Shared, "gguf", "tiny", $"{name}.gguf"))), 300) > 40);

    private static int Agreeing(Tokenizer tokenizer, int cases)
    {
        ChatFormat raw = new(tokenizer, null, new ChatFormatOptions { Raw = true });
        int agreeing = 0;
        Prop.ForAll(RandomText.WellFormed, RandomText.WellFormed, (before, after) =>
        {
            if (before.Length == 0) return;
            EncodedPrompt prompt = raw.EncodePrompt(before);
            int[] whole = tokenizer.EncodeBeginning(before + after);
            if (!whole.AsSpan().StartsWith(prompt.Ids) || whole.Length == prompt.Ids.Length) return;
            int[] ids = whole[prompt.Ids.Length..];
            string text = tokenizer.Decode(ids);
            if (text.Length == 0 || !tokenizer.EncodeBeginning(before + text).AsSpan().SequenceEqual(whole)) return;
            agreeing++;
            EncodedResponse response = raw.EncodeResponse(prompt, text);
            Assert.Equal(ids, response.Ids);
            Assert.False(response.Straddles);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));
        return agreeing;
    }

    private static string[] Names(Tokenizer tokenizer, int[] ids) => [.. ids.Select(id => tokenizer.IdToToken(id)!)];
}
