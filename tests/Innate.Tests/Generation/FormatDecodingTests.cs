using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Generation;
using Innate.Generation.Formats;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Generation;

/// <summary>Replies that keep to a format whatever the model wants to say.</summary>
public class FormatDecodingTests
{
    private const int End = 300;

    private static readonly Tokenizer Tiny = Tokenizer.Load(EmbeddedModel.Folder);

    // All bytes, and tokens that lie across the format's parts.
    private static readonly Tokenizer Pieces = WithPieces(
        "[[", ", ", "]]", "10", "1,", " 1", "7, 3", "\":", "{\"", "Yes", "Ye", "é", "0]");

    [Fact]
    public void Ten_thousand_random_models_all_give_a_verdict_that_parses()
    {
        string[] names = ["model-1", "model-2", "model-3"];
        TextFormat verdict = TextFormats.OneOf(["Yes", "No", "Yes, but"]);
        TextFormat scores = TextFormats.Sequence(TextFormats.Text("["), TextFormats.Wholes(3, 1, 10), TextFormats.Text("]"));
        TextFormat reply = TextFormats.JsonObject(
        [
            ("thoughts", TextFormats.JsonString),
            ("scores", TextFormats.JsonObject(names.Select(n => (n, TextFormats.Whole(1, 5))))),
            ("best-to-worst", TextFormats.JsonOrder(names)),
        ]);
        Dictionary<string, int> said = [];
        for (int i = 0; i < 10_000; i++)
        {
            Tokenizer tokenizer = i % 2 == 0 ? Tiny : Pieces;
            string text = Sample(i % 4 < 2 ? verdict : scores, tokenizer, i, limit: 12 + (i % 30));
            if (i % 4 < 2) Assert.Contains(text, (string[])["Yes", "No", "Yes, but"]);
            else Assert.All(Read(text), n => Assert.InRange(n, 1, 10));
            said[text] = said.GetValueOrDefault(text) + 1;
            if (i % 20 > 0) continue;

            // The free string takes whatever is left, and the rest still has room.
            JsonObject json = JsonNode.Parse(Sample(reply, tokenizer, i, limit: 130))!.AsObject();
            Assert.Equal(names, json["best-to-worst"]!.AsArray().Select(n => (string)n!).Order());
            Assert.All(names, n => Assert.InRange((int)json["scores"]![n]!, 1, 5));
            Assert.NotNull((string?)json["thoughts"]);
        }

        Assert.True(said.Count > 600, $"{said.Count} different replies");

        static int[] Read(string text) => JsonSerializer.Deserialize<int[][]>(text)!.Single() is { Length: 3 } three ? three
            : throw new InvalidOperationException(text);
    }

    [Fact]
    public void What_may_come_is_what_begins_a_text_of_the_format_and_nothing_else()
    {
        // The oracle knows all texts of the format and tries every token.
        string[] texts = [.. from a in Enumerable.Range(1, 10) from b in Enumerable.Range(1, 10) select $"[[{a}, {b}]]"];
        TextFormat format = TextFormats.Sequence(TextFormats.Text("["), TextFormats.Wholes(2, 1, 10), TextFormats.Text("]"));
        TokenFormat tokens = new(format, Pieces);
        HashSet<string> seen = [];
        Follow(new FormatCursor(tokens, [End]), []);
        Assert.True(seen.Count > 300);

        void Follow(FormatCursor cursor, int[] ids)
        {
            string text = tokens.TextOf(ids);
            if (!seen.Add(text)) return;
            int[] expected =
            [
                .. Enumerable.Range(0, Pieces.VocabularySize).Where(id => tokens.TextOf([id]) is { Length: > 0 } own
                    && texts.Any(t => t.StartsWith(text + own, StringComparison.Ordinal))),
                .. texts.Contains(text) ? (int[])[End] : [],
            ];
            Assert.Equal(expected, cursor.Allowed(left: 100));
            foreach (int id in expected.Where(id => id != End))
            {
                FormatCursor next = new(tokens, [End]);
                foreach (int before in (int[])[.. ids, id]) next.Take(before);
                Follow(next, [.. ids, id]);
            }
        }
    }

    [Fact]
    public void What_is_drawn_is_the_softmax_over_what_may_come()
    {
        TokenFormat format = new(TextFormats.OneOf(["Yes", "Yellow", "No"]), Pieces);
        Random random = new(5);
        foreach (double temperature in (double[])[1, 0.5])
        {
            float[] logits = [.. Enumerable.Range(0, 301).Select(_ => (float)(4 * random.NextDouble()))];
            int[] allowed = new FormatCursor(format, [End]).Allowed(10);
            Assert.Equal(["N", "Y", "Yes", "Ye"], allowed.Select(id => format.TextOf([id])));
            double total = allowed.Sum(id => Math.Exp(logits[id] / temperature));
            const int Draws = 20_000;
            int[] counts = new int[301];
            for (int i = 0; i < Draws; i++)
            {
                counts[Sampler.Sample(logits, allowed, new SamplingOptions { Temperature = temperature }, i / (double)Draws)]++;
            }

            // Evenly spaced numbers in place of random ones: each share is its probability, to one number at either end.
            for (int id = 0; id < counts.Length; id++)
            {
                double p = allowed.Contains(id) ? Math.Exp(logits[id] / temperature) / total : 0;
                Assert.Equal(p, counts[id] / (double)Draws, 1.5 / Draws);
            }
        }
    }

    [Fact]
    public void A_model_that_wants_something_else_keeps_to_the_format_within_the_limit_and_the_context()
    {
        using LanguageModel model = LanguageModel.LoadDefault();
        int[] prompt = Tiny.Encode("<|im_start|>user\nWhat is 47 + 85?<|im_end|>\n<|im_start|>assistant\n");
        int end = Tiny.TokenToId("<|im_end|>")!.Value;
        TokenFormat format = new(
            TextFormats.JsonObject([("answer", TextFormats.JsonString), ("sure", TextFormats.Text("true"))]), Tiny);
        SamplingOptions options = new() { Format = format, StopIds = [end], MaxTokens = 40, Temperature = 2, Seed = 3 };
        GeneratedResponse[] replies = model.Generate([prompt], 8, options)[0];
        foreach (GeneratedResponse reply in replies)
        {
            Assert.Equal(FinishReason.Stop, reply.FinishReason);
            Assert.True(JsonNode.Parse(GeneratedText.Of(Tiny, prompt, reply))!["sure"]!.GetValue<bool>());
        }

        Assert.True(replies.Select(r => r.TokenIds.Length).Max() == 40, "one was driven to the limit");

        // One seed, one reply, whatever is sampled beside it; the log-probabilities stay the model's own.
        GeneratedResponse[] again = model.Generate([prompt, [.. prompt, .. prompt]], 2, options)[0];
        Assert.Equal(replies[1].TokenIds, again[1].TokenIds);
        Assert.Equal(model.Trace([new(prompt, [replies[0].TokenIds])])[0][0].LogProbability, replies[0].LogProbabilities);

        // The context is a limit, too: 512 positions.
        int[] long_ = [.. Enumerable.Repeat(prompt[0], 480)];
        GeneratedResponse last = model.Generate([long_], 1, options with { MaxTokens = 200, Temperature = 1 })[0][0];
        Assert.NotNull(JsonNode.Parse(GeneratedText.Of(Tiny, long_, last)));
        Assert.Contains("takes at least", Assert.Throws<InputException>(() =>
            model.Generate([[.. Enumerable.Repeat(prompt[0], 495)]], 1, options)).Message, StringComparison.Ordinal);
        Assert.Contains("stop ids", Assert.Throws<InputException>(() =>
            model.Generate([prompt], 1, options with { StopIds = [] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_every_state_the_least_tokens_are_enough()
    {
        // At exactly the least number, every reply ends; one fewer is refused before it begins.
        TextFormat format = TextFormats.JsonObject(
            [("a", TextFormats.JsonString), ("b", TextFormats.JsonOrder(["x", "yy", "z"]))]);
        foreach (Tokenizer tokenizer in (Tokenizer[])[Tiny, Pieces])
        {
            TokenFormat tokens = new(format, tokenizer);
            int least = tokens.Start.LeastTokens;
            Assert.InRange(least, 15, 1 + Encoding.UTF8.GetByteCount("{\"a\": \"\", \"b\": [\"x\", \"yy\", \"z\"]}"));
            for (int i = 0; i < 300; i++) Assert.NotNull(JsonNode.Parse(Sample(format, tokenizer, i, least + (i % 5))));
            Assert.Throws<InputException>(() => FormatCursor.Require(tokens, [End], least - 1));
        }
    }

    [Fact]
    public void A_tokenizer_without_the_formats_characters_is_refused()
    {
        Tokenizer letters = Tokenizer.FromJson(Encoding.UTF8.GetBytes(
            """{"model":{"type":"BPE","vocab":{"Y":0,"e":1,"s":2},"merges":[]},"decoder":{"type":"Fuse"}}"""));
        Assert.Equal("Yes", Sample(TextFormats.OneOf(["Yes", "No"]), letters, 1, 9));
        Assert.Contains("no tokens for the characters", Assert.Throws<InputException>(() =>
            new TokenFormat(TextFormats.OneOf(["No"]), letters)).Message, StringComparison.Ordinal);
    }

    [SharedFact("models/stories260k")]
    public void A_tokenizer_with_marks_for_blanks_and_bytes_of_last_resort_keeps_formats_too() =>
        Keeps(Path.Combine(Places.Shared, "models", "stories260k"));

    [SharedFact("models/smollm2")]
    public void A_large_vocabulary_keeps_formats_too() =>
        Keeps(Path.Combine(Places.Shared, "models", "smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"));

    private static void Keeps(string folder)
    {
        Tokenizer tokenizer = Tokenizer.Load(folder);
        TextFormat format = TextFormats.JsonObject(
        [
            ("note", TextFormats.JsonString), ("scores", TextFormats.Wholes(2, 1, 10)),
            ("word", TextFormats.OneOf(["\"a b\"", "\"né\""])),
        ]);
        for (int i = 0; i < 40; i++)
        {
            JsonNode json = JsonNode.Parse(Sample(format, tokenizer, i, 60))!;
            Assert.All(json["scores"]!.AsArray(), n => Assert.InRange((int)n!, 1, 10));
            Assert.Contains((string)json["word"]!, (string[])["a b", "né"]);
        }
    }

    // A model whose every state has random logits, wild enough to want one token above all.
    private static string Sample(TextFormat format, Tokenizer tokenizer, int seed, int limit)
    {
        TokenFormat tokens = Known(format, tokenizer);
        Random random = new(seed);
        int end = Math.Max(End, tokenizer.VocabularySize);
        FormatCursor cursor = new(tokens, [end]);
        float[] logits = new float[end + 1];
        List<int> ids = [];
        while (true)
        {
            for (int i = 0; i < logits.Length; i++) logits[i] = (float)(12 * random.NextDouble());
            int id = Sampler.Sample(logits, cursor.Allowed(limit - ids.Count), new SamplingOptions(), random.NextDouble());
            if (id == end) break;
            ids.Add(id);
            cursor.Take(id);
        }

        Assert.True(ids.Count < limit);

        // What the tokens write and what the tokenizer decodes is the same text.
        string text = tokens.TextOf(ids);
        Assert.EndsWith(
            text, tokenizer.Decode([.. tokenizer.Encode("Ye"), .. ids], skipSpecialTokens: true), StringComparison.Ordinal);
        return text;
    }

    private static readonly Dictionary<(TextFormat, Tokenizer), TokenFormat> Formats = [];

    private static TokenFormat Known(TextFormat format, Tokenizer tokenizer)
    {
        lock (Formats)
        {
            if (!Formats.TryGetValue((format, tokenizer), out TokenFormat? known))
            {
                Formats[(format, tokenizer)] = known = new TokenFormat(format, tokenizer);
            }

            return known;
        }
    }

    private static Tokenizer WithPieces(params string[] pieces)
    {
        JsonObject vocabulary = [];
        for (int b = 0; b < 256; b++) vocabulary[Written([(byte)b])] = b;
        foreach (string piece in pieces) vocabulary[Written(Encoding.UTF8.GetBytes(piece))] = vocabulary.Count;
        const string ByteLevel = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false,"trim_offsets":false}""";
        JsonObject json = new()
        {
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
            ["pre_tokenizer"] = JsonNode.Parse(ByteLevel),
            ["decoder"] = JsonNode.Parse(ByteLevel),
        };
        return Tokenizer.FromJson(Encoding.UTF8.GetBytes(json.ToJsonString()));

        static string Written(byte[] bytes) =>
            string.Concat(bytes.Select(b => Innate.Text.Tokenization.ByteLevelAlphabet.CharOfByte[b]));
    }
}
