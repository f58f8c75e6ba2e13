using System.Text;
using Innate.Text;
using Innate.Text.Tokenization;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Bench.Fuzzing;

/// <summary>What reads text and the files that say how: regular expressions, tokenizers, chat templates.</summary>
internal static class TextTargets
{
    private const string Sample = "<s> the 'aaaa 😀é\u0301 ▁x</s>\n  12345 <|im_end|>\u0000ﬁ한국";

    /// <summary>An expression, a zero byte, a text.</summary>
    public static FuzzTarget Regex()
    {
        string[] expressions =
        [
            PublishedPattern.Gpt2Expression, PublishedPattern.Llama3Expression, PublishedPattern.Cl100kExpression,
            PublishedPattern.Qwen2Expression, PublishedPattern.O200kExpression, "(?:a|ab)c", "a*?b", "a{2,3}", "a{,2}b",
            "a++a|b",
            "(?>a|ab)c|z", "a(?=b)", "(?<=ab)b", "(?<!a)b", "[a-c&&[^b]]+", "[\\p{L}--]+", "\\p{^L}+", "\\p{Han}+", "(?i)k|ß",
            "\\x41\\u0042\\x{1F600}", "^b|a$", "\\Ab|b\\z", "\\bfoo\\b", "\\w+", "\\h+", "(a*)*b", "(?:a?){3}b", "(?:ab){2,}",
        ];
        string[] texts =
        [
            "the 'll  12345\r\n naïve_1 x\u0301-②Ⓐ 😀", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "",
            "ab\ncd𝒳b\uFFFDK\u212A ſß",
            new string(' ', 300), string.Concat(Enumerable.Repeat("ab ", 200)),
        ];
        string[] words =
        [
            "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i)", "(?i:", "[", "[^", "]", "&&", "|", "*", "+", "?",
            "*?", "++",
            "*+", "{2}", "{0,1000}", "{1000}", "{,3}", ".", "^", "$", "\\p{L}", "\\P{N}", "\\p{^Lu}", "\\s", "\\S", "\\w",
            "\\d", "\\h",
            "\\b", "\\B", "\\A", "\\z", "\\Z", "\\x{10FFFF}", "\\u0041", "(?:a*)*", "(a|a)*", "(?:.*)*x", "\\p{Han}", "\0",
            "(?:", ")*",
        ];
        byte[][] corpus = [.. expressions.SelectMany(e => texts.Select(t => Encoding.UTF8.GetBytes($"{e}\0{t}")))];
        return new FuzzTarget(corpus, words, TryRegex, IsJson: false, Longest: 1 << 12);
    }

    /// <summary>tokenizer.json, which encodes a text and decodes it again.</summary>
    public static FuzzTarget Tokenizer()
    {
        byte[][] corpus = [.. Parts().Select(Encoding.UTF8.GetBytes), .. FuzzPlace.OfModels("tokenizer.json")];
        string[] words =
        [
            "Sequence", "Split", "ByteLevel", "Metaspace", "Replace", "Regex", "String", "NFC", "NFKC", "NFD", "NFKD",
            "Prepend",
            "Lowercase", "Strip", "Digits", "Punctuation", "Whitespace", "WhitespaceSplit", "BertPreTokenizer", "Fuse",
            "ByteFallback", "TemplateProcessing", "BPE", "Unigram", "WordPiece", "type", "pattern", "behavior", "invert",
            "Isolated",
            "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous", "content", "prepend_scheme", "always", "never",
            "first",
            "replacement", "▁", "vocab", "merges", "added_tokens", "normalizer", "pre_tokenizer", "decoder", "post_processor",
            "decoders", "normalizers", "pretokenizers", "single_word", "lstrip", "rstrip", "normalized", "special", "id",
            "byte_fallback", "ignore_merges", "unk_token", "fuse_unk", "dropout", "truncation", "padding", "(?:a*)*b",
            "a b", "<0x0A>",
        ];
        return new FuzzTarget(corpus, words, TryTokenizer, IsJson: true);
    }

    /// <summary>tokenizer_config.json: its tokens, and its chat template, which renders a conversation.</summary>
    public static FuzzTarget TemplateConfig(FuzzPlace place)
    {
        string[] more =
        [
            """
            {"chat_template":[{"name":"default",
             "template":"{% for m in messages %}[{{ m['role'] }}]{{ m.content | trim }}{% endfor %}"
             },
             {"name":"tool_use","template":"{{ tools | tojson }}"}],
             "bos_token":{"content":"<s>","lstrip":false},"eos_token":"</s>",
             "additional_special_tokens":["<a>",{"content":"<b>"}],"extra_special_tokens":{"image_token":"<i>"}}
            """,
            """
            {"tokenizer_class":"LlamaTokenizerFast",
             "add_bos_token":true,"add_eos_token":false,"bos_token":"<s>","unk_token":"<u>",
             "added_tokens_decoder":{"0":{"content":"<u>","special":true,"normalized":false},
             "5":{"content":"x","single_word":true}},
             "chat_template":[{"name":"default",
             "template":"{% if messages[0]['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}"},
              {"name":"other",
             "template":"{% for m in messages %}{% set n = loop.index + 1 %}{{ '%s' % m }}{% endfor %}"}]}
            """,
        ];
        string[] words =
        [
            "{{", "}}", "{%", "%}", "{#", "-%}", "{% for x in range(9999999) %}", "{% endfor %}", "{% if ", "{% endif %}",
            "messages",
            "| length", "| tojson", "| join(',')", "* 999999999", "** 99", "bos_token", "raise_exception('x')", "[::-1]",
            "range(",
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "namespace(", "loop.index0", "chat_template", "eos_token",
            "name",
            "template", "added_tokens_decoder", "content", "tokenizer_class", "additional_special_tokens", "strftime_now('%Y')",
        ];
        byte[][] corpus = [.. FuzzPlace.OfModels("tokenizer_config.json"), .. more.Select(Encoding.UTF8.GetBytes)];
        ConversationMessage[] messages = [new("user", "Hi 😀"), new("assistant", "Yo\n")];
        byte[] tokenizer = File.ReadAllBytes(FuzzPlace.Fixture("chat-model", "tokenizer.json"));
        return new FuzzTarget(corpus, words, input =>
        {
            place.Write("tokenizer_config.json", input);
            InputException? refused = null;
            try
            {
                Innate.Text.Tokenizer.FromJson(tokenizer, input).Encode("<s>Hi", addSpecialTokens: true);
            }
            catch (InputException e)
            {
                refused = e; // The template is another's to read.
            }

            ChatTemplate.Load(place.Folder)?.Render(messages, addGenerationPrompt: true);
            if (refused is not null) throw refused;
        }, IsJson: true);
    }

    private static void TryRegex(byte[] input)
    {
        int end = Array.IndexOf(input, (byte)0);
        string expression = Encoding.UTF8.GetString(input, 0, end < 0 ? input.Length : end);
        string text = end < 0 ? Sample : Encoding.UTF8.GetString(input, end + 1, input.Length - end - 1);
        List<(int Start, int End)> matches = [];
        new RegexPattern(expression, "pattern").FindAll(text, matches);
        int last = 0;
        foreach ((int from, int to) in matches)
        {
            if (from < last || to < from || to > text.Length) throw new InvalidOperationException("matches out of order");
            last = to;
        }
    }

    private static void TryTokenizer(byte[] input)
    {
        Tokenizer tokenizer = Innate.Text.Tokenizer.FromJson(input);
        int[] ids = tokenizer.Encode(Sample, addSpecialTokens: true);
        _ = tokenizer.Decode(ids);
        _ = tokenizer.Decode(ids, skipSpecialTokens: true);
        _ = tokenizer.TokenTexts(ids);
        StreamingDecoder stream = tokenizer.CreateStreamingDecoder();
        foreach (int id in ids) _ = stream.Push(id);
        _ = stream.Flush();
    }

    // Small tokenizers that together have every kind of part.
    private static IEnumerable<string> Parts()
    {
        const string model = """
            {"type":"BPE","dropout":null,"unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
             "vocab":{"<unk>":0,"a":1,"b":2,"▁":3,"ab":4,"<0x0A>":5,"▁ab":6,"aa":7,"the":8,"t":9,"h":10,"e":11,"th":12},
             "merges":["a b","▁ ab",["a","a"],"t h","th e"]}
            """;
        const string added = """
            [{"id":13,"content":"<s>","special":true,"normalized":false,"lstrip":true,"rstrip":false,"single_word":false},
             {"id":14,"content":"</s>","special":true,"normalized":true,"lstrip":false,"rstrip":true,"single_word":true}]
            """;
        string[] normalizers =
        [
                """
                {"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Prepend","prepend":"▁"},{"type":"Replace",
                "pattern":{"String":" "},"content":"▁"}]}
                """,
            """{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "}""",
            """{"type":"NFD"}""", """{"type":"Lowercase"}""", "null",
        ];
        string[] preTokenizers =
        [
            """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""",
                """
                {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"[^\\p{L}]+|a+"},
                "behavior":"MergedWithPrevious","invert":true},{"type":"Digits","individual_digits":true},
                {"type":"Punctuation","behavior":"Contiguous"}]}
                """,
            """{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", "null",
            """{"type":"Split","pattern":{"String":" "},"behavior":"Removed","invert":false}""",
        ];
        string[] decoders =
        [
                """
                {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
                {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}
                """,
            """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""", """{"type":"ByteLevel"}""", "null",
        ];
        const string post = """
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
             "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[13],"tokens":["<s>"]}}}
            """;
        for (int i = 0; i < 5; i++)
        {
            yield return $$"""
                {"version":"1.0","truncation":null,"padding":null,"added_tokens":{{added}},"normalizer":{{normalizers[i]}},
                 "pre_tokenizer":{{preTokenizers[i]}},
                 "post_processor":{{(i % 2 == 0 ? post : "null")}},"decoder":{{decoders[i % 4]}},"model":{{model}}}
                """;
        }
    }
}
