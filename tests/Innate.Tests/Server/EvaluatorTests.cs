using System.Globalization;
using System.Net;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Server;

/// <summary>
/// lm-evaluation-harness' <c>local-completions</c>, its reading of replies written down again: choices by index, the sum of
/// token_logprobs[ctxlen:-1], and an answer counts as greedy only where each value equals the largest of top_logprobs.
/// </summary>
public sealed class EvaluatorTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private readonly Tokenizer _tokenizer = Tokenizer.Load(EmbeddedModel.Folder);

    private RunningServer Server => tiny.Server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_likelihoods_are_the_models_and_greediness_is_seen(bool asIds)
    {
        (string Context, string Continuation)[] cases = [("What is 2", " + 2?"), ("What is 47 + ", "85"), ("a", "b")];
        using LanguageModel model = LanguageModel.LoadDefault();
        int[][] contexts = [.. cases.Select(c => _tokenizer.Encode(c.Context))];
        int[][] whole = [.. cases.Select(c => asIds
            ? [.. _tokenizer.Encode(c.Context), .. _tokenizer.Encode(c.Continuation)]
            : _tokenizer.Encode(c.Context + c.Continuation))];
        string prompt = asIds ? JsonSerializer.Serialize(whole)
            : JsonSerializer.Serialize(cases.Select(c => c.Context + c.Continuation));
        Reply reply = await Server.Post(
            "/v1/completions",
            $$"""{"model":"innate-tiny","prompt":{{prompt}},"temperature":0,"max_tokens":1,"logprobs":1,"seed":1234,"echo":true}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        JsonElement[] choices =
            [.. reply.Json.GetProperty("choices").EnumerateArray().OrderBy(c => c.GetProperty("index").GetInt32())];
        for (int i = 0; i < choices.Length; i++)
        {
            JsonElement logprobs = choices[i].GetProperty("logprobs");
            JsonElement[] values = [.. logprobs.GetProperty("token_logprobs").EnumerateArray()];
            JsonElement[] tops = [.. logprobs.GetProperty("top_logprobs").EnumerateArray()];
            Assert.Equal(whole[i].Length + 1, values.Length); // no BOS, and exactly one token drawn
            Assert.Equal(JsonValueKind.Null, values[0].ValueKind);
            Assert.Equal(JsonValueKind.Null, tops[0].ValueKind);
            int context = contexts[i].Length;
            TokenTrace trace = model.Trace([new TraceQuery(whole[i][..context], [whole[i][context..]])])[0][0];
            Assert.Equal(trace.LogProbability, values[context..^1].Select(v => v.GetDouble()));

            bool greedy = true;
            for (int t = context; t < values.Length - 1; t++)
            {
                greedy &= values[t].GetDouble() == tops[t].EnumerateObject().Max(p => p.Value.GetDouble());
            }

            Assert.Equal(Enumerable.Range(0, trace.Length).All(h => IsGreedy(model, whole[i][..(context + h)], trace.Tokens[h])),
                greedy);
            // the one drawn is the likeliest
            Assert.Equal(values[^1].GetDouble(), tops[^1].EnumerateObject().Max(p => p.Value.GetDouble()));

            // The text's characters, as the gguf client counts them.
            string text = choices[i].GetProperty("text").GetString()!;
            int[] offsets = [.. logprobs.GetProperty("text_offset").EnumerateArray().Select(o => o.GetInt32())];
            string[] tokens = [.. logprobs.GetProperty("tokens").EnumerateArray().Select(o => o.GetString()!)];
            for (int t = 0; t < whole[i].Length; t++) Assert.Equal(tokens[t], text.Substring(offsets[t], tokens[t].Length));
        }
    }

    [Fact]
    public async Task The_token_drawn_after_the_reading_is_the_one_that_drawing_gives()
    {
        const string Ask = """ "prompt":"What is 47 +","temperature":0,"max_tokens":1,"logprobs":2""";
        JsonElement read = (await Server.Post("/v1/completions", "{" + Ask + ",\"echo\":true}")).Json.GetProperty("choices")[0]
            .GetProperty("logprobs");
        JsonElement drawn = (await Server.Post("/v1/completions", "{" + Ask + "}")).Json.GetProperty("choices")[0]
            .GetProperty("logprobs");
        Assert.Equal(drawn.GetProperty("token_logprobs")[0].GetRawText(),
            read.GetProperty("token_logprobs").EnumerateArray().Last().GetRawText());
        Assert.Equal(drawn.GetProperty("top_logprobs")[0].GetRawText(),
            read.GetProperty("top_logprobs").EnumerateArray().Last().GetRawText());
        Assert.Equal(drawn.GetProperty("tokens")[0].GetString(), read.GetProperty("tokens").EnumerateArray().Last().GetString());
    }

    [Fact]
    public async Task Generation_ends_before_a_stop_text_streamed_or_not()
    {
        const string Ask =
            """ "prompt":"<|im_start|>user\nWhat is 47 + 85?<|im_end|>\n<|im_start|>assistant\n","temperature":0,"max_tokens":40,"seed":1""";
        string all = Text(await Server.Post("/v1/completions", "{" + Ask + "}"));
        Assert.Contains("+ 5", all, StringComparison.Ordinal);
        Reply stopped = await Server.Post("/v1/completions", "{" + Ask + ",\"stop\":[\"never\",\"+ 5\"]}");
        Assert.Equal(all[..all.IndexOf("+ 5", StringComparison.Ordinal)], Text(stopped));
        Assert.Equal("stop", stopped.Json.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("+ 5", stopped.Json.GetProperty("choices")[0].GetProperty("stop_reason").GetString());
        Reply streamed = await Server.Post("/v1/completions", "{" + Ask + ",\"stop\":[\"never\",\"+ 5\"],\"stream\":true}");
        Assert.Equal(Text(stopped),
            string.Concat(Events(streamed).Select(e => e.GetProperty("choices")[0].GetProperty("text").GetString())));
        Assert.EndsWith("data: [DONE]\n\n", streamed.Body, StringComparison.Ordinal);

        static string Text(Reply reply) => reply.Json.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    [Fact]
    public async Task A_seed_decides_every_draw_whatever_is_drawn_beside_it()
    {
        string body = """{"prompt":"What is","max_tokens":12,"seed":5,"n":3,"logprobs":0}""";
        string[] alone = Texts(await Server.Post("/v1/completions", body));
        Reply[] together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Server.Post(
            "/v1/completions", i % 2 == 0 ? body
                : string.Create(CultureInfo.InvariantCulture, $$"""{"prompt":"a","max_tokens":20,"seed":{{i}},"n":5}"""))));
        for (int i = 0; i < 8; i += 2) Assert.Equal(alone, Texts(together[i]));
        Assert.Equal(3, alone.Distinct().Count());

        static string[] Texts(Reply r) =>
            [.. r.Json.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("text").GetString()!)];
    }

    [Fact]
    public async Task Prompt_logprobs_have_ranks_and_the_likeliest_by_id()
    {
        Reply reply = await Server.Post("/v1/completions", """{"prompt":[300,301,302,48],"max_tokens":0,"prompt_logprobs":3}""");
        JsonElement prompt = reply.Json.GetProperty("choices")[0].GetProperty("prompt_logprobs");
        Assert.Equal(JsonValueKind.Null, prompt[0].ValueKind);
        using LanguageModel model = LanguageModel.LoadDefault();
        TokenTrace trace = model.Trace([new TraceQuery([300], [[301, 302, 48]])])[0][0];
        for (int t = 1; t < 4; t++)
        {
            Dictionary<string, JsonElement> byId = prompt[t].EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
            JsonElement own = byId[trace.Tokens[t - 1].ToString(CultureInfo.InvariantCulture)];
            Assert.Equal(trace.LogProbability[t - 1], own.GetProperty("logprob").GetDouble());
            double[] ranked =
                [.. byId.Values.OrderBy(v => v.GetProperty("rank").GetInt32()).Select(v => v.GetProperty("logprob").GetDouble())];
            Assert.Equal(ranked.OrderDescending(), ranked);
            Assert.Equal([1, 2, 3], byId.Values.Select(v => v.GetProperty("rank").GetInt32()).Order().Take(3));
        }
    }

    [Fact]
    public async Task SGLang_gives_triples_and_the_first_has_none()
    {
        Reply reply = await Server.Post(
            "/generate",
            """{"input_ids":[[300,301,302],[300,5]],"sampling_params":{"max_new_tokens":2,"temperature":0},"return_logprob":true,"logprob_start_len":0,"top_logprobs_num":2,"return_text_in_logprobs":true}""");
        Assert.Equal(2, reply.Json.GetArrayLength());
        JsonElement meta = reply.Json[0].GetProperty("meta_info");
        JsonElement input = meta.GetProperty("input_token_logprobs");
        Assert.Equal("[null,300,", input[0].GetRawText()[..10]);
        using LanguageModel model = LanguageModel.LoadDefault();
        TokenTrace trace = model.Trace([new TraceQuery([300], [[301, 302]])])[0][0];
        Assert.Equal(trace.LogProbability, input.EnumerateArray().Skip(1).Select(t => t[0].GetDouble()));
        Assert.Equal(JsonValueKind.Null, meta.GetProperty("input_top_logprobs")[0].ValueKind);
        JsonElement output = meta.GetProperty("output_token_logprobs"), top = meta.GetProperty("output_top_logprobs");
        Assert.Equal(2, output.GetArrayLength());
        Assert.Equal(output[0].GetRawText(), top[0][0].GetRawText()); // greedy: the drawn one is the likeliest
        Assert.Equal(reply.Json[0].GetProperty("output_ids")[1].GetInt32(), output[1][1].GetInt32());

        // One prompt gives an object, and without a start only what was drawn has numbers.
        Reply one = await Server.Post("/generate",
            """{"text":"What is","sampling_params":{"max_new_tokens":1},"return_logprob":true}""");
        Assert.Equal(0, one.Json.GetProperty("meta_info").GetProperty("input_token_logprobs").GetArrayLength());
    }

    [Fact]
    public async Task The_remote_tokenizer_counts_as_the_model_does()
    {
        Reply info = await Server.Get("/tokenizer_info");
        Assert.Equal("<|im_end|>", info.Json.GetProperty("eos_token").GetString());
        Assert.Contains("im_start", info.Json.GetProperty("chat_template").GetString(), StringComparison.Ordinal);
        Reply ids = await Server.Post("/tokenize", """{"prompt":"What is 47 + 85?","add_special_tokens":false}""");
        Assert.Equal(_tokenizer.Encode("What is 47 + 85?"),
            ids.Json.GetProperty("tokens").EnumerateArray().Select(x => x.GetInt32()));
        Reply text = await Server.Post("/detokenize", $$"""{"tokens":{{ids.Json.GetProperty("tokens").GetRawText()}}}""");
        Assert.Equal("What is 47 + 85?", text.Json.GetProperty("prompt").GetString());
    }

    [Theory]
    [InlineData("""{"prompt":"a","logit_bias":{"5":1}}""", "\"logit_bias\": logits are not biased here")]
    [InlineData("""{"prompt":"a","logprobs":21}""", "\"logprobs\": expected a whole number from 0 to 20, found the number 21")]
    [InlineData("""{"prompt":"a","prompt_logprobs":-1}""",
        "\"prompt_logprobs\": expected a whole number from 0 to 20, found the number -1")]
    [InlineData("""{"prompt":"a","best_of":3}""",
        "\"best_of\": expected as many as \"n\" (1), found 3: nothing is sampled to be thrown away")]
    [InlineData("""{"prompt":"a","max_token":5}""", "the field \"max_token\" is not understood here; leave it out")]
    [InlineData("""{"prompt":"a","stream":true,"return_token_ids":true}""", "\"return_token_ids\": not in a stream")]
    [InlineData("""{"prompt":[]}""", "\"prompt\" is empty; expected at least one prompt")]
    [InlineData("""{"prompt":""}""", "\"prompt\": the prompt encodes to no token; the model needs at least one to start from")]
    public async Task What_is_not_supported_is_refused_by_name(string body, string sentence) =>
        Assert.Equal(sentence, (await Server.Post("/v1/completions", body)).Error);

    internal static List<JsonElement> Events(Reply reply) =>
    [
        .. reply.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(e => e["data: ".Length..]).Where(e => e != "[DONE]").Select(e => JsonDocument.Parse(e).RootElement),
    ];

    private static bool IsGreedy(LanguageModel model, int[] before, int token) =>
        model.TraceLikeliest([new TraceQuery(before, [[token]])], 1)[0][0].Likeliest![0].Rank == 1;
}
