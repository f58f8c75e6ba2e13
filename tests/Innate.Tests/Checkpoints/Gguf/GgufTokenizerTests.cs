using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Innate.Checkpoints.Gguf;
using Innate.Tests.Support;
using Innate.Tests.Text.Tokenization;
using Innate.Text;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Tests.Checkpoints.Gguf;

public sealed class GgufTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory("gguf/vocab")]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    [InlineData("phi-3")]
    public void Published_vocabularies_give_llama_cpps_ids(string name)
    {
        Tokenizer tokenizer = SharedVocabulary.WithoutSpecial(SharedVocabulary.Open(name, _folder));
        List<string> wrong = [];
        int count = 0;
        foreach ((string text, int[] ids) in SharedVocabulary.Cases(name))
        {
            count++;
            int[] found = tokenizer.Encode(text);
            if (!found.SequenceEqual(ids)) wrong.Add($"'{text}': {string.Join(' ', found)}, expected {string.Join(' ', ids)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(46, count);
    }

    [SharedFact("models/smollm2/tokens.json")]
    public void SmolLM2s_texts_have_their_ids()
    {
        Tokenizer tokenizer = SharedVocabulary.Of(SharedVocabulary.Open("smollm2", _folder));
        JsonArray cases = Shared("models/smollm2/tokens.json").AsArray();
        foreach (JsonNode? c in cases)
        {
            int[] ids = c!["ids"].Deserialize<int[]>()!;
            Assert.Equal(ids, tokenizer.Encode((string)c["text"]!));
            Assert.Equal((string)c["text"]!, tokenizer.Decode(ids));
        }

        Assert.Equal(69, cases.Count);
        Assert.Equal("<|im_end|>", tokenizer.EndOfSequence);
    }

    [SharedFact("models/smollm2/chat.json")]
    public void SmolLM2s_template_renders_as_transformers_has_it()
    {
        GgufFolder folder = SharedVocabulary.Open("smollm2", _folder);
        Assert.Equal(["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"], folder.Names);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Places.Shared, "models/smollm2/chat_template.jinja")), folder.Read("chat_template.jinja"));
        ChatTemplate template = new(
            Encoding.UTF8.GetString(folder.Read("chat_template.jinja")!), new Dictionary<string, string> { ["eos_token"] = "<|im_end|>" });
        foreach (JsonNode? c in Shared("models/smollm2/chat.json").AsArray())
        {
            using JsonDocument request = JsonDocument.Parse(c!.ToJsonString());
            Assert.Equal((string)c["text"]!, template.Render(request.RootElement));
        }
    }

    [SharedFact("gguf/tiny")]
    public void Tiny_models_texts_have_their_ids()
    {
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Places.Shared, "gguf", "tiny"), "*.gguf"))
        {
            Tokenizer tokenizer = SharedVocabulary.Of(GgufFolder.Open(path));
            foreach (JsonNode? row in JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(path, ".json")))!["rows"]!.AsArray())
            {
                count++;
                Assert.Equal(
                    row!["ids"].Deserialize<int[]>()!, tokenizer.Encode((string)row["text"]!, addSpecialTokens: true));
            }
        }

        Assert.Equal(33, count);
    }

    [Theory]
    [InlineData("llama-bpe", PublishedPattern.Llama3Expression)]
    [InlineData("smaug-bpe", PublishedPattern.Llama3Expression)]
    [InlineData("qwen2", PublishedPattern.Qwen2Expression)]
    [InlineData("gpt-4o", PublishedPattern.O200kExpression)]
    public void Names_of_published_expressions_have_a_scanner(string name, string expression) =>
        Assert.Equal([expression], GgufPreTokenizer.Of(name)!.Splits);

    [Fact]
    public void Each_way_of_cutting_words_has_one_name()
    {
        GgufPreTokenizer[] ways = [.. GgufPreTokenizer.Names.Select(name => GgufPreTokenizer.Of(name)!)];
        Assert.All(ways, way => Assert.NotNull(way));
        Assert.Equal(
            ways.Length,
            ways.DistinctBy(w => $"{string.Join('\n', w.Splits)} {w.Gpt2} {w.Digits} {w.IgnoresMerges}").Count());
    }

    [Theory]
    [InlineData("smollm", "a12 b", "a|1|2| b")]
    [InlineData("gpt-2", "a12 b", "a|12| b")]
    [InlineData("default", "a1234 b!", "a|123|4| b|!")]
    [InlineData("falcon", "a1234 b!", "a|123|4| b|!")]
    [InlineData("deepseek-llm", "ab中文1 c\n", "ab|中文|1| c|\n")]
    [InlineData("deepseek-coder", "ab 12!", "ab| |1|2|!")]
    [InlineData("deepseek-v3", "ab12345中文(x y)", "ab|123|45|中文|(x| y|)")]
    [InlineData("tekken", "abCd12", "ab|Cd|1|2")]
    [InlineData("qwen35", "a\u0301b 12", "a\u0301b| |1|2")]
    [InlineData("bailingmoe", "it's 12", "it|'s| |1|2")]
    [InlineData("seed-coder", "x!\n12", "x|!|\n|1|2")]
    [InlineData("minicpm5", "a 1234", "a| |123|4")]
    [InlineData("bloom", "a b,c", "a| b|,|c")]
    [InlineData("viking", "a12", "a|1|2")]
    [InlineData("command-r", "12", "1|2")]
    [InlineData("hunyuan-dense", "1234", "123|4")]
    public void Text_is_cut_as_the_name_says(string name, string text, string pieces)
    {
        // A token for every word of the text, and merges to it: a word that is cut otherwise is no single token.
        string[] alphabet = [.. GgufModels.ByteTokens()];
        string[] words = [.. pieces.Split('|').Select(p => string.Concat(Encoding.UTF8.GetBytes(p).Select(b => alphabet[b])))];
        List<string> tokens = [.. alphabet], merges = [];
        string all = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => alphabet[b]));
        for (int start = 0; start < all.Length; start++)
        {
            for (int end = start + 2; end <= all.Length; end++)
            {
                if (tokens.Contains(all[start..end])) continue;
                tokens.Add(all[start..end]);
                merges.Add($"{all[start..(end - 1)]} {all[(end - 1)..end]}");
            }
        }

        GgufBytes file = Vocabulary("gpt2", [.. tokens], []).With("tokenizer.ggml.pre", name)
            .With("tokenizer.ggml.merges", merges.ToArray()).Key("tokenizer.ggml.add_bos_token", false);
        Tokenizer tokenizer = Load(file);
        Assert.Equal(words, tokenizer.Encode(text).Select(id => tokenizer.IdToToken(id)));
    }

    [Fact]
    public void What_is_not_known_of_a_tokenizer_is_told()
    {
        GgufBytes file = Vocabulary("gpt2", ["a"], []);
        Says(() => Load(file.With("tokenizer.ggml.pre", "kimi-k2")), "model.gguf", "'tokenizer.ggml.pre'", "'kimi-k2'");
        Says(() => Load(file.Without("tokenizer.ggml.pre")), "'tokenizer.ggml.pre'", "found nothing");
        foreach (string kind in (string[])["bert", "t5", "rwkv", "plamo2", "gemma4"])
        {
            Says(() => Load(file.With("tokenizer.ggml.model", kind)), "'tokenizer.ggml.model'", "'gpt2'", "'llama'", $"'{kind}'");
        }

        Says(() => Load(Vocabulary("gpt2", ["a"], []).Without("tokenizer.ggml.merges")), "'tokenizer.ggml.merges'", "found nothing");
        Says(() => Load(Vocabulary("gpt2", ["a"], ["a b c"])), "'tokenizer.ggml.merges'", "merge 0", "'a b c'");
        Says(() => Load(Vocabulary("gpt2", ["a"], ["a a"])), "model.merges[0]", "'aa'", "not in model.vocab");
        Says(() => Load(Vocabulary("gpt2", ["a", "a"], [])), "model.vocab has 'a' twice");
        GgufBytes pieces = Vocabulary("llama", ["<unk>", "<s>", "</s>"], []);
        Says(() => Load(pieces.With("tokenizer.ggml.scores", new[] { 1f, 2f })), "for each of 3 tokens", "an array of 2 f32");
        Says(() => Load(pieces.Without("tokenizer.ggml.scores")), "'tokenizer.ggml.scores'", "found nothing");
        Says(() => Load(Vocabulary("gpt2", ["a"], []).Key("tokenizer.ggml.add_bos_token", true)), "add_bos_token", "expected false");
        Says(
            () => Load(Vocabulary("gpt2", ["a"], []).With("tokenizer.ggml.token_type", new[] { 1, 1 })),
            "'tokenizer.ggml.token_type'", "one for each of 1 tokens");
        byte[] broken = Vocabulary("gpt2", ["\u0001\u0002"], []).ToArray();
        broken[broken.AsSpan().IndexOf("\u0001\u0002"u8)] = 0xFF;
        File.WriteAllBytes(_folder["model.gguf"], broken);
        Says(() => GgufFolder.Open(_folder["model.gguf"]).ReadTokenizer(), "'tokenizer.ggml.tokens'", "UTF-8", "token 0");
    }

    [Fact]
    public void A_file_without_tokenizer_has_none()
    {
        GgufFolder folder = Open(Vocabulary("none", ["a"], []));
        Assert.Equal(["config.json", "generation_config.json"], folder.Names);
        Assert.Null(folder.ReadTokenizer());
        Assert.Null(folder.Read("tokenizer.json"));
        Assert.Null(folder.Read("tokenizer_config.json"));
        Assert.Null(folder.Read("special_tokens_map.json"));
    }

    [Fact]
    public void Tokens_around_a_text_are_those_of_the_keys()
    {
        string[] tokens = ["<unk>", "<s>", "</s>", "▁", "a", "▁a"];
        int[] kinds = [2, 3, 3, 1, 1, 1];
        GgufBytes file = Vocabulary("llama", tokens, []).With("tokenizer.ggml.token_type", kinds);
        Assert.Equal([1, 5], Load(file).Encode("a", addSpecialTokens: true));
        Assert.Equal([1, 5, 2], Load(file.Key("tokenizer.ggml.add_eos_token", true)).Encode("a", addSpecialTokens: true));
        Assert.Equal([5, 2], Load(file.Key("tokenizer.ggml.add_bos_token", false)).Encode("a", addSpecialTokens: true));
        // Behind a special token the text begins anew.
        Assert.Equal([5, 2, 5], Load(file).Encode("a</s>a"));
        Assert.Equal("a</s> a", Load(file).Decode([5, 2, 5]));
        Assert.Equal([4, 2, 4], Load(file.Key("tokenizer.ggml.add_space_prefix", false)).Encode("a</s>a"));
        Assert.Equal([5, 2, 5], Load(file).Encode(" a</s> a"));
    }

    [Fact]
    public void Phis_tokens_take_the_white_space_behind_them()
    {
        string[] tokens = ["<unk>", "<s>", "</s>", "▁", "a", "<|end|>", "<0x0A>"];
        GgufBytes file = Vocabulary("llama", tokens, []).With("tokenizer.ggml.token_type", new[] { 2, 3, 4, 1, 1, 3, 6 })
            .Key("tokenizer.ggml.add_space_prefix", false).Key("general.name", "Phi 3");
        Assert.Equal([5, 6, 4], Load(file).Encode("<|end|>\na"));
        file.With("general.name", "My Phi-3 mini");
        Assert.Equal([5, 4, 2, 4, 1, 6], Load(file).Encode("<|end|>\na</s> a<s>\n"));
    }

    [Fact]
    public void Templates_are_files_of_their_names()
    {
        GgufFolder folder = Open(
            Vocabulary("gpt2", ["a"], []).Key("tokenizer.chat_template", "one ä")
                .Key("tokenizer.chat_templates", new[] { "tool_use", "rag" })
                .Key("tokenizer.chat_template.tool_use", "two").Key("tokenizer.chat_template.rag", "three"));
        Assert.Equal(
            ["chat_template.jinja", "additional_chat_templates/tool_use.jinja", "additional_chat_templates/rag.jinja"],
            folder.Names.Where(n => n.EndsWith(".jinja", StringComparison.Ordinal)));
        Assert.Equal("one ä", Encoding.UTF8.GetString(folder.Read("chat_template.jinja")!));
        Assert.Equal("three", Encoding.UTF8.GetString(folder.Read("additional_chat_templates/rag.jinja")!));
        Says(
            () => Open(Vocabulary("gpt2", ["a"], []).Key("tokenizer.chat_template.../x", "y")),
            "model.gguf", "'tokenizer.chat_template.../x'", "letters");
    }

    [Fact]
    public void The_config_names_the_special_tokens()
    {
        GgufBytes file = Vocabulary("llama", ["<unk>", "<s>", "</s>", "a"], [])
            .With("tokenizer.ggml.token_type", new[] { 2, 3, 3, 1 }).Key("tokenizer.ggml.padding_token_id", 3u);
        Tokenizer tokenizer = Load(file);
        Assert.Equal(("<s>", "</s>", "<unk>", "a"), (tokenizer.BeginningOfSequence, tokenizer.EndOfSequence, tokenizer.UnknownToken, tokenizer.PaddingToken));
        Assert.True(tokenizer.IsSpecial(1));
        JsonObject config = JsonNode.Parse(Open(file).Read("tokenizer_config.json")!)!.AsObject();
        Assert.Equal((512, true), ((int)config["model_max_length"]!, (bool)config["add_bos_token"]!));
    }

    [Fact]
    public void An_empty_token_is_no_text()
    {
        Tokenizer tokenizer = Load(Vocabulary("llama", ["<unk>", "<s>", "</s>", "a", ""], []));
        Assert.Equal("[EMPTY_4]", tokenizer.IdToToken(4));
    }

    [SharedTheory("gguf/vocab")]
    [InlineData("phi-3")]
    public void Scores_of_a_published_vocabulary_decide_as_llama_cpp_has_it(string name)
    {
        GgufFolder folder = SharedVocabulary.Open(name, _folder);
        Agree(folder, RandomText.WellFormed.Generator, 300);
        Gen<string> runs = Gen.Elements(" ", "  ", "a", "the ", "▁", "\n", "=", "0").ListOf().Select(string.Concat);
        Agree(folder, runs, 300);
    }

    [Fact]
    public void Scores_decide_as_llama_cpp_has_it()
    {
        // Few letters, many tokens and few different scores: ties, overlaps, parts that are no tokens, characters that are none.
        string[] bytes = [.. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")];
        Random random = new(7);
        for (int world = 0; world < 24; world++)
        {
            HashSet<string> words = [];
            string letters = world % 2 == 0 ? "ab▁é" : "ab▁é😀c";
            while (words.Count < 30)
            {
                Rune[] runes = [.. letters.EnumerateRunes()];
                words.Add(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => runes[random.Next(runes.Length)])));
            }

            string[] tokens = ["<unk>", "<s>", "</s>", .. bytes, .. words];
            float[] scores = [.. tokens.Select(_ => (float)-random.Next(world % 3 == 0 ? 3 : 40))];
            int[] kinds = [2, 3, 3, .. bytes.Select(_ => 6), .. words.Select(_ => 1)];
            GgufFolder folder = Open(Vocabulary("llama", tokens, []).With("tokenizer.ggml.scores", scores)
                .With("tokenizer.ggml.token_type", kinds).Key("tokenizer.ggml.add_space_prefix", world % 5 == 0));
            Gen<string> texts = Gen.Elements("a", "b", " ", "é", "😀", "c", "aa", "▁", "d").ListOf().Select(string.Concat);
            Agree(folder, texts, 100);
        }
    }

    [Fact]
    public void Transformers_form_has_merges_where_ours_has_scores()
    {
        string[] tokens = ["<unk>", "<s>", "</s>", "a", "b", "ab", "aab", "aa"];
        GgufBytes file = Vocabulary("llama", tokens, []).With("tokenizer.ggml.scores", new float[] { 0, 0, 0, -9, -9, -1, -2, -1 })
            .With("tokenizer.ggml.token_type", new[] { 2, 3, 3, 1, 1, 1, 1, 1 }).Key("tokenizer.ggml.add_space_prefix", false);
        GgufFolder folder = Open(file);
        JsonNode model = JsonNode.Parse(folder.Read("tokenizer.json")!)!["model"]!;
        Assert.Null(model["scores"]);
        Assert.Equal("""[["a","b"],["a","a"],["aa","b"],["a","ab"]]""", model["merges"]!.ToJsonString());
        Tokenizer theirs = Tokenizer.FromJson(folder.Read("tokenizer.json"), folder.Read("tokenizer_config.json"));
        Assert.Equal([6], theirs.Encode("aab"));
        // Of equal scores the leftmost goes first.
        Assert.Equal([7, 4], Load(file.With("tokenizer.ggml.tokens", tokens.Select(t => t == "aab" ? "x" : t).ToArray())).Encode("aab"));
    }

    private static void Agree(GgufFolder folder, Gen<string> texts, int cases)
    {
        ScoreOracle oracle = new(GgufVocabulary.Read(GgufFile.Open(folder.Files[0]).Metadata)!);
        Tokenizer tokenizer = SharedVocabulary.WithoutSpecial(folder);
        Prop.ForAll(Arb.From(texts), text =>
        {
            if (!oracle.HasUsersTokens(text)) Assert.Equal(oracle.Encode(text), tokenizer.Encode(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));
    }

    /// <summary>A vocabulary in a file whose model is of no matter.</summary>
    private static GgufBytes Vocabulary(string kind, string[] tokens, string[] merges) => new GgufBytes()
        .Key("general.architecture", "llama").Key("llama.block_count", 1u).Key("llama.context_length", 512u)
        .Key("llama.embedding_length", 32u).Key("llama.feed_forward_length", 64u).Key("llama.attention.head_count", 2u)
        .Key("llama.attention.layer_norm_rms_epsilon", 1e-5f).Key("llama.vocab_size", (uint)tokens.Length)
        .Key("tokenizer.ggml.model", kind).Key("tokenizer.ggml.pre", "gpt-2").Key("tokenizer.ggml.tokens", tokens)
        .Key("tokenizer.ggml.merges", merges).Key("tokenizer.ggml.scores", new float[tokens.Length]);

    private Tokenizer Load(GgufBytes file) => SharedVocabulary.Of(Open(file));

    private GgufFolder Open(GgufBytes file)
    {
        File.WriteAllBytes(_folder["model.gguf"], file.ToArray());
        return GgufFolder.Open(_folder["model.gguf"]);
    }

    private static JsonNode Shared(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Places.Shared, file)))!;

    private static void Says(Action act, params string[] words)
    {
        string message = Assert.Throws<InputException>(act).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }
}
