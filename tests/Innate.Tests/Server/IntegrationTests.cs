using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Innate.Sessions;
using Innate.Tests.Support;

namespace Innate.Tests.Server;

/// <summary>
/// The trainers' files: each is called here as its trainer calls it, with no trainer installed, against this server.
/// </summary>
public sealed class IntegrationTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Templated = "<|im_start|>user\\nWhat is 47 + 85?<|im_end|>\\n<|im_start|>assistant\\n";

    private static readonly string Folder = Path.Combine(Places.Repository, "integrations");

    private static string[] Files => [.. Directory.GetFiles(Folder, "innate_*.py").Order()];

    // A trainer is given one file, so each has the client in it: they must not drift apart.
    [Fact]
    public void All_have_the_same_client_and_this_version()
    {
        Assert.Equal(5, Files.Length);
        string[] texts = [.. Files.Select(File.ReadAllText)];
        Assert.Single(texts.Select(Shared).Distinct());
        Assert.All(texts, t => Assert.Contains($"\nVERSION = \"{ModelFingerprint.Version}\"\n", t, StringComparison.Ordinal));
    }

    [PythonFact]
    public async Task TRL_gets_a_number_a_completion_and_None_where_there_is_none()
    {
        string[] found = Lines(await Ask("""
            from innate_trl import InnateReward
            reward, logged = InnateReward("mean-log-likelihood"), {}
            print(reward.__name__)
            many = dict(completion_ids=[[1], [2], [3]], trainer_state=None, log_extra=lambda *a: None,
                        log_metric=lambda name, value: logged.update({name: value}), answer=["132"] * 3)
            print(json.dumps(reward(prompts=["What is 47 + 85?"] * 3, completions=["132", "122", ""], **many)))
            chat = [{"role": "user", "content": "What is 47 + 85?"}]
            says = lambda text: [{"role": "assistant", "content": text}]
            print(json.dumps(reward(prompts=[chat] * 2, completions=[says("132"), says("122")], answer=["132"] * 2)))
            print(json.dumps(logged))
            print(json.dumps(InnateReward("endogenous", gamma=0.5)(["What is 47 + 85?"], ["132"])))
            """));
        double[] expected = await Rewards("132", "122");
        Assert.Equal("innate_mean-log-likelihood", found[0]);
        Assert.Equal(JsonSerializer.Serialize(expected.Select(x => (double?)x).Append(null)), Round(found[1]));
        Assert.Equal(JsonSerializer.Serialize(expected), Round(found[2]));
        Assert.Equal("""{"innate/unscored": 1.0}""", found[3]);
        Reply gamma = await tiny.Server.Post(
            "/v1/rewards", """{"prompt":"What is 47 + 85?","response":"132","reward":"endogenous","gamma":0.5}""");
        Assert.Equal($"[{gamma.Json.GetProperty("reward").GetRawText()}]", found[4]);
    }

    [PythonFact]
    public async Task TRLs_callback_logs_what_the_model_thinks_of_the_same_rows()
    {
        string found = await Ask("""
            from innate_trl import InnateCallback
            from types import SimpleNamespace as Object
            callback = InnateCallback([{"prompt": "What is 47 + 85?", "responses": ["132", "122"]}], every=10)
            state, control = Object(global_step=9, log_history=[]), Object()
            for state.global_step in (9, 10, 11, 20):
                assert callback.on_step_end(Object(output_dir="."), state, control, model=None) is control
            print(json.dumps(state.log_history))
            """);
        double mean = (await Rewards("132", "122")).Average();
        JsonElement[] log = [.. JsonDocument.Parse(found).RootElement.EnumerateArray()];
        Assert.Equal([10, 20], log.Select(l => l.GetProperty("step").GetInt32()));
        Assert.All(log, l => Assert.Equal(mean, l.GetProperty("innate/mean_reward").GetDouble(), 12));
    }

    [PythonFact]
    public async Task Verl_gets_the_same_number_from_both_functions_and_a_prompt_is_asked_for()
    {
        string[] found = Lines(await Ask("""
            import asyncio, innate_verl
            row = dict(data_source="sums", solution_str="132", ground_truth="132")
            print(innate_verl.compute_score(**row, extra_info={"prompt": "What is 47 + 85?", "index": 3}))
            class Column(list):
                tolist = list.copy
            chat = Column([{"role": "user", "content": "What is 47 + 85?"}])
            print(asyncio.run(innate_verl.compute_score_async(**row, extra_info={"prompt": chat},
                                                              reward_router_address=None, reward_model_tokenizer=None)))
            try:
                innate_verl.compute_score(**row, extra_info={"index": 3})
            except innate_verl.InnateError as error:
                print(error)
            """));
        string expected = JsonSerializer.Serialize((await Rewards("132"))[0]);
        Assert.Equal([expected, expected], found[..2]);
        Assert.Equal(
            "compute_score: extra_info has no \"prompt\", and verl passes none: write it there when you make the dataset",
            found[2]);
    }

    [PythonFact]
    public async Task OpenRLHF_and_slime_get_theirs()
    {
        string[] found = Lines(await Ask($$"""
            import asyncio, innate_openrlhf, innate_slime
            from types import SimpleNamespace as Object
            prompt = "{{Templated}}"
            reply = innate_openrlhf.reward_func([prompt + "132<|im_end|>"], [prompt], ["132"])
            print(json.dumps([list(map(float, reply["rewards"])), sorted(reply), sorted(reply["extra_logs"])]))
            sample = Object(prompt=prompt, response="132<|im_end|>", label="132")
            print(asyncio.run(innate_slime.custom_rm(Object(), sample)))
            print(json.dumps(asyncio.run(innate_slime.custom_rm(Object(), [sample, sample]))))
            """));
        double expected = (await Rewards("132"))[0];
        JsonElement reply = JsonDocument.Parse(found[0]).RootElement;
        Assert.Equal(expected, reply[0][0].GetDouble(), 5); // torch, where it is there, has float32
        Assert.Equal("""["extra_logs","rewards","scores"]""", JsonSerializer.Serialize(reply[1]));
        Assert.Equal(
            """["entropy","log_likelihood","mean_log_likelihood","response_tokens"]""", JsonSerializer.Serialize(reply[2]));
        string number = JsonSerializer.Serialize(expected);
        Assert.Equal([number, $"[{number}, {number}]"], found[1..]);
    }

    [PythonFact]
    public async Task LLaMA_Factorys_relay_passes_its_requests_on()
    {
        using Process relay = PythonScript.Start(
            ["innate_llamafactory.py", "--port", "0"], Folder, ("INNATE_URL", Url(tiny.Server)));
        try
        {
            string address = (await relay.StandardOutput.ReadLineAsync())!;
            using HttpClient client = new();
            string text = Templated.Replace("\\n", "\n", StringComparison.Ordinal) + "132<|im_end|>";
            using StringContent body = new(JsonSerializer.Serialize(new { model = "model", messages = new[] { text } }));
            using HttpResponseMessage good = await client.PostAsync(new Uri(address), body);
            string number = JsonSerializer.Serialize((await Rewards("132"))[0]);
            Assert.Equal($$"""{"scores": [{{number}}]}""", await good.Content.ReadAsStringAsync());
            using StringContent unsplit = new("""{"model":"model","messages":["no template"]}""");
            using HttpResponseMessage bad = await client.PostAsync(new Uri(address), unsplit);
            Assert.Contains(
                "nothing tells where the prompt ends", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using StringContent other = new("""{"model":"model"}""");
            using HttpResponseMessage refused = await client.PostAsync(new Uri(address), other);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(
                "an array of templated texts, found another", await refused.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }
        finally
        {
            relay.Kill();
        }
    }

    [PythonFact]
    public async Task What_is_wrong_with_the_server_is_said_with_what_to_do()
    {
        await using RunningServer keyed = await RunningServer.Start(o => o with { ApiKeys = ["sesame"] });
        string[] found = Lines(await PythonScript.Run(
            """
            import http.server, json, socket, threading
            from innate_trl import Innate, InnateError, InnateReward, VERSION
            import os

            def told(**server):
                try:
                    print(InnateReward(server=Innate(tries=2, pause=0.01, **server))(["a"], ["b"]))
                except InnateError as error:
                    print(str(error).replace(server["url"], "URL"))

            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                closed = free.getsockname()[1]
            told(url=f"http://127.0.0.1:{closed}")
            told(url=os.environ["KEYED"])
            told(url=os.environ["KEYED"], key="wrong")
            told(url=os.environ["KEYED"], key="sesame")

            class Other(http.server.BaseHTTPRequestHandler):
                replies = [(200, {"status": "ok", "version": "9.9.9"})]
                def do_GET(self):
                    status, body = self.replies.pop(0)
                    data = json.dumps(body).encode()
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(data)))
                    if status == 429:
                        self.send_header("Retry-After", "0")
                    self.end_headers()
                    self.wfile.write(data)
                def do_POST(self):
                    self.rfile.read(int(self.headers["Content-Length"]))
                    self.do_GET()
                def log_message(self, *arguments):
                    pass
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as other:
                threading.Thread(target=other.serve_forever, daemon=True).start()
                url = f"http://127.0.0.1:{other.server_address[1]}"
                told(url=url)
                Other.replies = [(503, {}), (200, {"status": "ok", "version": VERSION}),
                                 (429, {"error": {"message": "full"}}), (200, {"rows": [{"reward": 3}]})]
                told(url=url)
                Other.replies = [(200, {"status": "ok", "version": VERSION}), (400, {"error": {"message": "no such reward"}})]
                told(url=url)
                other.shutdown()
            """, Folder, ("KEYED", Url(keyed))));
        Assert.StartsWith("no answer from URL/health in 2 tries (", found[0], StringComparison.Ordinal);
        Assert.EndsWith("): start it with `innate serve`, or set INNATE_URL", found[0], StringComparison.Ordinal);
        const string Key = "URL wants a key: set INNATE_API_KEY to one that `innate serve --api-key` was given";
        Assert.Equal([Key, Key], found[1..3]);
        Assert.StartsWith("[-", found[3], StringComparison.Ordinal);
        Assert.Equal(
            $"URL is Innate 9.9.9 and this file is of {ModelFingerprint.Version}: take both from one version, the server's with "
            + $"`dotnet tool update -g innate --version {ModelFingerprint.Version}`, or this file from the server's release",
            found[4]);
        Assert.Equal(["[3]", "URL/v1/rewards answered 400: no such reward"], found[5..]);
    }

    private static string Shared(string text)
    {
        int from = text.IndexOf("# --- shared by all files", StringComparison.Ordinal);
        int to = text.IndexOf("# --- end of what is shared", StringComparison.Ordinal);
        Assert.True(from > 0 && to > from);
        return text[from..to];
    }

    private static string[] Lines(string output) => output.Split('\n');

    private static string Url(RunningServer server) => server.Address.GetLeftPart(UriPartial.Authority);

    // Python writes a blank behind a comma; its numbers are the same digits.
    private static string Round(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private Task<string> Ask(string script) =>
        PythonScript.Run("import json\n" + script, Folder, ("INNATE_URL", Url(tiny.Server)));

    private async Task<double[]> Rewards(params string[] responses)
    {
        Reply reply = await tiny.Server.Post(
            "/v1/rewards",
            JsonSerializer.Serialize(new { prompt = "What is 47 + 85?", responses, reward = "mean-log-likelihood" }));
        return [.. reply.Json.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
    }
}
