using System.Net;
using System.Text.Json;
using Innate.Server.Rewards;
using Innate.Tests.Cli;

namespace Innate.Tests.Server;

/// <summary><c>POST /v1/rewards</c>: what <c>innate score</c> says, to the bit, over HTTP.</summary>
public sealed class RewardsTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private static readonly string[] Rows =
    [
        """{"prompt":"What is 47 + 85?","response":"132","id":7}""",
        """{"prompt":"What is 47 + 85?","responses":["132","122","Ones: 7 + 5 = 12."]}""",
        """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is 3 * 4?"}],"response":"12"}""",
        """{"prompt":"What is 9 - 5?","chosen":"4","rejected":"5"}""",
        """{"prompt_ids":[300,301,5],"response_ids":[17,18]}""",
        """{"prompt_ids":[300,301,5],"responses_ids":[[17],[18,19,20]]}""",
    ];

    private RunningServer Server => tiny.Server;

    public static TheoryData<string, string> Settings => new()
    {
        { "", "" },
        { ""","reward":"endogenous","alpha":0.7,"gamma":0.9,"beta":0.25""", "--alpha 0.7 --gamma 0.9 --beta 0.25" },
        { ""","reward":"endogenous-logprob","gamma":0.5""", "--reward endogenous-logprob --gamma 0.5" },
        { ""","reward":"log-likelihood","system":"You are terse." """, "--reward log-likelihood --system You§are§terse." },
        { ""","reward":"mean-log-likelihood","traces":true""", "--reward mean-log-likelihood --tokens" },
        { ""","reward":"self-certainty" """, "--reward self-certainty" },
        { ""","reward":"entropy","traces":true""", "--reward entropy --tokens" },
        { ""","reward":"endogenous(gamma=0.9, beta=0.25)" """, "--reward endogenous --gamma 0.9 --beta 0.25" },
        { ""","reward":"z(endogenous(gamma=0.9)) + pmi(entropy)/tokens" """,
            "--reward z(endogenous(gamma=0.9))§+§pmi(entropy)/tokens" },
        { ""","reward":"endogenous - entropy/2","traces":true""", "--reward endogenous§-§entropy/2 --tokens" },
    };

    [Theory]
    [InlineData("command(run=\"touch x\") + entropy", "expected rewards that are computed here: no command, no http, no ")]
    [InlineData("http(url=http://127.0.0.1/)", "no reward-model, no pattern, found http(url=http://127.0.0.1/)")]
    [InlineData("reward-model(model=/etc)", "no reward-model, no pattern, found reward-model(model=/etc)")]
    [InlineData("check(pattern=\"(a+)+$\")", "no command, no http, no reward-model, no pattern")]
    [InlineData("implicit - tokens", "implicit needs a reference model")]
    [InlineData("length + entropy", "expected length(max=N)")]
    [InlineData("endogenous +", "at 13: expected a number, a reward's name or '(', found the end")]
    [InlineData("endogenous(gamma=recommended)", "expected gamma as a number")]
    [InlineData("entropy + grade", "\"answer\": expected the gold answer, which grade compares with, found none")]
    public async Task An_expression_that_a_stranger_may_not_ask_for_is_refused(string reward, string sentence)
    {
        Reply reply = await Server.Post(
            "/v1/rewards", JsonSerializer.Serialize(new { prompt = "1+1?", response = "2", reward }));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(sentence, reply.Error, StringComparison.Ordinal);
        Reply dialect = await Server.Post("/slime?reward=entropy-tokens", """{"prompt":"1+1?","response":"2"}""");
        Assert.Contains("an expression is taken by /v1/rewards alone", dialect.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Rewards_and_traces_are_the_command_lines_to_the_bit(string fields, string options)
    {
        // Asked all at once and one by one: the batch around a row changes nothing.
        Task<Reply>[] single = [.. Rows.Select(row => Server.Post("/v1/rewards", row[..^1] + fields + "}"))];
        Reply many = await Server.Post("/v1/rewards", $$"""{"rows":[{{string.Join(',', Rows)}}]{{fields}}}""");
        string[] arguments =
            ["score", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Replace('§', ' '))];
        string[] expected = RealCli.Run(arguments, string.Join('\n', Rows)).Lines;
        Assert.Equal(Rows.Length, expected.Length);
        for (int i = 0; i < Rows.Length; i++)
        {
            JsonElement line = JsonDocument.Parse(expected[i]).RootElement;
            foreach (JsonElement reply in new[] { (await single[i]).Json, many.Json.GetProperty("rows")[i] })
            {
                string[] names = [.. line.EnumerateObject().Select(p => p.Name).Where(n =>
                    n.StartsWith("reward", StringComparison.Ordinal) || n.StartsWith("trace", StringComparison.Ordinal))];
                Assert.NotEmpty(names);
                foreach (string name in names)
                {
                    Assert.Equal(line.GetProperty(name).GetRawText(), reply.GetProperty(name).GetRawText());
                }
            }
        }
    }

    [Fact]
    public async Task Raw_rows_are_the_command_lines_too()
    {
        const string Row = """{"prompt":"2 + 2 = ","responses":["4","5"]}""";
        Reply reply = await Server.Post("/v1/rewards", Row[..^1] + ""","raw":true}""");
        JsonElement line = JsonDocument.Parse(RealCli.Run(["score", "--raw"], Row).Lines[0]).RootElement;
        Assert.Equal(line.GetProperty("rewards").GetRawText(), reply.Json.GetProperty("rewards").GetRawText());
        Reply chat = await Server.Post("/v1/rewards", Row);
        Assert.NotEqual(line.GetProperty("rewards").GetRawText(), chat.Json.GetProperty("rewards").GetRawText());
    }

    [Fact]
    public async Task A_bad_row_is_an_error_in_its_place_and_the_rest_goes_on()
    {
        Reply reply = await Server.Post(
            "/v1/rewards",
            """{"rows":[{"prompt":"a","response":""},{"prompt":"What?","response":"4"},7,{"prompt":"x"},{"prompt_ids":[1],"response_ids":[512]},{"prompt":"a","response":"b","gamma":1}]}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        JsonElement rows = reply.Json.GetProperty("rows");
        string[] errors =
        [
            "the response is empty; expected text, for there is nothing to score", "",
                "expected a JSON object, found the number 7",
            "the row has no response; expected one of \"response\", \"responses\", \"response_ids\", \"responses_ids\", "
            + "\"chosen\", \"rejected\", \"chosen_ids\", \"rejected_ids\", found the columns prompt",
            "the response holds the id 512, outside the model's vocabulary of 512",
            "the row has \"gamma\", which is given once, beside \"rows\"",
        ];
        for (int i = 0; i < errors.Length; i++)
        {
            bool isGood = errors[i].Length == 0;
            Assert.Equal(isGood, rows[i].TryGetProperty("reward", out _));
            if (isGood) continue;
            Assert.Equal(errors[i], rows[i].GetProperty("error").GetString());
            Assert.Equal(i, rows[i].GetProperty("index").GetInt32());
        }
    }

    [Theory]
    [InlineData("""{"prompt":"a","response":"b","reward":"beauty"}""",
        "\"reward\": at 1: expected one of endogenous, endogenous-logprob, log-likelihood, mean-log-likelihood, self-certainty, "
        + "entropy, implicit, classifier, process, polar, majority, verifiable, grade, format, repetition, length, tokens, "
        + "characters, check, command, http, reward-model, random, z, gate, clip, pmi, else, shuffled, profile, found 'beauty'")]
    [InlineData("""{"prompt":"a","response":"b","gamma":2}""", "\"gamma\": expected a number from 0 to 1, found the number 2")]
    [InlineData("""{"prompt":"a","response":"b","alpha":"hot"}""", "\"alpha\": expected a number, found a string")]
    [InlineData("""{"prompt":"a","response":"b","reward":"implicit"}""",
        "\"reward\": implicit needs a reference model, and this server was started without one")]
    [InlineData("""{"prompt":"a","response":"b","reward":"classifier"}""",
        "\"reward\": classifier needs a trained reward model, but innate-tiny is a language model")]
    [InlineData("""{"rows":[],"gama":1}""", "the field \"gama\" is not understood here; leave it out")]
    [InlineData("""{"prompt":"a","response":"b","prompt":"c"}""", "the field \"prompt\" is given twice")]
    [InlineData("""{"prompt":"\ud800","response":"b"}""",
        "a string holds half a surrogate pair (\\ud800..\\udfff), which is no Unicode text")]
    public async Task What_cannot_be_answered_is_one_sentence(string body, string sentence)
    {
        Reply reply = await Server.Post("/v1/rewards", body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(sentence, reply.Error);
    }

    [Fact]
    public async Task A_null_asks_for_nothing_even_under_a_name_that_is_not_understood()
    {
        Reply reply = await Server.Post("/v1/rewards", """{"rows":[],"guided_json":null,"gamma":null}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Reply nested = await Server.Post("/generate", """{"text":"a","sampling_params":{"regex":null,"max_new_tokens":1}}""");
        Assert.Equal(HttpStatusCode.OK, nested.Status);
        Assert.Equal(
            "the field \"sampling_params.regex\" is not understood here; leave it out",
            (await Server.Post("/generate", """{"text":"a","sampling_params":{"regex":"x"}}""")).Error);
    }

    [Fact]
    public async Task A_field_that_a_row_passes_through_may_be_given_twice_and_a_field_of_the_request_may_not()
    {
        Reply reply = await Server.Post("/v1/rewards", """{"rows":[{"prompt":"a","response":"b","x":1,"x":2}]}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Contains("\"x\":1,\"x\":2", reply.Body, StringComparison.Ordinal);
        Assert.Equal("the field \"x\" is given twice",
            (await Server.Post("/v1/rewards", """{"prompt":"a","response":"b","x":1,"x":2}""")).Error);
    }

    [Theory]
    [InlineData("/get_reward", """{"query":["a",5]}""",
        "\"query\": expected a string or an array of strings, found the number 5 at [1]")]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":5,"content":"a"}]}""",
        "\"messages[0].role\": expected a string, found the number 5")]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":[{"type":"text","text":"a","b":1}]}]}""",
        "the field \"messages[0].content[0].b\" is not understood here; leave it out")]
    [InlineData("/generate", """{"text":"a","sampling_params":5}""",
        "\"sampling_params\": expected a JSON object, found the number 5")]
    [InlineData("/generate", """{"text":"a","sampling_params":{"top_p":0}}""",
        "\"sampling_params.top_p\": expected a number above 0, at most 1, found the number 0")]
    [InlineData("/tokenize", "5", "the body: expected a JSON object, found the number 5")]
    [InlineData("/v1/rewards", """{"prompt":"a","response":"b","template":{"a":1,"a":2}}""",
        "\"template\": expected each variable once, found \"a\" twice")]
    public async Task A_fault_is_named_by_its_path_with_what_was_expected_and_found(string path, string body, string sentence) =>
        Assert.Equal(sentence, (await Server.Post(path, body)).Error);

    [Fact]
    public async Task Several_responses_are_compared_with_each_other()
    {
        Reply reply = await Server.Post("/v1/rewards", Rows[1]);
        double[] rewards = [.. reply.Json.GetProperty("rewards").EnumerateArray().Select(x => x.GetDouble())];
        JsonElement group = reply.Json.GetProperty("group");
        Assert.Equal([1, 2, 3], group.GetProperty("ranks").EnumerateArray().Select(x => x.GetInt32()).Order());
        Assert.Equal(rewards.Select(r => rewards.Max() - r),
            group.GetProperty("margins").EnumerateArray().Select(x => x.GetDouble()));
        Assert.Equal(0, group.GetProperty("normalized").EnumerateArray().Sum(x => x.GetDouble()), 9);
        Assert.False(group.GetProperty("dead").GetBoolean());

        Reply same = await Server.Post("/v1/rewards", """{"prompt":"What is 1 + 1?","responses":["2","2"]}""");
        Assert.True(same.Json.GetProperty("group").GetProperty("dead").GetBoolean());
        Assert.Equal("[1,1]", same.Json.GetProperty("group").GetProperty("ranks").GetRawText());
        Assert.Equal("[0,0]", same.Json.GetProperty("group").GetProperty("normalized").GetRawText());
    }

    [Fact]
    public void Equal_rewards_share_the_better_rank() => Assert.Equal([2, 1, 2, 4], GroupResult.Ranks([3, 5, 3, -1]));

    [Fact]
    public async Task Every_reply_says_what_made_it()
    {
        Reply reply = await Server.Post("/v1/rewards", Rows[0][..^1] + ""","gamma":0.5}""");
        JsonElement fingerprint = reply.Json.GetProperty("fingerprint");
        Assert.Equal("endogenous(alpha=1, gamma=0.5, beta=0)", fingerprint.GetProperty("formula").GetString());
        string[] parts = ["weights", "tokenizer", "template", "version"];
        string id = string.Join('-', parts.Select(p => fingerprint.GetProperty(p).GetString()));
        Assert.Equal(id, reply.Message.Headers.GetValues("X-Innate-Fingerprint").Single());
        Assert.Equal(7, reply.Json.GetProperty("id").GetInt32());
        foreach (Reply other in new[] { await Server.Get("/health"), await Server.Get("/nowhere"),
            await Server.Post("/slime", """{"prompt":"a","response":"b"}""") })
        {
            Assert.Equal(id, other.Message.Headers.GetValues("X-Innate-Fingerprint").Single());
        }
    }
}
