using System.Globalization;
using System.Net;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Rewards;
using Innate.Server.Rewards;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Server;

/// <summary>The dialects that trainers speak, and their traps.</summary>
public sealed class TrainerTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Prompt = "<|im_start|>user\nWhat is 47 + 85?<|im_end|>\n<|im_start|>assistant\n";

    private RunningServer Server => tiny.Server;

    [Fact]
    public async Task OpenRLHF_gets_lists_of_numbers_under_its_names_and_nothing_it_does_not_know_of_before_them()
    {
        double reward = Reward(Prompt, "132<|im_end|>");
        Reply reply = await Server.Post("/get_reward", Body([Prompt + "132<|im_end|>"], [Prompt]));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture,
                $$"""{"rewards":[{{reward}}],"scores":[{{Trainers.Squash(reward)}}],"extra_logs":{"response_tokens":[4],"log_likelihood":["""),
            reply.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenRLHFs_second_server_gets_empty_lists_and_answers_with_empty_lists()
    {
        Reply reply = await Server.Post("/get_reward", """{"query": [], "prompts": [], "labels": []}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.StartsWith(
            """{"rewards":[],"scores":[],"extra_logs":{"response_tokens":[],"log_likelihood":[],"mean_log_likelihood":[],"entropy":[]}""",
            reply.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenRLHFs_logs_have_the_same_keys_in_every_reply()
    {
        string[] bodies = ["""{"query":[],"prompts":[]}""", Body([Prompt + "1"], [Prompt]),
            Body([Prompt + "1", Prompt + "22"], [Prompt, Prompt])];
        List<string> keys = [];
        foreach (string body in bodies)
        {
            JsonElement logs = (await Server.Post("/get_reward", body)).Json.GetProperty("extra_logs");
            keys.Add(string.Join(',', logs.EnumerateObject().Select(p => p.Name)));
            Assert.All(logs.EnumerateObject(), p =>
                Assert.All(p.Value.EnumerateArray(), v => Assert.Equal(JsonValueKind.Number, v.ValueKind)));
        }

        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task OpenRLHFs_one_sample_requests_come_back_each_with_its_own_reward()
    {
        string[] responses = [.. Enumerable.Range(100, 40).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        Reply[] replies = await Task.WhenAll(responses.Select(r => Server.Post("/get_reward", Body([Prompt + r], [Prompt]))));
        for (int i = 0; i < replies.Length; i++)
        {
            Assert.Equal(Reward(Prompt, responses[i]), replies[i].Json.GetProperty("rewards")[0].GetDouble());
        }
    }

    [Fact]
    public async Task A_query_that_is_not_its_prompts_is_an_error_and_never_a_number()
    {
        Reply reply = await Server.Post("/get_reward", Body([Prompt + "1", "Something else"], [Prompt, Prompt]));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("\"query[1]\": it does not begin with its prompt", reply.Error);
        Reply uneven = await Server.Post("/get_reward", Body([Prompt + "1"], []));
        Assert.Equal("\"prompts\" holds 0 texts, but \"query\" 1; expected as many", uneven.Error);
        Reply nothing = await Server.Post("/get_reward", Body([Prompt], [Prompt]));
        Assert.Equal("\"query[0]\": the response encodes to no token; there is nothing to score", nothing.Error);
    }

    [Theory]
    [InlineData("<s>Hello there", "Hello", "<s>Hello", " there")]
    [InlineData("<s> Hello there", "Hello", "<s>Hello", " there")]
    [InlineData("Hello there", "Hello", "Hello", " there")]
    public void The_beginning_of_sequence_token_of_a_decoded_query_counts_to_the_prompt(
        string query, string prompt, string expectedPrompt, string expectedResponse) =>
        Assert.Equal((expectedPrompt, expectedResponse), OpenRlhf.Split(query, prompt, "<s>"));

    [Fact]
    public void A_query_of_another_prompt_is_not_split() => Assert.Null(OpenRlhf.Split("<s>Hallo there", "Hello", "<s>"));

    [Fact]
    public async Task Without_prompts_a_templated_text_is_split_where_the_assistant_begins()
    {
        Reply with = await Server.Post("/get_reward", Body([Prompt + "132"], [Prompt]));
        Reply without = await Server.Post("/get_reward", JsonSerializer.Serialize(new { query = new[] { Prompt + "132" } }));
        Assert.Equal(with.Json.GetProperty("rewards").GetRawText(), without.Json.GetProperty("rewards").GetRawText());
        Reply plain = await Server.Post("/get_reward", """{"query":["no template here"]}""");
        Assert.Equal(
            "\"query[0]\": nothing tells where the prompt ends and the response begins; ?whole=true scores all after the "
            + "first token",
            plain.Error);
        Assert.Equal(
            HttpStatusCode.OK, (await Server.Post("/get_reward?whole=true", """{"query":["no template here"]}""")).Status);
    }

    [Theory]
    [InlineData(-1e9)]
    [InlineData(-40.0)]
    [InlineData(0.0)]
    [InlineData(1e9)]
    [InlineData(double.MaxValue)]
    public void A_squashed_score_lies_strictly_inside_even_as_float32(double reward)
    {
        float score = (float)Trainers.Squash(reward);
        Assert.InRange(score, 1e-7f, 1 - 1e-7f);
        Assert.True(Trainers.Squash(-41) < Trainers.Squash(-40));
    }

    [Fact]
    public async Task Parameters_are_in_the_query_string()
    {
        Reply reply = await Server.Post("/get_reward?reward=mean-log-likelihood", Body([Prompt + "132"], [Prompt]));
        JsonElement json = reply.Json;
        Assert.Equal(json.GetProperty("extra_logs").GetProperty("mean_log_likelihood")[0].GetDouble(),
            json.GetProperty("rewards")[0].GetDouble());
        Assert.Equal(HttpStatusCode.BadRequest, (await Server.Post("/get_reward?gamma=x", "{\"query\":[]}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Server.Post("/get_reward?gama=1", "{\"query\":[]}")).Status);
    }

    [Fact]
    public async Task Slimes_reply_is_the_number_itself()
    {
        string body = JsonSerializer.Serialize(new { prompt = Prompt, response = "132", label = "132" });
        Reply reply = await Server.Post("/slime", body);
        Assert.Equal(Reward(Prompt, "132"), double.Parse(reply.Body, CultureInfo.InvariantCulture));
        Reply keyed = await Server.Post("/slime?reward_key=score", body);
        Assert.Equal(reply.Body, keyed.Json.GetProperty("score").GetRawText());

        // Messages are templated here, as a row's are.
        Reply messages = await Server.Post(
            "/slime", """{"prompt":[{"role":"user","content":"What is 47 + 85?"}],"response":"132"}""");
        Assert.Equal(Reward(Prompt, "132<|im_end|>"), double.Parse(messages.Body, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task LLaMA_Factory_sends_templated_texts_and_reads_scores()
    {
        Reply reply = await Server.Post(
            "/llama-factory", JsonSerializer.Serialize(
                new { model = "model", messages = new[] { Prompt + "132<|im_end|>", Prompt + "5<|im_end|>" } }));
        Assert.Equal(
            [Reward(Prompt, "132<|im_end|>"), Reward(Prompt, "5<|im_end|>")],
            reply.Json.GetProperty("scores").EnumerateArray().Select(x => x.GetDouble()));
    }

    [Theory]
    [InlineData("/get_reward?system=Be+brief.", """{"query":["a"],"prompts":[""]}""",
        "\"system\": the text is templated already, and this would change nothing")]
    [InlineData("/classify?raw=true", """{"input":"a"}""",
        "\"raw\": the text is templated already, and this would change nothing")]
    [InlineData("/score?whole=true", """{"text_1":"a","text_2":"b"}""", "\"whole\": prompt and response are apart already")]
    [InlineData("/classify", """{"input":"a","truncate_prompt_tokens":5}""",
        "\"truncate_prompt_tokens\": a text is scored whole or not at all")]
    public async Task What_would_change_nothing_is_refused(string path, string body, string sentence) =>
        Assert.Equal(sentence, (await Server.Post(path, body)).Error);

    [Theory]
    [InlineData("use_activation")]
    [InlineData("activation")]
    public async Task Verl_reads_the_last_of_probs_under_both_names_of_its_flag(string flag)
    {
        string text = JsonSerializer.Serialize(Prompt + "132<|im_end|>");
        Reply raw = await Server.Post("/classify", $$"""{"model":"m","input":{{text}},"{{flag}}":false}""");
        JsonElement data = raw.Json.GetProperty("data");
        Assert.Equal(Reward(Prompt, "132<|im_end|>"), data[data.GetArrayLength() - 1].GetProperty("probs")[0].GetDouble());
        Reply both = await Server.Post("/classify",
            $$"""{"model":"m","input":{{text}},"use_activation":false,"activation":false}""");
        Assert.Equal(data.GetRawText(), both.Json.GetProperty("data").GetRawText());
        Reply activated = await Server.Post("/classify", $$"""{"model":"m","input":{{text}}}""");
        Assert.InRange(activated.Json.GetProperty("data")[0].GetProperty("probs")[0].GetDouble(), 1e-6, 1 - 1e-6);
    }

    [Fact]
    public async Task A_trained_reward_model_answers_classify_with_its_head()
    {
        string folder = Path.Combine(Support.Places.Fixtures, "models", "qwen3-reward");
        await using RunningServer server = await RunningServer.Start(folder: folder);
        int[] ids = [3, 5, 7, 11];
        using LanguageModel model = LanguageModel.Load(folder);
        double expected = model.Score([new TraceQuery([3, 5, 7], [[11]])])[0][0];
        Reply raw = await server.Post("/classify", """{"input":[[3,5,7,11]],"use_activation":false}""");
        Assert.Equal(expected, raw.Json.GetProperty("data")[0].GetProperty("probs")[0].GetDouble());
        Reply activated = await server.Post("/classify", """{"input":[3,5,7,11]}""");
        Assert.Equal(1 / (1 + Math.Exp(-expected)), activated.Json.GetProperty("data")[0].GetProperty("probs")[0].GetDouble(),
            12);
        Reply rows = await server.Post("/v1/rewards", $$"""{"prompt_ids":[3,5],"response_ids":[{{ids[2]}},{{ids[3]}}]}""");
        Assert.Equal(expected, rows.Json.GetProperty("reward").GetDouble());
        Assert.Equal("classifier", rows.Json.GetProperty("fingerprint").GetProperty("formula").GetString());
        Assert.Contains("samples no text", (await server.Post("/v1/completions", """{"prompt":[1,2]}""")).Error,
            StringComparison.Ordinal);
        Assert.Contains("log-probabilities",
            (await server.Post("/v1/completions", """{"prompt":[1,2],"max_tokens":0,"prompt_logprobs":1}""")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_rerank_and_pooling_are_rows_in_vLLMs_shape()
    {
        double good = Reward(Prompt, "132<|im_end|>"), bad = Reward(Prompt, "122<|im_end|>");
        foreach ((string first, string second) in new[] { ("queries", "documents"), ("queries", "items"), ("text_1", "text_2"),
            ("data_1", "data_2") })
        {
            Reply reply = await Server.Post("/v1/score", $$"""{"{{first}}":"What is 47 + 85?","{{second}}":["132","122"]}""");
            Assert.Equal([good, bad], reply.Json.GetProperty("data").EnumerateArray()
                .Select(d => d.GetProperty("score").GetDouble()));
        }

        Reply ranked = await Server.Post("/rerank", """{"query":"What is 47 + 85?","documents":["122","132"],"top_n":1}""");
        JsonElement best = Assert.Single(ranked.Json.GetProperty("results").EnumerateArray());
        Assert.Equal((1, "132", good), (best.GetProperty("index").GetInt32(),
            best.GetProperty("document").GetProperty("text").GetString(), best.GetProperty("relevance_score").GetDouble()));

        const string Messages =
            """ "messages":[{"role":"user","content":"What is 47 + 85?"},{"role":"assistant","content":"132"}],"use_activation":false""";
        Reply pooled = await Server.Post("/pooling", "{" + Messages + "}");
        Assert.Equal(good, pooled.Json.GetProperty("data")[0].GetProperty("data")[0].GetDouble());
        Reply tokens = await Server.Post("/pooling", "{" + Messages + ",\"task\":\"token_classify\"}");
        Assert.Equal(good, tokens.Json.GetProperty("data")[0].GetProperty("data").EnumerateArray().Sum(t => t[0].GetDouble()), 9);
        Reply packed = await Server.Post("/pooling", "{" + Messages + ",\"encoding_format\":\"base64\"}");
        Assert.Equal((float)good,
            BitConverter.ToSingle(Convert.FromBase64String(packed.Json.GetProperty("data")[0].GetProperty("data").GetString()!)));
    }

    private static string Body(string[] query, string[] prompts) =>
        JsonSerializer.Serialize(new { query, prompts, labels = query.Select(_ => (string?)null) });

    // What the library itself says of the two texts, with no token added.
    private static double Reward(string prompt, string response)
    {
        Tokenizer tokenizer = Tokenizer.Load(EmbeddedModel.Folder);
        using LanguageModel model = LanguageModel.LoadDefault();
        TokenTrace trace = model.Trace([new TraceQuery(tokenizer.Encode(prompt), [tokenizer.Encode(response)])])[0][0];
        return EndogenousReward.Compute(trace, new RewardOptions()).Value;
    }
}
