using System.Text.Json.Nodes;
using Innate.Text;

namespace Innate.Tests.Text.Tokenization;

/// <summary>Each component of tokenizer.json by itself, on vocabularies made of single characters.</summary>
public sealed class ComponentTests
{
    private const string Bar = "|";

    // Pieces are made visible by a suffix token: every piece's last character carries it.
    [Theory]
    [InlineData("""{"type":"WhitespaceSplit"}""", "a b  c\u00A0d", "a|b|c|d")]
    [InlineData("""{"type":"Whitespace"}""", "ab, c-d!!", "ab|,|c|-|d|!!")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "ab12c", "ab|1|2|c")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "ab12c", "ab|12|c")]
    [InlineData("""{"type":"Punctuation"}""", "a,b!!c$", "a|,|b|!|!|c|$")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "a,b!!c", "a|,|b|!!|c")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Removed","invert":false}""", "a-b--c", "a|b|c")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Isolated","invert":false}""", "a-b--c", "a|-|b|-|-|c")]
    [InlineData(
        """{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithPrevious","invert":false}""", "-a-b--c", "-|a-|b-|-|c")]
    [InlineData(
        """{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithNext","invert":false}""", "a-b--c-", "a|-b|-|-c|-")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Contiguous","invert":false}""", "a-b--c", "a|-|b|--|c")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[ab]+"},"behavior":"Removed","invert":true}""", "ab-ba,c", "ab|ba")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[ab]+"},"behavior":"Isolated","invert":true}""", "ab-ba,c", "ab|-|ba|,c")]
    [InlineData(
        """{"type":"Split","pattern":{"Regex":"[ab]+"},"behavior":"MergedWithPrevious","invert":true}""", "ab-ba,c", "ab-|ba,c")]
    [InlineData("""{"type":"Split","pattern":{"String":"."},"behavior":"Isolated","invert":false}""", "a.b", "a|.|b")]
    [InlineData(
        """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true}]}""",
            "ab 12", "ab|1|2")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":true}""", "ab c", "_ab|_c")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"never","split":true}""", "ab  c", "ab|_|_c")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":false}""", "ab c", "_ab_c")]
    [InlineData("""{"type":"Metaspace","replacement":"_","add_prefix_space":true}""", " ab c", "_ab|_c")]
    public void Pre_tokenizers_cut(string preTokenizer, string text, string pieces) =>
        Assert.Equal(pieces, Pieces(TinyTokenizer.Json([], [], preTokenizer: preTokenizer), text));

    [Theory]
    [InlineData("""{"type":"Lowercase"}""", "ÀB İ", "àb i\u0307")]
    [InlineData("""{"type":"NFC"}""", "e\u0301", "é")]
    [InlineData("""{"type":"NFD"}""", "é", "e\u0301")]
    [InlineData("""{"type":"NFKC"}""", "ﬁＡ①", "fiA1")]
    [InlineData("""{"type":"NFKD"}""", "ﬁé", "fie\u0301")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", " a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a ", " a")]
    [InlineData("""{"type":"Prepend","prepend":"_"}""", "ab", "_ab")]
    [InlineData("""{"type":"Replace","pattern":{"String":"ab"},"content":"c"}""", "abab", "cc")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"$1"}""", "a   b", "a$1b")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""", "É", "e")]
    public void Normalizers_rewrite(string normalizer, string text, string expected) =>
        Assert.Equal(expected, Pieces(TinyTokenizer.Json([], [], normalizer), text));

    [Fact]
    public void Byte_level_prefix_space_comes_before_every_piece_that_has_none()
    {
        string byteLevel = """{"type":"ByteLevel","add_prefix_space":true,"use_regex":false}""";
        Assert.Equal("Ġab", Pieces(TinyTokenizer.Json([], [], preTokenizer: byteLevel), "ab"));
        Assert.Equal("Ġab", Pieces(TinyTokenizer.Json([], [], preTokenizer: byteLevel), " ab"));
        Assert.Equal("ĠÃ©|Ġ1", Pieces(TinyTokenizer.Json([], [],
            preTokenizer: $$"""{"type":"Sequence","pretokenizers":[{"type":"Digits"},{{byteLevel}}]}"""), "é1"));
    }

    [Fact]
    public void Metaspace_first_prepends_at_the_input_s_beginning_only()
    {
        JsonObject json = TinyTokenizer.Json(
            ["_", "a", "b"], [], preTokenizer: """{"type":"Metaspace","replacement":"_","prepend_scheme":"first"}""",
            addedTokens: """[{"id":3,"content":"<x>","special":true,"normalized":false}]""");
        Assert.Equal([0, 1, 3, 2], TinyTokenizer.Load(json).Encode("a<x>b"));
        Assert.Equal([3, 1], TinyTokenizer.Load(json).Encode("<x>a"));
    }

    [Fact]
    public void Merges_follow_rank_then_place()
    {
        string[] vocabulary = TinyTokenizer.Characters("abc", "ab", "bc", "abc", "aa");
        Assert.Equal(["a", "bc"], Tokens(TinyTokenizer.Json(vocabulary, ["b c", "a b"]), "abc"));
        Assert.Equal(["ab", "c"], Tokens(TinyTokenizer.Json(vocabulary, ["a b", "b c"]), "abc"));
        Assert.Equal(["abc"], Tokens(TinyTokenizer.Json(vocabulary, ["b c", "a bc"]), "abc"));
        Assert.Equal(["aa", "a"], Tokens(TinyTokenizer.Json(vocabulary, ["a a"]), "aaa"));
        JsonObject pairs = TinyTokenizer.Json(vocabulary, []);
        pairs["model"]!["merges"] = new JsonArray(new JsonArray("a", "b"));
        Assert.Equal(["ab", "c"], Tokens(pairs, "abc"));
    }

    [Fact]
    public void Ignore_merges_takes_a_word_that_is_a_token_whole()
    {
        string[] vocabulary = TinyTokenizer.Characters("abc", "ab", "abc");
        Assert.Equal(["ab", "c"], Tokens(TinyTokenizer.Json(vocabulary, ["a b"]), "abc"));
        Assert.Equal(["abc"], Tokens(TinyTokenizer.Json(vocabulary, ["a b"], model: """{"ignore_merges":true}"""), "abc"));
    }

    [Fact]
    public void Unknown_characters_are_dropped_marked_or_fused()
    {
        string[] vocabulary = TinyTokenizer.Characters("ab", "?");
        Assert.Equal(["a", "b"], Tokens(TinyTokenizer.Json(vocabulary, []), "axyb"));
        Assert.Equal(["a", "?", "?", "b"], Tokens(TinyTokenizer.Json(vocabulary, [], model: """{"unk_token":"?"}"""), "axyb"));
        Assert.Equal(["a", "?", "b"],
            Tokens(TinyTokenizer.Json(vocabulary, [], model: """{"unk_token":"?","fuse_unk":true}"""), "axyb"));
        Assert.Equal(
            ["a", "?"], Tokens(TinyTokenizer.Json(vocabulary, [], model: """{"unk_token":"?","fuse_unk":true}"""), "a𝒳😀"));
    }

    [Fact]
    public void Byte_fallback_wants_all_bytes_of_a_character()
    {
        string[] vocabulary = ["a", "?", "<0xC3>", "<0xA9>", "<0xAA>"];
        string model = """{"unk_token":"?","byte_fallback":true}""";
        Assert.Equal(["a", "<0xC3>", "<0xA9>"], Tokens(TinyTokenizer.Json(vocabulary, [], model: model), "aé"));
        Assert.Equal(["a", "?"], Tokens(TinyTokenizer.Json(vocabulary, [], model: model), "aë"));
    }

    [Fact]
    public void Prefix_and_suffix_mark_the_place_in_a_word()
    {
        string[] vocabulary = ["a", "##b", "##c", "##c</w>", "ab", "abc</w>", "a</w>"];
        string model = """{"continuing_subword_prefix":"##","end_of_word_suffix":"</w>"}""";
        JsonObject json = TinyTokenizer.Json(
            vocabulary, ["a ##b", "ab ##c</w>"], preTokenizer: """{"type":"WhitespaceSplit"}""",
            decoder: """{"type":"BPEDecoder","suffix":"</w>"}""", model: model);
        Assert.Equal(["abc</w>", "a</w>"], Tokens(json, "abc a"));
        Tokenizer tokenizer = TinyTokenizer.Load(json);
        Assert.Equal("abc a", tokenizer.Decode(tokenizer.Encode("abc a")));
        Assert.Equal(["abc", " a"], tokenizer.TokenTexts(tokenizer.Encode("abc a")));
    }

    [Fact]
    public void A_prefix_written_after_the_merges_is_minded()
    {
        JsonObject json = TinyTokenizer.Json(["a", "##b", "ab"], ["a ##b"]);
        JsonObject model = json["model"]!.AsObject();
        model.Remove("continuing_subword_prefix");
        model["continuing_subword_prefix"] = "##";
        Assert.Equal(["ab"], Tokens(json, "ab"));
    }

    [Fact]
    public void Merges_may_come_before_the_vocabulary()
    {
        JsonObject json = TinyTokenizer.Json(["a", "b", "ab"], ["a b"]);
        JsonObject model = json["model"]!.AsObject();
        JsonNode vocabulary = model["vocab"]!.DeepClone();
        model.Remove("vocab");
        model["vocab"] = vocabulary;
        Assert.Equal(["ab"], Tokens(json, "ab"));
    }

    [Theory]
    [InlineData("false,\"lstrip\":true", "a <x> b", "a| <x>| b")]
    [InlineData("false,\"rstrip\":true", "a <x> b", "a |<x> |b")]
    [InlineData("false,\"single_word\":true", "a<x>b <x>!<x>", "a<x>b |<x>|!|<x>")]
    [InlineData("false,\"lstrip\":true,\"rstrip\":true", "a <x> <x> b", "a| <x> |<x> |b")]
    [InlineData("false", "a<x><x", "a|<x>|<x")]
    public void Added_tokens_take_what_their_flags_say(string flags, string text, string expected)
    {
        string[] vocabulary = TinyTokenizer.Characters("ab <x>!");
        JsonObject json = TinyTokenizer.Json(
            vocabulary, [],
            addedTokens: $$"""[{"id":{{vocabulary.Length}},"content":"<x>","special":true,"normalized":{{flags}}}]""");
        Tokenizer tokenizer = TinyTokenizer.Load(json);
        // What the token took shows as what is missing between the characters around it.
        string seen = string.Concat(
            tokenizer.Encode(text).Select(id => id == vocabulary.Length ? "|X|" : tokenizer.IdToToken(id)))
            .Replace("||", "|", StringComparison.Ordinal);
        string wanted = string.Join("|", expected.Split('|').Select(p => p.Trim() == "<x>" ? "X" : p));
        Assert.Equal(wanted.Trim('|'), seen.Trim('|'));
    }

    [Fact]
    public void The_longest_added_token_wins_and_normalized_ones_come_after_raw_ones()
    {
        JsonObject json = TinyTokenizer.Json(
            ["a", "b"], [], """{"type":"Lowercase"}""",
            addedTokens: """
                [{"id":2,"content":"<x>","normalized":false},{"id":3,"content":"<x><x>","normalized":false},
                 {"id":4,"content":"YES","normalized":true},{"id":5,"content":"NO","normalized":false}]
                """);
        Tokenizer tokenizer = TinyTokenizer.Load(json);
        Assert.Equal([3, 2], tokenizer.Encode("<x><x><x>"));
        Assert.Equal([4, 0, 4, 5], tokenizer.Encode("yesAYeSNO"));
        Assert.Equal([], tokenizer.Encode("no"));
    }

    [Theory]
    [InlineData("""{"type":"BertProcessing","sep":["b",1],"cls":["a",0]}""", new[] { 0, 2, 1 })]
    [InlineData(
        """{"type":"RobertaProcessing","sep":["b",1],"cls":["a",0],"trim_offsets":true,"add_prefix_space":true}""",
        new[] { 0, 2, 1 })]
    [InlineData("""{"type":"ByteLevel","trim_offsets":false}""", new[] { 2 })]
    [InlineData("null", new[] { 2 })]
    [InlineData("""
        {"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"BertProcessing","sep":["b",1],"cls":["a",0]},
         {"type":"RobertaProcessing","sep":["d",3],"cls":["d",3]}]}
        """, new[] { 3, 0, 2, 1, 3 })]
    public void Post_processors_put_tokens_around(string postProcessor, int[] expected)
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json(["a", "b", "c", "d"], [], postProcessor: postProcessor));
        Assert.Equal(expected, tokenizer.Encode("c", addSpecialTokens: true));
        Assert.Equal([2], tokenizer.Encode("c"));
    }

    [Theory]
    [InlineData("null", "_a b </w>", "_a b </w>")]
    [InlineData("""{"type":"Fuse"}""", "_a b", "_ab")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"always"}""", "_a _b", "a b")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"never"}""", "_a _b", " a b")]
    [InlineData("""{"type":"BPEDecoder","suffix":"</w>"}""", "a</w> b</w>", "a b")]
    [InlineData("""{"type":"Replace","pattern":{"String":"a"},"content":"xy"}""", "_a aba", "_xyxybxy")]
    [InlineData(
        """{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace","pattern":{"String":"ab"},"content":"-"}]}""", "a b",
            "-")]
    [InlineData(
        """{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace","pattern":{"Regex":"a+"},"content":"-"}]}""",
        "a a b", "-b")]
    [InlineData("""{"type":"Strip","content":"_","start":1,"stop":1}""", "__a_ _b__", "_ab_")]
    [InlineData(
        """{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":"_","start":1,"stop":2}]}""",
        "__a_ _ _", "_a_")]
    [InlineData("""{"type":"ByteFallback"}""", "<0xC3> <0xA9> a", "éa")]
    [InlineData("""{"type":"ByteFallback"}""", "<0xC3> a <0xA9> <0xFF>", "\uFFFDa\uFFFD\uFFFD")]
    [InlineData("""{"type":"ByteFallback"}""", "<0xF0> <0x9F> <0x98> <0x80> <0xF0> <0x9F>", "😀\uFFFD")]
    [InlineData("""{"type":"ByteLevel"}""", "Ãĥ Ã © ĠðŁĺ", "Ã\u00e9 \uFFFD")]
    [InlineData("""{"type":"ByteLevel"}""", "a 中 Ã", "a中\uFFFD")]
    [InlineData("""{"type":"ByteLevel"}""", "Ã 中", "\uFFFD中")]
    public void Decoders_spell(string decoder, string tokens, string expected)
    {
        string[] words = tokens.Split(' ');
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.Json([.. words.Distinct()], [], decoder: decoder));
        int[] ids = words.Select(w => tokenizer.TokenToId(w)!.Value).ToArray();
        Assert.Equal(expected, tokenizer.Decode(ids));
        Assert.Equal(expected, string.Concat(tokenizer.TokenTexts(ids)));
    }

    [Fact]
    public void A_character_belongs_to_the_token_that_completes_it()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(TinyTokenizer.ByteLevel());
        int[] ids = tokenizer.Encode("a😀b");
        Assert.Equal(["a", "", "😀", "b"], tokenizer.TokenTexts(ids));
        Assert.Equal(["a", "\uFFFD"], tokenizer.TokenTexts(ids.AsSpan(0, 2)));
        Assert.Equal("a\uFFFD", tokenizer.Decode(ids.AsSpan(0, 2)));
    }

    [Fact]
    public void Special_tokens_are_known_and_may_be_skipped()
    {
        Tokenizer tokenizer = TinyTokenizer.Load(
            TinyTokenizer.Fallback(),
            """{"bos_token":{"content":"<s>"},"eos_token":"</s>","pad_token":null,"chat_template":"x"}""");
        Assert.Equal(("<s>", "</s>", "<unk>", null),
            (tokenizer.BeginningOfSequence, tokenizer.EndOfSequence, tokenizer.UnknownToken, tokenizer.PaddingToken));
        int[] ids = tokenizer.Encode("the", addSpecialTokens: true);
        Assert.Equal("<s> the</s>", tokenizer.Decode(ids));
        Assert.Equal("the", tokenizer.Decode(ids, skipSpecialTokens: true));
        Assert.True(tokenizer.IsSpecial(1));
        Assert.False(tokenizer.IsSpecial(5));
        Assert.False(tokenizer.IsSpecial(-1));
        Assert.Null(tokenizer.IdToToken(-1));
        Assert.Null(tokenizer.IdToToken(int.MaxValue));
        Assert.Null(tokenizer.TokenToId("nothing"));
        Assert.Equal(tokenizer.VocabularySize - 1, tokenizer.TokenToId("▁a"));
    }

    private static string[] Tokens(JsonObject json, string text)
    {
        Tokenizer tokenizer = TinyTokenizer.Load(json);
        return tokenizer.Encode(text).Select(id => tokenizer.IdToToken(id)!).ToArray();
    }

    /// <summary>
    /// The pieces that reach the model, with a bar between: every BMP character is a token, and its last form has a bar.
    /// </summary>
    private static string Pieces(JsonObject json, string text)
    {
        var vocabulary = new JsonObject();
        for (int c = 0; c < 0x1000; c++) vocabulary[((char)c).ToString()] = c;
        for (int c = 0; c < 0x1000; c++) vocabulary[(char)c + Bar + Bar] = 0x1000 + c;
        json["model"]!["vocab"] = vocabulary;
        json["model"]!["end_of_word_suffix"] = Bar + Bar;
        Tokenizer tokenizer = TinyTokenizer.Load(json);
        return string.Concat(tokenizer.Encode(text).Select(tokenizer.IdToToken))
            .Replace(Bar + Bar, Bar, StringComparison.Ordinal).TrimEnd('|');
    }
}
